package io.kvstore.core.storage;

import io.kvstore.Bytes;
import io.kvstore.spi.Entry;
import org.jspecify.annotations.Nullable;

/**
 * A number for an entry and its key, nearly certainly another for any other entry: those of several
 * are added up, in any order. A version is not enough: a primary that has gone on by itself, and
 * the next one, give the same.
 */
final class Fingerprint {
  private Fingerprint() {}

  static long of(Bytes key, Entry entry) {
    long mixed = mixed(entry.version() * 0x9E3779B97F4A7C15L + key.hashCode());
    mixed = mixed(mixed + entry.expiresAt());
    return mixed(mixed + (hashOf(entry.value()) << Integer.SIZE | (entry.flags() & 0xFFFFFFFFL)));
  }

  private static long hashOf(@Nullable Bytes value) {
    return value == null ? -1 : value.hashCode();
  }

  /** As in SplitMix64. */
  private static long mixed(long number) {
    long mixed = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
