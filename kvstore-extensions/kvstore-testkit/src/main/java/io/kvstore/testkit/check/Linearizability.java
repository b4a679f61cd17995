package io.kvstore.testkit.check;

import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.check.Verdict.Undecided;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Operation;
import io.kvstore.testkit.history.Values;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.StringJoiner;

/**
 * Whether a history is linearizable (Herlihy and Wing, TOPLAS 12(3), 1990): whether each operation
 * can be put at a point between its invocation and its return so that the answers are those of one
 * copy.
 *
 * <p>A history is linearizable if and only if that of each key is (theorem 1 of the paper), so keys
 * are judged apart, but for those that one operation reads or changes at one moment: by {@link
 * Zones} where they apply, else by a {@link Search}. The searches are a race: all get a few steps,
 * those that are left get more and more, so that one broken key ends it.
 */
public final class Linearizability {
  /** Who judges. */
  enum Engine {
    /** Zones where they apply, else the search. */
    BOTH,
    SEARCH
  }

  private static final long FIRST_STEPS = 1 << 10;
  private static final long MOST_STEPS = 1 << 12;
  private static final long STEPS_FOR_A_WITNESS = 1 << 14;
  private static final long BYTES_OF_A_VALUE = 80;
  private static final int MOST_IN_CONFLICT = 12;

  private final History history;
  private final Budget budget;
  private final Engine engine;
  private final Values values;
  private final int initial;
  private final int absent;
  private final Memory memory;
  private final long start = System.nanoTime();

  private Linearizability(History history, Model model, Budget budget, Engine engine) {
    this.history = history;
    this.budget = budget;
    this.engine = engine;
    values = grows(history) ? history.values().copy() : history.values();
    initial = grows(history) ? values.of(model.initial()) : model.initialState(values);
    absent = model.absentState(values);
    memory = new Memory(budget.bytes());
  }

  /** Judges the history within the default budget. */
  public static Verdict check(History history, Model model) {
    return check(history, model, Budget.DEFAULT);
  }

  /** Judges the history. */
  public static Verdict check(History history, Model model, Budget budget) {
    return check(history, model, budget, Engine.BOTH);
  }

  static Verdict check(History history, Model model, Budget budget, Engine engine) {
    try {
      return new Linearizability(history, model, budget, engine).judge();
    } catch (Memory.Exhausted e) {
      return new Undecided("what there is to remember exceeds " + budget.bytes() + " bytes");
    }
  }

  private static boolean grows(History history) {
    for (int i = 0; i < history.size(); i++) {
      if (history.kind(i) == Kind.APPEND || history.kind(i) == Kind.ADD) {
        return true;
      }
    }
    return false;
  }

  /** A search that goes on. */
  private record Racer(KeyOperations operations, Search search, Memory.Share memory) {}

  private Verdict judge() {
    ByKey keys = ByKey.connected(history);
    int[] left = new int[keys.count()];
    int searched = 0;
    Zones zones = new Zones(history, initial);
    for (int key = 0; key < keys.count(); key++) {
      Zones.Finding finding =
          engine == Engine.SEARCH || keys.isTogether(key)
              ? Zones.Finding.NOT_APPLICABLE
              : zones.check(keys.operations(), keys.from(key), keys.to(key));
      if (finding == Zones.Finding.BROKEN) {
        return broken(keys, key, zones);
      }
      if (finding == Zones.Finding.NOT_APPLICABLE) {
        left[searched++] = key;
      }
    }
    return race(keys, Arrays.copyOf(left, searched));
  }

