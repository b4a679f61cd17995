package io.kvstore.examples.bench;

import io.kvstore.KVStore;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import java.util.Arrays;
import java.util.Locale;

/** How long it takes to open and close a store of three replicas, once the JVM is warm. */
public final class OpenCloseFigures {
  private static final int TIMES = 1_000;

  private OpenCloseFigures() {}

  /** Prints the figures of both placements. */
  public static void main(String... arguments) {
    System.out.println("Open and close a store of three replicas, " + TIMES + " times, warm:");
    for (Placement placement : Placement.values()) {
      openAndClose(placement);
      long[] nanos = openAndClose(placement);
      Arrays.sort(nanos);
      System.out.printf(
          Locale.ROOT,
          "  %-10s mean %7.1f us   median %7.1f us   p99 %7.1f us%n",
          placement,
          Arrays.stream(nanos).average().orElseThrow() / 1e3,
          nanos[TIMES / 2] / 1e3,
          nanos[TIMES * 99 / 100] / 1e3);
    }
  }

  private static long[] openAndClose(Placement placement) {
    long[] nanos = new long[TIMES];
    for (int i = 0; i < TIMES; i++) {
      long start = System.nanoTime();
      KVStore.builder().engine(new InProcess().placement(placement)).open().close();
      nanos[i] = System.nanoTime() - start;
    }
    return nanos;
  }
}
