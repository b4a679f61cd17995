package io.kvstore.testkit.transaction;

import io.kvstore.testkit.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The anomalies that one read shows, or two of the same list. */
final class Contradictions {
  private record Version(Object key, List<Object> seen) {}

  private final Lists lists;
  private final Map<Anomaly, Finding> found = new LinkedHashMap<>();

  /** By list and version: the first that read it and appended to it. */
  private final Map<Version, Integer> updates = new HashMap<>();

  Contradictions(Lists lists) {
    this.lists = lists;
  }

  /** One of each kind. */
  List<Finding> find() {
    for (int number = 0; number < lists.count(); number++) {
      if (lists.isCommitted(number)) {
        lookAt(number);
      }
    }
    return new ArrayList<>(found.values());
  }

  private void lookAt(int number) {
    Map<Object, List<Object>> appended = new HashMap<>(); // since the last read of the list
    Map<Object, List<Object>> known = new HashMap<>();
    Map<Object, List<Object>> firstReads = new HashMap<>();
    Set<Object> updated = new HashSet<>();
    for (Step step : lists.transaction(number).steps()) {
      Object key = step.key();
      if (step instanceof Step.Append append) {
        if (updated.add(key) && firstReads.containsKey(key)) {
          update(number, key, firstReads.get(key));
        }
        appended.computeIfAbsent(key, any -> new ArrayList<>()).add(append.value());
      } else if (step instanceof Step.Read read) {
        List<Object> own = appended.getOrDefault(key, List.of());
        lookInside(number, read, known.get(key), own);
        if (!updated.contains(key)) {
          firstReads.putIfAbsent(key, read.seen());
        }
        known.put(key, read.seen());
        appended.put(key, new ArrayList<>());
        lookAt(number, read);
      }
    }
  }

  /** What was read must be what was known before, and then the transaction's own appends. */
  private void lookInside(
      int number, Step.Read read, @Nullable List<Object> known, List<Object> own) {
    List<Object> seen = read.seen();
    int behind = seen.size() - own.size();
    boolean endsWithOwn = behind >= 0 && seen.subList(behind, seen.size()).equals(own);
    boolean isSame = known == null || (endsWithOwn && seen.subList(0, behind).equals(known));
    if (!endsWithOwn || !isSame) {
      String expected = known == null ? "it to end with " + own : known + " and then " + own;
      find(
          Anomaly.INTERNAL,
          name(number) + " " + did(read) + ", expected " + expected + " of its own steps before",
          number);
    }
  }

  private void lookAt(int number, Step.Read read) {
    Lists.Known list = lists.list(read.key());
    Set<Object> seen = new HashSet<>();
    for (Object value : read.seen()) {
      Lists.Writer writer = list.writerOf(value);
      if (!seen.add(value)) {
        find(
            Anomaly.DUPLICATE,
            name(number) + " " + did(read) + ", with " + value + " twice",
            number);
      }
      if (writer == null) {
        find(
            Anomaly.UNWRITTEN,
            name(number) + " " + did(read) + ", but no transaction appended " + value,
            number);
      } else if (lists.transaction(writer.transaction()).outcome() == Outcome.FAIL) {
        find(
            Anomaly.G1A,
            name(number)
                + " "
                + did(read)
                + ", but "
                + name(writer.transaction())
                + ", which appended "
                + value
                + ", was aborted",
            writer.transaction(),
            number);
      }
    }
    lookForOwnOrder(number, read, list);
    lookForMore(number, read, list);
    lookForOrder(number, read, list);
  }

  /** Whether what one transaction appended stands in another order, or with a gap. */
  private void lookForOwnOrder(int number, Step.Read read, Lists.Known list) {
    Map<Integer, Integer> seen = new HashMap<>();
    for (Object value : read.seen()) {
      Lists.Writer writer = list.writerOf(value);
      if (writer != null && seen.merge(writer.transaction(), 1, Integer::sum) != writer.nth() + 1) {
        find(
            Anomaly.INCOMPATIBLE_ORDER,
            name(number)
                + " "
                + did(read)
                + ", which is not what "
                + name(writer.transaction())
                + " appended to it, in that order",
            writer.transaction(),
            number);
        return;
      }
    }
  }

  /** Whether the last value that was read is not the last that its transaction appended there. */
  private void lookForMore(int number, Step.Read read, Lists.Known list) {
    if (read.seen().isEmpty()) {
      return;
    }
    Object last = read.seen().get(read.seen().size() - 1);
    Lists.Writer writer = list.writerOf(last);
    if (writer == null || writer.transaction() == number) {
      return;
    }
    List<Step> steps = lists.transaction(writer.transaction()).steps();
    Optional<Step> more =
        steps.subList(writer.step() + 1, steps.size()).stream()
            .filter(step -> step instanceof Step.Append && step.key().equals(read.key()))
            .findFirst();
    more.ifPresent(
        next ->
            find(
                Anomaly.G1B,
                name(number)
                    + " "
                    + did(read)
                    + ", in the middle of "
                    + name(writer.transaction())
                    + ", which went on to "
                    + next,
                writer.transaction(),
                number));
  }

  private void lookForOrder(int number, Step.Read read, Lists.Known list) {
    List<Object> longest = list.longest();
    if (!longest.subList(0, read.seen().size()).equals(read.seen())) {
      find(
          Anomaly.INCOMPATIBLE_ORDER,
          name(number) + " " + did(read) + ", and " + name(list.reader()) + " read " + longest,
          list.reader(),
          number);
    }
  }

  private void update(int number, Object key, List<Object> seen) {
    Integer other = updates.putIfAbsent(new Version(key, seen), number);
    if (other != null) {
      find(
          Anomaly.LOST_UPDATE,
          name(other)
              + " and "
              + name(number)
              + " both read "
              + seen
              + " of "
              + key
              + " and then appended to it, the later one without having seen the other's append",
          other,
          number);
    }
  }

  private void find(Anomaly anomaly, String sentence, int... numbers) {
    if (!found.containsKey(anomaly)) {
      List<Transaction> transactions = new ArrayList<>();
      for (int number : numbers) {
        transactions.add(lists.transaction(number));
      }
      found.put(anomaly, new Finding(anomaly, Order.VALUES, sentence, transactions));
    }
  }

  private String name(int number) {
    return lists.transaction(number).name();
  }

  private static String did(Step.Read read) {
    return "read " + read.seen() + " of " + read.key();
  }
}
