package io.kvstore.examples.bench;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
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
import org.openjdk.jmh.infra.ThreadParams;

/**
 * Puts and gets on a store of three replicas that holds 100,000 entries; and on plain maps, to
 * compare with. The commands are in the package's documentation.
 */
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(value = 2, jvmArgs = "-Xmx2g")
public class PutGetBenchmark {
  private static final int ENTRIES = 100_000;
  private static final int VALUES = 1_000;

  /** How many puts a caller has under way at once when it does not wait for each. */
  private static final int IN_FLIGHT = 64;

  /** A store that holds every key. */
  @State(Scope.Benchmark)
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up first
  public static class Store {
    /** What clients may observe. */
    @Param({"LINEARIZABLE", "SEQUENTIAL", "CAUSAL", "EVENTUAL"})
    public Consistency level;

    /** Which threads run the replicas. */
    @Param({"SHARED", "DEDICATED"})
    public Placement placement;

    KVStore<Bytes, Bytes> store;

    /** Opens and fills it. */
    @Setup
    public void open() {
      store =
          KVStore.builder()
              .keys(Codecs.BYTES)
              .values(Codecs.BYTES)
              .consistency(level)
              .engine(new InProcess().placement(placement))
              .open();
      Bytes[] values = Workload.values(VALUES);
      int next = 0;
      for (Bytes key : Workload.keys(ENTRIES)) {
        store.put(key, values[next++ % VALUES]);
      }
    }

    /** Closes it. */
    @TearDown
    public void close() {
      store.close();
    }
  }

  /** What a program without replicas would use, and the least that three replicas have to do. */
  @State(Scope.Benchmark)
  public static class PlainMaps {
    final Map<Bytes, Bytes> one = new ConcurrentHashMap<>();
    final Map<Bytes, Bytes> first = new HashMap<>();
    final Map<Bytes, Bytes> second = new HashMap<>();
    final Map<Bytes, Bytes> third = new HashMap<>();

    /** Fills them. */
    @Setup
    public void fill() {
      Bytes[] values = Workload.values(VALUES);
      int next = 0;
      for (Bytes key : Workload.keys(ENTRIES)) {
        Bytes value = values[next++ % VALUES];
        one.put(key, value);
        putThreeTimes(key, value);
      }
    }

    /** In one order, as replicas do. */
    synchronized void putThreeTimes(Bytes key, Bytes value) {
      first.put(key, value);
      second.put(key, value);
      third.put(key, value);
    }
  }

  /** One caller: its keys in the order in which it asks for them, and its puts under way. */
  @State(Scope.Thread)
  @SuppressWarnings("NullAway.Init") // JMH calls the set-up first
  public static class Caller {
    private static final int PICKS = 1 << 16;

    /** Which keys come how often. */
    @Param("UNIFORM")
    public Workload.Keys keys;

    private final Bytes[] all = Workload.keys(ENTRIES);
    private final Bytes[] values = Workload.values(VALUES);
    private final CompletableFuture<?>[] underWay = new CompletableFuture<?>[IN_FLIGHT];
    private int[] picks;
    private int next;

    /** Draws the order. */
    @Setup
    public void draw(ThreadParams thread) {
      picks = Workload.picks(keys, PICKS, ENTRIES, thread.getThreadIndex());
    }

    Bytes nextKey() {
      return all[picks[++next & (PICKS - 1)]];
    }

    Bytes nextValue() {
      return values[next % VALUES];
    }

    /** Takes a put's future, and waits for the one that was begun so many puts ago. */
    void await(CompletableFuture<Void> begun) {
      int slot = next % IN_FLIGHT;
      CompletableFuture<?> oldest = underWay[slot];
      underWay[slot] = begun;
      if (oldest != null) {
        oldest.join();
      }
    }

    /** Waits for all. */
    @TearDown(Level.Iteration)
    public void awaitAll() {
      for (CompletableFuture<?> each : underWay) {
        if (each != null) {
          each.join();
        }
      }
    }
  }

  // The store

  /** A blocking put. */
  @Benchmark
  public void put(Store store, Caller caller) {
    store.store.put(caller.nextKey(), caller.nextValue());
  }

  /** A blocking get. */
  @Benchmark
  public Optional<Bytes> get(Store store, Caller caller) {
    return store.store.get(caller.nextKey());
  }

  /** A put that waits only for the one that the same caller began 64 puts ago. */
  @Benchmark
  public void putPipelined(Store store, Caller caller) {
    caller.await(store.store.async().put(caller.nextKey(), caller.nextValue()));
  }

  // What to compare it with

  /** A put into a {@code ConcurrentHashMap}. */
  @Benchmark
  public @Nullable Bytes mapPut(PlainMaps maps, Caller caller) {
    return maps.one.put(caller.nextKey(), caller.nextValue());
  }

  /** A get from a {@code ConcurrentHashMap}. */
  @Benchmark
  public @Nullable Bytes mapGet(PlainMaps maps, Caller caller) {
    return maps.one.get(caller.nextKey());
  }

  /** A put into three {@code HashMap}s under one lock. */
  @Benchmark
  public void threeMapsPut(PlainMaps maps, Caller caller) {
    maps.putThreeTimes(caller.nextKey(), caller.nextValue());
  }
}
