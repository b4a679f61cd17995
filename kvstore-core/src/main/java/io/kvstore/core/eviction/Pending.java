package io.kvstore.core.eviction;

import io.kvstore.Bytes;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What writes that are ordered and not yet performed may make of keys: for each of these, the most
 * that its entry may weigh, and by how much that is more than what stands there now.
 */
final class Pending {
  private static final class Key {
    private final long since; // the first of its writes that counts
    private int writes;
    private long most;
    private long growth;

    Key(long since) {
      this.since = since;
    }
  }

  private final Map<Bytes, Key> keys = new LinkedHashMap<>();
  private final Map<Bytes, Long> doomed = new HashMap<>(); // by which position a key goes
  private long growth;

  /** By how much all keys may outgrow what stands there now. */
  long growth() {
    return growth;
  }

  /** The most that the entry of a key may weigh, as far as pending writes make it. */
  long most(Bytes key) {
    Key its = keys.get(key);
    return its == null ? 0 : its.most;
  }

  /**
   * A write is ordered.
   *
   * @param most what the entry may weigh then
   * @param now what stands there
   */
  void add(Bytes key, long position, long most, long now) {
    Key its = keys.computeIfAbsent(key, unknown -> new Key(position));
    its.writes++;
    its.most = Math.max(its.most, most);
    weighs(key, now);
  }

  /** What stands under a key weighs so much now. */
  void weighs(Bytes key, long now) {
    Key its = keys.get(key);
    if (its != null) {
      growBy(its, Math.max(0, its.most - now) - its.growth);
    }
  }

  private void growBy(Key its, long more) {
    its.growth += more;
    growth += more;
  }

  /** A write of this position is performed. */
  void done(Bytes key, long position) {
    Key its = keys.get(key);
    if (its != null && position >= its.since && --its.writes == 0) {
      forget(key);
    }
  }

  private void forget(Bytes key) {
    Key its = keys.remove(key);
    if (its != null) {
      growth -= its.growth;
    }
  }

  /** A key that is not there yet, and may go again when it is; null if there is none but these. */
  @Nullable Bytes first(Set<Bytes> but) {
    for (Bytes key : keys.keySet()) {
      if (!but.contains(key)) {
        return key;
      }
    }
    return null;
  }

  // Keys that go

  /** Whatever stands under a key at this position goes: what was written before counts no more. */
  void doom(Bytes key, long position) {
    forget(key);
    doomed.put(key, position);
  }

  /** Whether what stands under a key is to go. */
  boolean isDoomed(Bytes key) {
    return doomed.containsKey(key);
  }

  /** A key has gone at this position; tells whether it is to go no more. */
  boolean gone(Bytes key, long position) {
    return doomed.remove(key, position);
  }
}
