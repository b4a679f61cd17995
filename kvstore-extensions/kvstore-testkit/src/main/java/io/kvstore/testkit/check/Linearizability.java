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
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;

/**
 * Whether a history is linearizable (Herlihy and Wing, TOPLAS 12(3), 1990): whether each operation
 * can be put at a point between its invocation and its return so that the answers are those of one
 * copy.
 *
 * <p>A history is linearizable if and only if that of each key is (theorem 1 of the paper), so keys
 * are judged apart: by {@link Zones} where they apply, else by a {@link Search}. The searches are a
 * race: all get a few steps, those that are left get more and more, so that one broken key ends it.
 */
public final class Linearizability {
  /** Who judges. */
  enum Engine {
    /** Zones where they apply, else the search. */
    BOTH,
    SEARCH
  }

  private static final long FIRST_STEPS = 1 << 10;
  private static final long MOST_STEPS = 1 << 16;
  private static final long STEPS_FOR_A_WITNESS = 1 << 14;
  private static final long BYTES_OF_A_STATE = 80;
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
    return new Linearizability(history, model, budget, engine).judge();
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
  private record Racer(int key, KeyOperations operations, Search search) {}

  private Verdict judge() {
    ByKey keys = new ByKey(history);
    int[] left = new int[keys.count()];
    int searched = 0;
    Zones zones = new Zones(history, initial);
    for (int key = 0; key < keys.count(); key++) {
      Zones.Finding finding =
          engine == Engine.SEARCH
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
      KeyOperations operations =
          new KeyOperations(history, keys.operations(), keys.from(key), keys.to(key), absent);
      Search search = new Search(operations, values, initial, absent, memory);
      Racer racer = new Racer(keys.key(key), operations, search);
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

  /** What became of a key after so many steps; nothing if the search is still going on. */
  private Optional<Verdict> goOn(Racer racer, long steps) {
    for (long done = 0; done < steps; done += MOST_STEPS) {
      int known = values.size();
      Search.Status status = racer.search().run(Math.min(steps, MOST_STEPS));
      if (status == Search.Status.HOLDS) {
        racer.search().forget();
        return Optional.of(new Holds());
      }
      if (status == Search.Status.BROKEN) {
        return Optional.of(broken(racer));
      }
      if (status == Search.Status.OUT_OF_MEMORY
          || !memory.take((values.size() - known) * BYTES_OF_A_STATE)) {
        return Optional.of(
            new Undecided("what there is to remember exceeds " + budget.bytes() + " bytes"));
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
    Set<Integer> placed = new HashSet<>();
    for (int operation : order) {
      placed.add(operation);
    }
    List<Operation> conflict = new ArrayList<>();
    if (order.length > 0) {
      conflict.add(history.operation(order[order.length - 1]));
    }
    int returned = operations.index[stuck];
    conflict.add(history.operation(returned));
    for (int i = 0; i < operations.count && conflict.size() < MOST_IN_CONFLICT; i++) {
      int other = operations.index[i];
      if (other != returned
          && !placed.contains(other)
          && history.invoked(other) <= history.returned(returned)) {
        conflict.add(history.operation(other));
      }
    }
    String reason =
        "the longest order of what was done"
            + on(racer.key())
            + " has "
            + order.length
            + " operations, and no place for: "
            + history.operation(returned);
    return new Broken(values.show(racer.key()), reason, conflict, inWords(order));
  }

  private Broken broken(ByKey keys, int key, Zones zones) {
    List<Operation> conflict = zones.conflict().stream().map(history::operation).toList();
    KeyOperations operations =
        new KeyOperations(history, keys.operations(), keys.from(key), keys.to(key), absent);
    Search search = new Search(operations, values, initial, absent, memory);
    search.run(STEPS_FOR_A_WITNESS);
    return new Broken(
        values.show(keys.key(key)),
        zones.reason() + on(keys.key(key)),
        conflict,
        inWords(search.longestOrder()));
  }

  private String on(int key) {
    return key == Values.NIL ? "" : " on the key " + values.show(key);
  }

  private List<Operation> inWords(int[] order) {
    return Arrays.stream(order).mapToObj(history::operation).toList();
  }
}
