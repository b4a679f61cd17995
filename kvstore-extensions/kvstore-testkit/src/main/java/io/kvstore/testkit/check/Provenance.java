package io.kvstore.testkit.check;

import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Operation;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Whether everything that was seen comes from what was asked for: from writes that began before it
 * was answered, that were not refused, and each of which took effect once at the most. This is what
 * even a level promises at which replicas may differ while operations go on.
 *
 * <p>What a write replaced and what an append made was seen, too. A text is a written value with
 * appended texts behind it, and a number a written one with what was added. That a text contains an
 * append twice is noticed where appended texts can be told apart; of numbers only that they are too
 * large, or too small.
 */
public final class Provenance {
  /** What is held against a value that was seen. */
  private enum Rule {
    /** Everything. */
    ALL,
    /** An append may show twice. */
    ANY_NUMBER_OF_TIMES,
    /** The same, and refused writes may show. */
    ALSO_REFUSED
  }

  private final History history;
  private final Values values;
  private final Map<Integer, Sources> sourcesOfKeys = new HashMap<>();

  private Provenance(History history) {
    this.history = history;
    values = history.values();
    for (int row = 0; row < history.size(); row++) {
      if (history.kind(row) != Kind.READ && history.kind(row) != Kind.DELETE) {
        sourcesOf(history.key(row)).add(row);
      }
    }
  }

  /** Judges the history of keys that nothing was written to before. */
  public static Verdict check(History history) {
    return new Provenance(history).judge();
  }

  private Sources sourcesOf(int key) {
    return sourcesOfKeys.computeIfAbsent(key, any -> new Sources());
  }

  private Verdict judge() {
    List<Integer> seen =
        IntStream.range(0, history.size())
            .filter(row -> seenBy(row) != Values.NONE && seenBy(row) != Values.NIL)
            .boxed()
            .sorted(Comparator.comparingLong(history::returned))
            .toList(); // what one comes from explains it to all later ones
    Set<Long> explained = new HashSet<>();
    for (int row : seen) {
      boolean isNew = explained.add(((long) history.key(row) << 32) | seenBy(row));
      if (isNew && !isExplained(row, Rule.ALL)) {
        return broken(row);
      }
    }
    return new Holds();
  }

  /** The value that an operation has seen, if its answer tells one. */
  private int seenBy(int row) {
    if (history.outcome(row) != Outcome.OK) {
      return Values.NONE;
    }
    return history.kind(row) == Kind.CAS
        ? (history.result(row) == Values.TRUE ? history.expected(row) : Values.NONE)
        : history.result(row);
  }

  private boolean isExplained(int row, Rule rule) {
    Object value = values.get(seenBy(row));
    Sources sources = sourcesOf(history.key(row));
    if (value instanceof Long number) {
      return sources.explain(number, history.returned(row), rule);
    }
    return sources.explain(String.valueOf(value), history.returned(row), rule);
  }

  private Broken broken(int row) {
    String key = values.show(history.key(row));
    String what = "what was seen under " + key + ", " + values.show(seenBy(row)) + ", ";
    String why =
        isExplained(row, Rule.ANY_NUMBER_OF_TIMES)
            ? "has an operation in it twice"
            : isExplained(row, Rule.ALSO_REFUSED)
                ? "comes from an operation that was refused"
                : "comes from nothing that was asked for before";
    List<Operation> conflict = List.of(history.operation(row));
    return new Broken(key, what + why, conflict, List.of());
  }

  /** What was asked for that the values of one key may come from. */
  private final class Sources {
    private final List<Integer> writes = new ArrayList<>();
    private final Map<String, List<Integer>> appends = new HashMap<>(); // by the text
    private final Set<Integer> lengths = new HashSet<>(); // of these texts
    private final List<Integer> sums = new ArrayList<>();

    void add(int row) {
      Object argument = values.get(history.argument(row));
      if (history.kind(row) == Kind.ADD) {
        sums.add(row);
      } else if (history.kind(row) == Kind.APPEND) {
        String text = String.valueOf(argument);
        appends.computeIfAbsent(text, any -> new ArrayList<>()).add(row);
        lengths.add(text.length());
      } else {
        writes.add(row);
      }
    }

    private boolean mayHaveHappened(int row, long until, Rule rule) {
      boolean isRefused =
          history.outcome(row) == Outcome.FAIL
              || (history.kind(row) == Kind.CAS && history.result(row) == Values.FALSE);
      return history.invoked(row) <= until && (!isRefused || rule == Rule.ALSO_REFUSED);
    }

    boolean explain(long number, long until, Rule rule) {
      long least = 0; // that was written
      long most = 0;
      for (int row : writes) {
        if (mayHaveHappened(row, until, rule)
            && values.get(history.argument(row)) instanceof Long written) {
          least = Math.min(least, written);
          most = Math.max(most, written);
        }
      }
      for (int row : sums) {
        boolean counts = mayHaveHappened(row, until, rule);
        if (counts && values.get(history.argument(row)) instanceof Long added) {
          if (rule == Rule.ALL) {
            least += Math.min(0, added);
            most += Math.max(0, added);
          } else if (added < 0) {
            least = Long.MIN_VALUE;
          } else if (added > 0) {
            most = Long.MAX_VALUE;
          }
        }
      }
      return least <= number && number <= most;
    }

    boolean explain(String text, long until, Rule rule) {
      if (explainRest(text, 0, until, rule)) {
        return true; // appended to nothing
      }
      for (int row : writes) {
        String written = String.valueOf(values.get(history.argument(row)));
        if (text.startsWith(written)
            && mayHaveHappened(row, until, rule)
            && explainRest(text, written.length(), until, rule)) {
          return true;
        }
      }
      return false;
    }

    /** A way through a text: up to where it is explained, and by what is tried next. */
    private final class Way {
      final int at;
      final List<Integer> next;
      int tried;

      Way(String text, int at, long until, Rule rule) {
        this.at = at;
        next = new ArrayList<>();
        for (int length : lengths) {
          List<Integer> same =
              at + length <= text.length()
                  ? appends.getOrDefault(text.substring(at, at + length), List.of())
                  : List.of();
          same.stream().filter(row -> mayHaveHappened(row, until, rule)).forEach(next::add);
        }
      }
    }

    /** Whether what comes after a position in a text was appended, piece after piece. */
    private boolean explainRest(String text, int from, long until, Rule rule) {
      if (from == text.length()) {
        return true;
      }
      Set<Integer> used = new HashSet<>();
      List<Way> ways = new ArrayList<>(List.of(new Way(text, from, until, rule)));
      while (!ways.isEmpty()) {
        Way way = ways.get(ways.size() - 1);
        if (way.tried > 0) {
          used.remove(way.next.get(way.tried - 1));
        }
        if (way.tried == way.next.size()) {
          ways.remove(ways.size() - 1);
          continue;
        }
        int row = way.next.get(way.tried++);
        if (used.add(row) || rule != Rule.ALL) {
          int length = String.valueOf(values.get(history.argument(row))).length();
          if (way.at + length == text.length()) {
            return true;
          }
          if (length > 0) {
            ways.add(new Way(text, way.at + length, until, rule));
          }
        }
      }
      return false;
    }
  }
}
