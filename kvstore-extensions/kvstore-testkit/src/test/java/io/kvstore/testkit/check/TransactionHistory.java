package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Small random histories of transactions whose writes are distinct, often nearly right. */
final class TransactionHistory {
  /**
   * What they are like.
   *
   * @param stale how often a read is of any value so far rather than of the last
   * @param wrong how often what is done is not isolated: a read of what is written later, of what
   *     failed, or of what was written in between
   */
  record Shape(int sessions, int transactions, int longest, int keys, double stale, double wrong) {}

  private final RandomGenerator random;
  private final Shape shape;
  private final History.Builder history = History.builder();
  private final List<List<Long>> written = new ArrayList<>();
  private long next = 1;
  private long now;

  private TransactionHistory(RandomGenerator random, Shape shape) {
    this.random = random;
    this.shape = shape;
    for (int key = 0; key < shape.keys(); key++) {
      written.add(new ArrayList<>(List.of(0L)));
    }
  }

  /** Keys hold 0 at first. */
  static History of(RandomGenerator random, Shape shape) {
    TransactionHistory made = new TransactionHistory(random, shape);
    for (int i = 0; i < shape.transactions(); i++) {
      made.transaction();
    }
    return made.history.build();
  }

  private void transaction() {
    int process = random.nextInt(shape.sessions());
    int length = 1 + random.nextInt(shape.longest());
    int first = history.size();
    boolean fails = random.nextDouble() < shape.wrong() / 2;
    boolean isUnknown = !fails && random.nextDouble() < shape.wrong() / 2;
    Map<Integer, Long> own = new HashMap<>();
    List<Long> results = new ArrayList<>();
    for (int i = 0; i < length; i++) {
      int key = random.nextInt(shape.keys());
      if (random.nextBoolean()) {
        own.put(key, next);
        history.invoke(process, Kind.WRITE, (long) key, next, now);
        results.add(null);
        if (random.nextDouble() < shape.wrong() / 4) {
          written.get(key).add(next);
        }
        next++;
      } else {
        history.invoke(
            process, Kind.READ, history.values().of((long) key), Values.NONE, Values.NONE, now);
        results.add(
            own.containsKey(key) && random.nextDouble() > shape.wrong() / 4
                ? own.get(key)
                : seen(key));
      }
    }
    history.together(first);
    if (!isUnknown) {
      long end = now + 1;
      for (int row = first; row < history.size(); row++) {
        Long result = results.get(row - first);
        if (fails) {
          history.fail(row, end);
        } else {
          history.ok(row, result == null ? Values.NONE : history.values().of(result), end);
        }
      }
    }
    now += 2;
    if (!fails || random.nextDouble() < shape.wrong() / 2) {
      own.forEach((key, value) -> written.get(key).add(value));
    }
  }

  private Long seen(int key) {
    List<Long> values = written.get(key);
    return random.nextDouble() < shape.stale()
        ? values.get(random.nextInt(values.size()))
        : values.get(values.size() - 1);
  }
}
