package io.kvstore.examples.bench;

import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How long a linearizable store of three replicas gives no service when it loses its primary. */
public final class FailoverFigures {
  private static final List<Duration> DETECTIONS =
      List.of(Duration.ofMillis(20), Failover.DEFAULT.detection());
  private static final int ROUNDS = 50;
  private static final int ENTRIES = 1_000;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private FailoverFigures() {}

  /** Prints the time from a crash to the next write that is answered. */
  public static void main(String... arguments) {
    System.out.println(
        "From the crash of the primary to the next answered put, " + ROUNDS + " times:");
    for (Duration detection : DETECTIONS) {
      for (Placement placement : Placement.values()) {
        long[] nanos = withoutService(placement, detection);
        Arrays.sort(nanos);
        System.out.printf(
            Locale.ROOT,
            "  %-10s detection %3d ms   median %6.1f ms   worst %6.1f ms%n",
            placement,
            detection.toMillis(),
            nanos[ROUNDS / 2] / 1e6,
            nanos[ROUNDS - 1] / 1e6);
      }
    }
  }

  private static long[] withoutService(Placement placement, Duration detection) {
    long[] nanos = new long[ROUNDS];
    try (KVStore<String, String> store =
        KVStore.builder()
            .engine(new InProcess().placement(placement))
            .failover(Failover.after(detection))
            .open()) {
      for (int i = 0; i < ENTRIES; i++) {
        store.put("key" + i, "value");
      }
      for (int round = 0; round < ROUNDS; round++) {
        NodeId primary = store.cluster().view(0).primary();
        long start = System.nanoTime();
        store.cluster().crash(primary);
        store.put("key", "round " + round);
        nanos[round] = System.nanoTime() - start;
        store.cluster().restart(primary);
        if (!store.cluster().awaitMember(primary, PATIENCE)) {
          throw new IllegalStateException(
              "node " + primary + " has not come back within " + PATIENCE);
        }
      }
    }
    return nanos;
  }
}
