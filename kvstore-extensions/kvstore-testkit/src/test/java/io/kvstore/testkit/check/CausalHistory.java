package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * A history of replicas that tell one another of their writes, each to be applied after those that
 * it depends on. Of concurrent writes the later one wins, everywhere.
 */
final class CausalHistory {
  /**
   * How many there are; how likely an operation is a write or a delete, and unknown; whether a
   * write tells what it replaced.
   */
  record Shape(
      int operations,
      int sessions,
      int keys,
      double writes,
      double deletes,
      double unknown,
      boolean tells,
      Flaw flaw) {}

  /** What the replicas do wrong. */
  enum Flaw {
    NONE,
    /** Whichever write comes last to a replica wins there. */
    DOES_NOT_CONVERGE,
    /** Writes are applied as soon as they come. */
    FORGETS_DEPENDENCIES
  }

  private static final class Update {
    final int key;
    final int value;
    final long version;
    final int[] dependsOn;

    Update(int key, int value, long version, int[] dependsOn) {
      this.key = key;
      this.value = value;
      this.version = version;
      this.dependsOn = dependsOn;
    }
  }

  private final RandomGenerator random;
  private final Shape shape;
  private final History.Builder history = History.builder();
  private final int[] keys;

  // By replica, one for each session.
  private final int[][] applied;
  private final int[][] value;
  private final long[][] version;
  private final long[] clock;
  private final List<List<Update>> told = new ArrayList<>();

  private CausalHistory(RandomGenerator random, Shape shape) {
    this.random = random;
    this.shape = shape;
    int sessions = shape.sessions();
    keys = new int[shape.keys()];
    for (int key = 0; key < keys.length; key++) {
      keys[key] = history.values().of("k" + key);
    }
    applied = new int[sessions][sessions];
    value = new int[sessions][shape.keys()];
    version = new long[sessions][shape.keys()];
    clock = new long[sessions];
    for (int session = 0; session < sessions; session++) {
      told.add(new ArrayList<>());
    }
  }

  static History of(RandomGenerator random, Shape shape) {
    return new CausalHistory(random, shape).make();
  }

  private History make() {
    for (int time = 0; time < shape.operations(); time++) {
      int session = random.nextInt(shape.sessions());
      for (int i = 0; i < 2; i++) {
        hear(session, random.nextInt(shape.sessions()));
      }
      int key = random.nextInt(shape.keys());
      double choice = random.nextDouble();
      if (choice < shape.writes() + shape.deletes()) {
        write(session, key, choice < shape.writes(), time);
      } else {
        int row = history.invoke(session, Kind.READ, keys[key], Values.NONE, Values.NONE, time);
        history.ok(row, value[session][key], time);
      }
    }
    return history.build();
  }

  private void write(int session, int key, boolean isPut, int time) {
    int itsValue = isPut ? history.values().of((long) time) : Values.NIL;
    int row =
        history.invoke(
            session,
            isPut ? Kind.WRITE : Kind.DELETE,
            keys[key],
            isPut ? itsValue : Values.NONE,
            Values.NONE,
            time);
    if (random.nextDouble() < shape.unknown()) {
      if (random.nextBoolean()) {
        return; // never happens
      }
    } else {
      history.ok(row, shape.tells() ? value[session][key] : Values.NONE, time);
    }
    long itsVersion = ++clock[session] * shape.sessions() + session;
    Update update = new Update(key, itsValue, itsVersion, applied[session].clone());
    applied[session][session]++;
    told.get(session).add(update);
    apply(session, update);
  }

  /** Applies what another one has told, as far as it may be. */
  private void hear(int session, int other) {
    List<Update> updates = told.get(other);
    while (other != session && applied[session][other] < updates.size()) {
      Update update = updates.get(applied[session][other]);
      for (int i = 0; i < applied[session].length; i++) {
        if (shape.flaw() != Flaw.FORGETS_DEPENDENCIES
            && i != other
            && update.dependsOn[i] > applied[session][i]) {
          return;
        }
      }
      applied[session][other]++;
      apply(session, update);
    }
  }

  private void apply(int session, Update update) {
    clock[session] = Math.max(clock[session], update.version / shape.sessions());
    if (shape.flaw() == Flaw.DOES_NOT_CONVERGE || update.version > version[session][update.key]) {
      version[session][update.key] = update.version;
      value[session][update.key] = update.value;
    }
  }
}
