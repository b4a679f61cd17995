package io.kvstore.core.watch;

import io.kvstore.core.replication.LamportClock;
import io.kvstore.spi.VectorClock;
import java.util.Arrays;

/** The highest version of each member's writes that a replica has seen. Used by one thread. */
final class Versions {
  private long[] highest = new long[8]; // by the number of the member

  void saw(long version) {
    int node = LamportClock.nodeOf(version);
    if (node >= highest.length) {
      highest = Arrays.copyOf(highest, Math.max(node + 1, highest.length * 2));
    }
    if (version > highest[node]) {
      highest[node] = version;
    }
  }

  /** Everything up to this version that any of so many members may have written. */
  void sawAllUpTo(long version, int members) {
    highest = Arrays.copyOf(highest, Math.max(highest.length, members));
    for (int node = 0; node < members; node++) {
      highest[node] = Math.max(highest[node], version);
    }
  }

  boolean hasSeen(long version) {
    int node = LamportClock.nodeOf(version);
    return node < highest.length && highest[node] >= version;
  }

  /** What a watch has seen that had seen this much, and now sees this version. */
  static VectorClock saw(VectorClock seen, long version) {
    int node = LamportClock.nodeOf(version);
    return seen.get(node) >= version ? seen : seen.with(node, version);
  }

  void saw(VectorClock all) {
    highest = Arrays.copyOf(highest, Math.max(highest.length, all.length()));
    for (int node = 0; node < all.length(); node++) {
      highest[node] = Math.max(highest[node], all.get(node));
    }
  }

  /** Whether a watch that has seen this much has seen all of these. */
  boolean areCoveredBy(VectorClock seen) {
    return seen.covers(toClock());
  }

  VectorClock toClock() {
    return VectorClock.of(highest);
  }

  void replaceBy(Versions other) {
    highest = other.highest.clone();
  }
}
