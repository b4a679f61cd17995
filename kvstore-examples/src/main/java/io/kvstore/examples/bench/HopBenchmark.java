package io.kvstore.examples.bench;

import io.kvstore.core.loop.ClientTask;
import io.kvstore.core.loop.DedicatedDriver;
import io.kvstore.core.loop.Driver;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.loop.SharedDriver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * The way of an empty task from a caller to an event loop and back: to a thread that owns the loop,
 * awake or asleep, and to a loop whose turns the caller takes itself.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(1)
public class HopBenchmark {
  private static final long PATIENCE_NANOS = Duration.ofSeconds(10).toNanos();

  /** One loop. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up first
  public static class Loop {
    /** Who takes the loop's turns. */
    public enum TurnsOf {
      /** A thread of its own. */
      DEDICATED,
      /** The thread that waits. */
      SHARED
    }

    /** Who takes the loop's turns. */
    @Param({"DEDICATED", "SHARED"})
    public TurnsOf turnsOf;

    private Driver driver;
    private EventLoop loop;

    /** Starts it. */
    @Setup
    public void start() {
      driver = turnsOf == TurnsOf.DEDICATED ? new DedicatedDriver("hop") : new SharedDriver("hop");
      loop = driver.newLoop("hop");
    }

    /** Stops it. */
    @TearDown
    public void stop() {
      driver.close();
    }

    void thereAndBack() {
      driver.call(loop, new Hop(), PATIENCE_NANOS);
    }
  }

  /** One loop that has had nothing to do for a while. */
  @State(Scope.Benchmark)
  public static class RestedLoop extends Loop {
    private static final long REST_NANOS = Duration.ofMillis(1).toNanos();

    /** Long enough for its thread to fall asleep. */
    @Setup(Level.Invocation)
    public void rest() {
      LockSupport.parkNanos(REST_NANOS);
    }
  }

  /** To a loop that is busy all the time. */
  @Benchmark
  public void awake(Loop loop) {
    loop.thereAndBack();
  }

  /** To a loop that has fallen asleep. */
  @Benchmark
  public void asleep(RestedLoop loop) {
    loop.thereAndBack();
  }

  private static final class Hop extends ClientTask {
    private volatile boolean done;

    @Override
    public void run() {
      done = true;
      wakeWaiter();
    }

    @Override
    public boolean isDone() {
      return done;
    }

    @Override
    public void deliver() {}
  }
}