  private Verdict race(ByKey keys, int[] left) {
    Queue<Racer> racers = new ArrayDeque<>();
    for (int key : left) {
      Racer racer = racer(keys, key);
      Optional<Verdict> verdict = goOn(racer, FIRST_STEPS);
      if (verdict.isEmpty()) {
        racers.add(racer);
      } else if (!verdict.get().holds()) {
        return verdict.get();
      }
    }
    for (long steps = FIRST_STEPS * 4; !racers.isEmpty(); steps *= 4) {
      for (int i = racers.size(); i > 0; i--) {
        Racer racer = racers.remove();
        Optional<Verdict> verdict = goOn(racer, steps);
        if (verdict.isEmpty()) {
          racers.add(racer);
        } else if (!verdict.get().holds()) {
          return verdict.get();
        }
      }
    }
    return new Holds();
  }

  private Racer racer(ByKey keys, int key) {
    KeyOperations operations =
        new KeyOperations(history, keys.operations(), keys.from(key), keys.to(key), values, absent);
    Memory.Share share = memory.share();
    return new Racer(operations, new Search(operations, values, initial, share), share);
  }

  /** What became of a key after so many steps; nothing if the search is still going on. */
  private Optional<Verdict> goOn(Racer racer, long steps) {
    for (long done = 0; done < steps; done += MOST_STEPS) {
      int known = values.size();
      Search.Status status = racer.search().run(Math.min(steps, MOST_STEPS));
      racer.memory().takeArray(values.size() - known, BYTES_OF_A_VALUE);
      if (status == Search.Status.HOLDS) {
        racer.memory().giveBack();
        return Optional.of(new Holds());
      }
      if (status == Search.Status.BROKEN) {
        return Optional.of(broken(racer));
      }
      if (System.nanoTime() - start > budget.time().toNanos()) {
        return Optional.of(new Undecided("no answer within " + budget.time()));
      }
    }
    return Optional.empty();
  }

  private Broken broken(Racer racer) {
    KeyOperations operations = racer.operations();
    int[] order = racer.search().longestOrder();
    int stuck = racer.search().stuck();
    boolean[] placed = new boolean[operations.count];
    for (int operation : order) {
      placed[operation] = true;
    }
    List<Operation> conflict = new ArrayList<>();
    if (order.length > 0) {
      addTo(conflict, operations, order[order.length - 1]);
    }
    addTo(conflict, operations, stuck);
    long end = history.returned(operations.row[stuck]);
    for (int i = 0; i < operations.count && conflict.size() < MOST_IN_CONFLICT; i++) {
      if (i != stuck && !placed[i] && history.invoked(operations.row[i]) <= end) {
        addTo(conflict, operations, i);
      }
    }
    String reason =
        "the longest order of what was done"
            + on(operations)
            + " has "
            + order.length
            + " operations, and no place for: "
            + history.operation(operations.row[stuck]);
    return new Broken(keys(operations), reason, conflict, inWords(operations, order));
  }

  private Broken broken(ByKey keys, int key, Zones zones) {
    Racer racer = racer(keys, key);
    try {
      racer.search().run(STEPS_FOR_A_WITNESS);
    } catch (Memory.Exhausted e) {
      // What was found so far will do.
    }
    return new Broken(
        keys(racer.operations()),
        zones.reason() + on(racer.operations()),
        zones.conflict().stream().map(history::operation).toList(),
        inWords(racer.operations(), racer.search().longestOrder()));
  }

  private String on(KeyOperations operations) {
    String keys = keys(operations);
    return keys.equals("nil") ? "" : " on " + keys;
  }

  private String keys(KeyOperations operations) {
    StringJoiner keys = new StringJoiner(", ");
    for (int key : operations.parts.keys()) {
      keys.add(values.show(key));
    }
    return keys.toString();
  }

  private List<Operation> inWords(KeyOperations operations, int[] order) {
    List<Operation> words = new ArrayList<>();
    for (int operation : order) {
      addTo(words, operations, operation);
    }
    return words;
  }

  /** Adds all rows of what takes effect at one moment. */
  private void addTo(List<Operation> words, KeyOperations operations, int operation) {
    int first = operations.row[operation];
    for (int row = first; Parts.isOfGroup(history, row, first); row++) {
      words.add(history.operation(row));
    }
  }
}
