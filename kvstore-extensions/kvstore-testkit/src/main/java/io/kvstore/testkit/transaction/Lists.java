package io.kvstore.testkit.transaction;

import io.kvstore.testkit.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What is known of each list: which transaction appended a value, the longest that was read of it,
 * and what was committed and never read, which must stand behind.
 */
final class Lists {
  /** An append: by which transaction, as which of its steps, and of its appends to the list. */
  record Writer(int transaction, int step, int nth) {}

  /** A list. */
  static final class Known {
    private final Map<Object, Writer> writers = new LinkedHashMap<>();
    private List<Object> longest = List.of();
    private int reader = -1;

    /** The longest that was read of it; all other reads are a beginning of this, or it is odd. */
    List<Object> longest() {
      return longest;
    }

    /** Which transaction read the longest, -1 if none has read it. */
    int reader() {
      return reader;
    }

    @Nullable Writer writerOf(Object value) {
      return writers.get(value);
    }
  }

  private final List<Transaction> transactions;
  private final Map<Object, Known> lists = new LinkedHashMap<>();

  /** By transaction: whether it certainly took place. */
  private final boolean[] happened;

  private final Map<Object, List<Object>> unread = new HashMap<>();

  Lists(List<Transaction> transactions) {
    this.transactions = transactions;
    happened = new boolean[transactions.size()];
    for (int i = 0; i < happened.length; i++) {
      happened[i] = transactions.get(i).outcome() == Outcome.OK;
      List<Step> steps = transactions.get(i).steps();
      Map<Object, Integer> appends = new HashMap<>();
      for (int at = 0; at < steps.size(); at++) {
        Known known = lists.computeIfAbsent(steps.get(at).key(), any -> new Known());
        if (steps.get(at) instanceof Step.Append append) {
          int nth = appends.merge(append.key(), 1, Integer::sum) - 1;
          known.writers.put(append.value(), new Writer(i, at, nth));
        }
      }
    }
    for (int i = 0; i < happened.length; i++) {
      if (isCommitted(i)) {
        transactions.get(i).steps().forEach(this::look);
        findLongest(i);
      }
    }
    lists.forEach(this::findUnread);
  }

  /** A transaction whose append was read has taken place, unless it was aborted. */
  private void look(Step step) {
    if (step instanceof Step.Read read) {
      Known known = list(read.key());
      for (Object value : read.seen()) {
        Writer writer = known.writerOf(value);
        if (writer != null && transaction(writer.transaction()).outcome() == Outcome.UNKNOWN) {
          happened[writer.transaction()] = true;
        }
      }
    }
  }

  private void findLongest(int number) {
    for (Step step : transaction(number).steps()) {
      if (step instanceof Step.Read read) {
        Known known = list(read.key());
        if (known.reader < 0 || read.seen().size() > known.longest.size()) {
          known.longest = read.seen();
          known.reader = number;
        }
      }
    }
  }

  private void findUnread(Object key, Known known) {
    List<Object> found = new ArrayList<>();
    Set<Object> seen = new HashSet<>(known.longest);
    known.writers.forEach(
        (value, writer) -> {
          if (isCommitted(writer.transaction()) && !seen.contains(value)) {
            found.add(value);
          }
        });
    unread.put(key, found);
  }

  /** All lists by their keys. */
  Map<Object, Known> all() {
    return lists;
  }

  Known list(Object key) {
    Known known = lists.get(key);
    if (known == null) {
      throw new IllegalStateException("no list of " + key + ", expected one that was used");
    }
    return known;
  }

  /** The values that were committed there, but are not in the longest read. */
  List<Object> unread(Object key) {
    return unread.getOrDefault(key, List.of());
  }

  int count() {
    return transactions.size();
  }

  Transaction transaction(int number) {
    return transactions.get(number);
  }

  /** Whether the client knows that it was committed: what it read counts. */
  boolean isCommitted(int number) {
    return transaction(number).outcome() == Outcome.OK;
  }

  /** Whether it was committed, or something of it was read. */
  boolean happened(int number) {
    return happened[number];
  }
}
