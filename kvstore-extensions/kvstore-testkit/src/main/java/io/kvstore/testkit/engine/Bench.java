package io.kvstore.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.kvstore.StoreBuilder;
import io.kvstore.UnavailableException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/**
 * Where a test opens stores of one setup, and how it lets time pass there. Time is real, unless an
 * engine says otherwise.
 */
public interface Bench {
  /** How long anything may take that is to happen soon. */
  Duration PATIENCE = Duration.ofSeconds(30);

  /** How long to look for what must not happen. */
  Duration A_MOMENT = Duration.ofMillis(200);

  /** Whose stores these are. */
  Setup setup();

  /** For a store that holds nothing at first, which has its engine, level and shards already. */
  StoreBuilder<String, String> builder();

  /** The same, for a test that looks at what closing the store does. */
  default StoreBuilder<String, String> builderOfOneToClose() {
    return builder();
  }

  /** Opens a store that holds nothing. */
  default KVStore<String, String> open() {
    return builder().open();
  }

  /** How often a test repeats what goes wrong by chance: less where each call takes its time. */
  default int repetitions(int usual) {
    return usual;
  }

  /** Makes each message take a while, where the engine can do that. */
  default void slowDown(KVStore<?, ?> store) {}

  /** Lets time pass, by which entries expire. */
  default void pass(Duration time) {
    long end = System.nanoTime() + time.toNanos();
    while (System.nanoTime() < end) {
      LockSupport.parkNanos(end - System.nanoTime());
    }
  }

  /** What time it is for the entries. */
  default Instant time() {
    return Instant.now();
  }

  /** How much time has passed since some moment. */
  default Duration now() {
    return Duration.ofNanos(System.nanoTime());
  }

  /** Waits for a future's end, whatever it is. */
  default void end(CompletableFuture<?> future) {
    until(future::isDone);
  }

  /** Waits for a future's end and returns its value. */
  default <T> T join(CompletableFuture<T> future) {
    end(future);
    return future.join();
  }

  /** Lets time pass until the condition holds. */
  default void until(BooleanSupplier condition) {
    Duration deadline = now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(now()).as("%s: the condition came true in time", setup()).isLessThan(deadline);
      pass(Duration.ofMillis(2));
    }
  }

  /** Lets time pass until the assertion holds. */
  default void eventually(ThrowingCallable assertion) {
    Duration deadline = now().plus(PATIENCE);
    while (true) {
      try {
        assertion.call();
        return;
      } catch (AssertionError | UnavailableException notYet) {
        if (now().compareTo(deadline) > 0) {
          throw notYet;
        }
      } catch (Throwable failed) {
        throw new AssertionError(setup() + ": the assertion could not be checked", failed);
      }
      pass(Duration.ofMillis(2));
    }
  }

  /** Repeats an operation until it is not refused any more. */
  default void untilServed(Runnable operation) {
    until(
        () -> {
          try {
            operation.run();
            return true;
          } catch (UnavailableException notYet) {
            return false;
          }
        });
  }

  /**
   * The assertion holds of what this client has written itself: now, or soon, as its setup has it.
   */
  default void ownWritesShow(ThrowingCallable assertion) {
    if (!setup().showsOwnWritesAtOnce()) {
      eventually(assertion);
    } else {
      try {
        assertion.call();
      } catch (RuntimeException | Error failed) {
        throw failed;
      } catch (Throwable failed) {
        throw new AssertionError(failed);
      }
    }
  }
}
