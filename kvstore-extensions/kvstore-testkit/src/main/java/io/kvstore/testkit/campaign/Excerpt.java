package io.kvstore.testkit.campaign;

import io.kvstore.Consistency;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.check.Verdict.Undecided;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.LongTable;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * What clients saw in one phase of a store, judged by what was promised then.
 *
 * <p>Operations that were asked and answered in the phase must be explained. A write that only
 * overlaps it may take effect at any time in it, or not at all. All else is left out, so that it is
 * not known what stood under the keys when the phase began: but it was one value under each key,
 * for all clients. Of values that are read and that no write of the phase makes, one can have been
 * there. Each choice is tried; if none explains what was seen, the promise was not kept.
 */
final class Excerpt {
  private static final int MOST_CHOICES = 64;

  /** What a key may have begun with. */
  private record Beginning(int value, long version) {}

  private final History all;
  private final Phase phase;
  private final int lastProcess;

  Excerpt(History all, Phase phase) {
    this.all = all;
    this.phase = phase;
    int last = 0;
    for (int row = 0; row < all.size(); row++) {
      last = Math.max(last, all.process(row));
    }
    lastProcess = last;
  }

  /** Whether clients saw what the level promises. */
  Verdict check(Consistency level, Budget budget) {
    Map<Integer, List<Beginning>> open = phase.isFromTheBeginning() ? Map.of() : beginnings();
    long choices = 1;
    for (List<Beginning> each : open.values()) {
      choices = Math.min(choices * each.size(), MOST_CHOICES + 1L);
    }
    Optional<Verdict> first = Optional.empty();
    Optional<Verdict> undecided =
        choices <= MOST_CHOICES
            ? Optional.empty()
            : Optional.of(new Undecided("too many values may have been there before"));
    for (int choice = 0; choice < Math.min(choices, MOST_CHOICES); choice++) {
      Verdict verdict = Levels.check(level, history(chosen(open, choice)), budget);
      if (verdict instanceof Holds) {
        return verdict;
      }
      undecided = undecided.or(() -> Optional.of(verdict).filter(Undecided.class::isInstance));
      first = first.or(() -> Optional.of(verdict));
    }
    return undecided.orElse(first.orElseThrow());
  }

  /** By key, what it may have begun with, as far as that makes a difference. */
  private Map<Integer, List<Beginning>> beginnings() {
    Map<Integer, Map<Integer, Beginning>> seen = new TreeMap<>();
    Map<Integer, Set<Integer>> made = new HashMap<>();
    Set<Integer> mayHaveChanged =
        new HashSet<>(); // the keys, in a way that depends on what was there
    for (int row = 0; row < all.size(); row++) {
      if (phase.includes(all, row)) {
        Beginning before = before(row);
        if (before.value() != Values.NONE) {
          seen.computeIfAbsent(all.key(row), first -> new TreeMap<>())
              .merge(before.value(), before, (one, other) -> one.version() < 0 ? other : one);
        }
      }
      made.computeIfAbsent(all.key(row), first -> new HashSet<>()).add(made(row));
      if (phase.maySee(all, row) && all.kind(row) != Kind.WRITE && all.kind(row) != Kind.DELETE) {
        mayHaveChanged.add(all.key(row));
      }
    }
    Map<Integer, List<Beginning>> open = new TreeMap<>();
    seen.forEach(
        (key, values) -> {
          List<Beginning> others = new ArrayList<>();
          values.values().stream()
              .filter(each -> !made.getOrDefault(key, Set.of()).contains(each.value()))
              .filter(each -> each.value() != Values.NIL)
              .forEach(others::add);
          // What is read may also have been made of something that was never read.
          if (values.containsKey(Values.NIL) || mayHaveChanged.contains(key)) {
            others.add(new Beginning(Values.NIL, Values.NONE));
          }
          if (!others.isEmpty()) {
            open.put(key, others);
          }
        });
    return open;
  }

  /** What an operation has found under its key, as far as its answer tells. */
  private Beginning before(int row) {
    int result = all.result(row);
    if (result == Values.NONE) {
      return new Beginning(Values.NONE, Values.NONE);
    }
    return switch (all.kind(row)) {
      case READ -> new Beginning(result, all.version(row));
      case WRITE, DELETE -> new Beginning(result, Values.NONE);
      case CAS ->
          new Beginning(result == Values.TRUE ? all.expected(row) : Values.NONE, Values.NONE);
      case APPEND, ADD -> new Beginning(beforeGrowth(row), Values.NONE);
    };
  }

