package io.kvstore.core.replication;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Storage.AllEntries;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A fingerprint of each part of the keys with their versions, by which two members find out where
 * they differ: a tree of hashes of one level (Merkle 1987; DeCandia and others 2007, section 4.7).
 */
public final class Digest {
  /** Into how many parts keys are divided, by their hash. */
  static final int PARTS = 256;

  /**
   * What one holds where another differs.
   *
   * @param entries some of it, with whole parts
   * @param next the part with which to go on; {@link #PARTS} when this was all
   */
  public record Differences(List<Pair> entries, int next) {}

  private final long[] sums = new long[PARTS]; // the order of the entries does not matter

  /** Of these entries, tombstones included. */
  public Digest(AllEntries entries) {
    entries.forEach((key, entry) -> sums[partOf(key)] += mixed(key, entry));
  }

  private static int partOf(Bytes key) {
    return (key.hashCode() * 0x9E3779B9) >>> 24; // spreads neighbouring keys
  }

  /** As in SplitMix64. */
  private static long mixed(Bytes key, Entry entry) {
    long mixed = entry.version() * 0x9E3779B97F4A7C15L + key.hashCode();
    mixed = (mixed ^ (mixed >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /**
   * Those of the entries that lie in parts in which they are not those of this digest.
   *
   * @param first the part to begin with
   * @param most after so many entries no other part is begun
   */
  public Differences differences(AllEntries entries, int first, int most) {
    Digest theirs = new Digest(entries);
    int[] sizes = new int[PARTS];
    entries.forEach((key, entry) -> sizes[partOf(key)]++);
    int next = first;
    for (int size = 0; next < PARTS && size < most; next++) {
      size += sums[next] == theirs.sums[next] ? 0 : sizes[next];
    }
    int end = next;
    List<Pair> found = new ArrayList<>();
    entries.forEach(
        (key, entry) -> {
          int part = partOf(key);
          if (part >= first && part < end && sums[part] != theirs.sums[part]) {
            found.add(new Pair(key, entry));
          }
        });
    return new Differences(found, end);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Digest digest && Arrays.equals(sums, digest.sums);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(sums);
  }

  @Override
  public String toString() {
    return Integer.toHexString(hashCode());
  }
}
