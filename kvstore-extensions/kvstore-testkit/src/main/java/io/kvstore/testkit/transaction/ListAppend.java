package io.kvstore.testkit.transaction;

import io.kvstore.testkit.history.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What transactions appended to lists, and read of them. A text or an array to which numbers are
 * added is a list, too.
 *
 * <pre>{@code
 * ListAppend lists = new ListAppend();
 * try (ListAppend.Open ana = lists.begin("ana")) {
 *   store.begin();
 *   ana.append("x", 3);
 *   store.append("x", 3);
 *   ana.read("y", store.read("y"));
 *   store.commit();
 *   ana.committed();                                   // otherwise its outcome is unknown
 * }
 * lists.check().require(Isolation.SERIALIZABLE);
 * }</pre>
 *
 * <p>Safe for use by many threads; each open transaction is for one.
 */
public final class ListAppend {
  private final long start = System.nanoTime();
  private final AtomicInteger numbers = new AtomicInteger();
  private final Set<Step.Append> appends = ConcurrentHashMap.newKeySet();
  private final List<Transaction> taken = new ArrayList<>(); // guarded by itself

  /** No transactions so far. */
  public ListAppend() {}

  /**
   * The transactions of a history of Jepsen's in EDN: {@code :value [[:append x 1] [:r y [2]]]}.
   */
  public static ListAppend read(Path file) throws IOException {
    return ElleHistory.read(file);
  }

  /** A client begins a transaction; to be asked before the store is. */
  public Open begin(String client) {
    return new Open(numbers.getAndIncrement(), client, now());
  }

  private long now() {
    return System.nanoTime() - start;
  }

  /** Takes down a transaction as a whole. */
  public void add(Transaction transaction) {
    for (Step step : transaction.steps()) {
      if (step instanceof Step.Append append) {
        claim(append);
      }
    }
    take(transaction);
  }

  private void take(Transaction transaction) {
    synchronized (taken) {
      taken.add(transaction);
    }
  }

  private void claim(Step.Append append) {
    if (!appends.add(append)) {
      throw new IllegalArgumentException(
          "a second " + append + ", expected each value to be appended to a key once");
    }
  }

  /** All transactions that have ended so far, in the order of their numbers. */
  public List<Transaction> transactions() {
    synchronized (taken) {
      return taken.stream().sorted(Comparator.comparingInt(Transaction::number)).toList();
    }
  }

  /** Which anomalies they show. */
  public Findings check() {
    return Inference.of(transactions());
  }

  /** A transaction that goes on. */
  public final class Open implements AutoCloseable {
    private final int number;
    private final String client;
    private final long begun;
    private final List<Step> steps = new ArrayList<>();
    private @Nullable Outcome outcome;

    private Open(int number, String client, long begun) {
      this.number = number;
      this.client = client;
      this.begun = begun;
    }

    /** It appends a value to a list; to be said before it does. */
    public Open append(Object key, Object value) {
      Step.Append append = new Step.Append(key, value);
      claim(append);
      steps.add(append);
      return this;
    }

    /** It has read a list, all of it. */
    public Open read(Object key, List<?> seen) {
      steps.add(new Step.Read(key, new ArrayList<>(seen)));
      return this;
    }

    /** It was committed. */
    public void committed() {
      end(Outcome.OK, now());
    }

    /** It was aborted, and certainly had no effect. */
    public void aborted() {
      end(Outcome.FAIL, now());
    }

    /** Its outcome is unknown if none was told. */
    @Override
    public void close() {
      if (outcome == null) {
        end(Outcome.UNKNOWN, Long.MAX_VALUE);
      }
    }

    private void end(Outcome how, long at) {
      if (outcome != null) {
        throw new IllegalStateException(
            "transaction " + number + " of " + client + " has ended already: " + outcome);
      }
      outcome = how;
      take(new Transaction(number, client, steps, how, begun, at));
    }
  }
}
