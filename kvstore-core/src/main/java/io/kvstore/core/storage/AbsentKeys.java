package io.kvstore.core.storage;

import io.kvstore.spi.Entry;
import org.jspecify.annotations.Nullable;

/**
 * What is known of keys that a datalet does not hold.
 *
 * <p>Where removals leave tombstones, and these are forgotten only when nothing older can come, a
 * version says it all: up to that one all writes are here, or were outdated by others that are. So
 * the last of them on a key that is not here has removed it, or has expired, or there was none.
 * Where removals leave nothing, nothing is known.
 */
final class AbsentKeys {
  private volatile @Nullable Entry settled; // a tombstone of that version; null if unknown

  /** A tombstone of the version up to which all writes are here, null where none is known. */
  @Nullable Entry settled() {
    return settled;
  }

  /** All writes up to this version are here, or were outdated by others that are. */
  void settle(long version) {
    Entry before = settled;
    if (version >= 0 && (before == null || before.version() < version)) {
      settled = Entry.tombstone(version, null);
    }
  }

  /** An entry goes, or may have gone, and leaves nothing. */
  void unsettle() {
    if (settled != null) {
      settled = null;
    }
  }

  /**
   * What is told of a key at a time: its entry while that is visible, then the tombstone of what
   * makes it absent. Null where that is not known.
   */
  @Nullable Entry stored(@Nullable Entry entry, long time) {
    if (entry == null) {
      return settled;
    }
    return entry.isExpiredAt(time) ? Entry.tombstone(entry.version(), entry.context()) : entry;
  }
}
