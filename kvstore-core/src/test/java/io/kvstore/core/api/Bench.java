package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.kvstore.StoreBuilder;
import io.kvstore.UnavailableException;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.core.Simulation;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.trace.Trace;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** Where a test opens a store, and how it lets time pass there: virtual time or real. */
record Bench(Setup setup, Simulation simulation, InProcess inProcess) {
  private static final Duration PATIENCE = Duration.ofSeconds(10);
  private static final Duration A_MOMENT = Duration.ofMillis(2);

  Bench trace(Trace trace) {
    return new Bench(setup, simulation.trace(trace), inProcess.trace(trace));
  }

  Bench datalet(DataletFactory factory) {
    return new Bench(setup, simulation.datalet(factory), inProcess.datalet(factory));
  }

  StoreBuilder<String, String> builder() {
    Placement placement =
        setup.runner() == Setup.Runner.DEDICATED ? Placement.DEDICATED : Placement.SHARED;
    return KVStore.builder()
        .consistency(setup.consistency())
        .replication(setup.replication())
        .shards(setup.shards())
        .engine(setup.isSimulated() ? simulation : inProcess.placement(placement));
  }

  KVStore<String, String> open() {
    return builder().open();
  }

  /** Lets time pass. */
  void pass(Duration time) {
    if (setup.isSimulated()) {
      simulation.runFor(time);
    } else {
      long end = System.nanoTime() + time.toNanos();
      while (System.nanoTime() < end) {
        LockSupport.parkNanos(end - System.nanoTime());
      }
    }
  }

  /** How much time has passed since some moment. */
  Duration now() {
    return setup.isSimulated() ? simulation.elapsed() : Duration.ofNanos(System.nanoTime());
  }

  /** Lets time pass until the condition holds. */
  void until(BooleanSupplier condition) {
    Duration deadline = now().plus(PATIENCE);
    while (!condition.getAsBoolean()) {
      assertThat(now()).as("%s: the condition came true in time", setup).isLessThan(deadline);
      pass(A_MOMENT);
    }
  }

  /** Lets time pass until the assertion holds. */
  void eventually(ThrowingCallable assertion) {
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
        throw new AssertionError(setup + ": the assertion could not be checked", failed);
      }
      pass(A_MOMENT);
    }
  }

  /** Repeats an operation until it is not refused any more. */
  void untilServed(Runnable operation) {
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
   * The assertion holds now of what this client has written itself; where another member than the
   * client's own owns the key, soon.
   */
  void ownWritesShow(ThrowingCallable assertion) {
    if (!setup.showsOwnWritesAtOnce()) {
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

  /** Waits for a future's end and returns its value. */
  <T> T join(CompletableFuture<T> future) {
    end(future);
    return future.join();
  }

  /** Waits for a future's end, whatever it is. */
  void end(CompletableFuture<?> future) {
    if (setup.isSimulated()) {
      simulation.runUntilDone(future);
    } else {
      until(future::isDone);
    }
    assertThat(future).as("%s: the future has ended", setup).isDone();
  }

  static Duration millis(long number) {
    return Duration.ofMillis(number);
  }
}