  private int beforeGrowth(int row) {
    Values values = all.values();
    Object grown = values.get(all.result(row));
    Object by = values.get(all.argument(row));
    if (grown instanceof Long sum && by instanceof Long added) {
      return sum.equals(added) ? Values.NIL : values.of(sum - added);
    }
    String text = String.valueOf(grown);
    String before = text.substring(0, text.length() - String.valueOf(by).length());
    return before.isEmpty() ? Values.NIL : values.of(before);
  }

  /** The value that a write of the phase makes whenever it takes effect. */
  private int made(int row) {
    Kind kind = all.kind(row);
    if (phase.includes(all, row)) {
      return kind == Kind.APPEND || kind == Kind.ADD ? all.result(row) : all.argument(row);
    }
    return kind == Kind.WRITE && phase.maySee(all, row) ? all.argument(row) : Values.NONE;
  }

  private static Map<Integer, Beginning> chosen(Map<Integer, List<Beginning>> open, int choice) {
    Map<Integer, Beginning> chosen = new TreeMap<>();
    int left = choice;
    for (Map.Entry<Integer, List<Beginning>> each : open.entrySet()) {
      List<Beginning> values = each.getValue();
      chosen.put(each.getKey(), values.get(left % values.size()));
      left /= values.size();
    }
    return chosen;
  }

  /** The history of the phase, if its keys have begun with these values. */
  private History history(Map<Integer, Beginning> beginnings) {
    Copy copy = new Copy();
    beginnings.forEach(copy::begin);
    for (int row = 0; row < all.size(); row++) {
      if (phase.includes(all, row)) {
        copy.add(row);
      } else if (phase.maySee(all, row)) {
        copy.addUnknown(row);
      }
    }
    return copy.builder.build();
  }

  /** What is taken over of the whole history. */
  private final class Copy {
    private final History.Builder builder = History.builder();
    private final LongTable begun = new LongTable(); // the processes
    private final LongTable copies = new LongTable(); // by row
    private int group = Values.NONE;
    private int firstOfGroup;
    private int lastBeginning = Values.NONE;
    private int process = lastProcess;

    /** Before anything else there was this value. */
    void begin(int key, Beginning beginning) {
      if (beginning.value() == Values.NIL) {
        return; // as under any key that was never written
      }
      if (lastBeginning == Values.NONE) {
        process++;
      }
      long at = phase.from() + builder.size();
      lastBeginning =
          builder.invoke(
              process, Kind.WRITE, number(key), number(beginning.value()), Values.NONE, at);
      builder.ok(lastBeginning, Values.NONE, at);
      if (beginning.version() != Values.NONE) {
        builder.version(lastBeginning, beginning.version());
      }
    }

    void add(int row) {
      int copied = invoke(row, all.process(row));
      builder.ok(copied, number(all.result(row)), all.returned(row));
      if (all.version(row) != Values.NONE) {
        builder.version(copied, all.version(row));
      }
      builder.replaced(copied, all.replaced(row));
      if (all.position(row) != Values.NONE) {
        builder.position(copied, all.position(row));
      }
      copies.put(row, copied);
      follow(row, copied);
      firstOfGroup = all.group(row) == group ? firstOfGroup : copied;
      group = all.group(row);
      if (copied > firstOfGroup) {
        builder.together(firstOfGroup);
      }
    }

    /** A session that has seen nothing yet has seen what there was in the beginning. */
    private void follow(int row, int copied) {
      boolean isFirst = begun.get(all.process(row)) == LongTable.ABSENT;
      begun.put(all.process(row), copied);
      int other = all.follows(row) == Values.NONE ? LongTable.ABSENT : copies.get(all.follows(row));
      if (other != LongTable.ABSENT) {
        builder.follows(copied, other);
      } else if (isFirst && lastBeginning != Values.NONE) {
        builder.follows(copied, lastBeginning);
      }
    }

    void addUnknown(int row) {
      invoke(row, ++process);
    }

    private int invoke(int row, int by) {
      return builder.invoke(
          by,
          all.kind(row),
          number(all.key(row)),
          number(all.argument(row)),
          number(all.expected(row)),
          all.invoked(row));
    }

    private int number(int value) {
      return value == Values.NONE ? Values.NONE : builder.values().of(all.values().get(value));
    }
  }
}
