package io.kvstore.core.storage;

import io.kvstore.Bytes;
import io.kvstore.spi.Answer.Pair;
import java.util.List;
import java.util.Optional;

/**
 * A part of a copy of everything.
 *
 * @param entries the next entries, in the order of their keys
 * @param next the key from which the copy goes on; empty when this is its end
 */
public record Chunk(List<Pair> entries, Optional<Bytes> next) {
  /**
   * How much goes into one chunk. One entry always does.
   *
   * @param entries at most so many entries
   * @param bytes no further entry once their keys and values are as long as this
   */
  public record Size(int entries, long bytes) {
    /** Enough that asking for the next one costs little beside what it brings. */
    public static final Size DEFAULT = new Size(1_024, 256 << 10);
  }
}
