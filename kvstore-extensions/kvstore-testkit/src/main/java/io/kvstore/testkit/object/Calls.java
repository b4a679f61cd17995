package io.kvstore.testkit.object;

import static java.util.Objects.requireNonNull;

import io.kvstore.testkit.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArraySet;

/**
 * What the clients of one object did to it, and saw.
 *
 * <pre>{@code
 * Calls<Queues.Call, Optional<String>> calls = new Calls<>();
 * calls.call("ana", Queues.poll(), () -> Optional.ofNullable(queue.poll()));
 * }</pre>
 *
 * <p>Safe for use by many threads.
 *
 * @param <I> the calls
 * @param <O> their answers
 */
public final class Calls<I, O> {
  /**
   * One call.
   *
   * @param client who made it
   * @param input what was asked
   * @param output what was answered; nothing unless the outcome is {@link Outcome#OK}
   * @param invoked when it began
   * @param returned when it ended; {@link Long#MAX_VALUE} if it is not known what became of it
   * @param outcome what is known of its effect
   */
  public record Taken<I, O>(
      String client, I input, Optional<O> output, long invoked, long returned, Outcome outcome) {
    @Override
    public String toString() {
      String end =
          outcome == Outcome.OK
              ? "answers " + output.map(String::valueOf).orElse("")
              : outcome == Outcome.FAIL ? "is refused" : "has an unknown outcome";
      return client + ": " + input + " " + end;
    }
  }

  private final long start = System.nanoTime();
  private final List<Taken<I, O>> taken = new ArrayList<>(); // guarded by itself
  private final Set<Class<? extends Throwable>> refusals = new CopyOnWriteArraySet<>();

  /** Nothing was done so far. */
  public Calls() {}

  /** Takes calls that throw this as refused: they certainly had no effect. */
  public Calls<I, O> refusedBy(Class<? extends Throwable> exception) {
    refusals.add(exception);
    return this;
  }

  /**
   * Makes a call, and takes down what came of it.
   *
   * @throws Exception what the call throws: it may have had its effect, unless {@link #refusedBy}
   *     says otherwise
   */
  public O call(String client, I input, Callable<O> call) throws Exception {
    long invoked = now();
    boolean isTaken = false;
    try {
      O output =
          requireNonNull(
              call.call(), "a call answered null: answer with an Optional where there may be none");
      isTaken = true;
      add(new Taken<>(client, input, Optional.of(output), invoked, now(), Outcome.OK));
      return output;
    } catch (Exception thrown) {
      if (refusals.stream().anyMatch(each -> each.isInstance(thrown))) {
        isTaken = true;
        add(new Taken<>(client, input, Optional.empty(), invoked, now(), Outcome.FAIL));
      }
      throw thrown;
    } finally {
      if (!isTaken) {
        add(unknown(client, input, invoked));
      }
    }
  }

  private static <I, O> Taken<I, O> unknown(String client, I input, long invoked) {
    return new Taken<>(client, input, Optional.empty(), invoked, Long.MAX_VALUE, Outcome.UNKNOWN);
  }

  private long now() {
    return System.nanoTime() - start;
  }

  /** Takes down a call that was made somewhere else. */
  public void add(Taken<I, O> call) {
    synchronized (taken) {
      taken.add(call);
    }
  }

  /** All calls so far, in the order in which they began. */
  public List<Taken<I, O>> taken() {
    synchronized (taken) {
      return taken.stream().sorted(Comparator.comparingLong(Taken::invoked)).toList();
    }
  }

  /** Those that may have had an effect. */
  List<Taken<I, O>> notRefused() {
    return taken().stream().filter(call -> call.outcome() != Outcome.FAIL).toList();
  }
}
