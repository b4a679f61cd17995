package io.kvstore.core.eviction;

import io.kvstore.Bytes;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** A part of the entries of a store, from that which was not used for the longest time on. */
final class Segment {
  private @Nullable Candidate oldest;
  private @Nullable Candidate newest;
  private long weight;

  /** What its entries weigh together. */
  long weight() {
    return weight;
  }

  /** The entry that was not used for the longest time, null if there is none. */
  @Nullable Candidate oldest() {
    return oldest;
  }

  /** The same of those whose keys a condition allows. */
  @Nullable Candidate oldest(Predicate<Bytes> condition) {
    Candidate next = oldest;
    while (next != null && !condition.test(next.key)) {
      next = next.newer;
    }
    return next;
  }

  /** Adds an entry that has just been used. */
  void add(Candidate added) {
    added.segment = this;
    added.older = newest;
    if (newest == null) {
      oldest = added;
    } else {
      newest.newer = added;
    }
    newest = added;
    weight += added.weight;
  }

  /** Adds an entry that was used before all others. */
  void addAsOldest(Candidate added) {
    added.segment = this;
    added.newer = oldest;
    if (oldest == null) {
      newest = added;
    } else {
      oldest.older = added;
    }
    oldest = added;
    weight += added.weight;
  }

  /** Takes one of its entries out. */
  void remove(Candidate removed) {
    Candidate before = removed.older;
    Candidate after = removed.newer;
    if (before == null) {
      oldest = after;
    } else {
      before.newer = after;
    }
    if (after == null) {
      newest = before;
    } else {
      after.older = before;
    }
    removed.older = null;
    removed.newer = null;
    removed.segment = null;
    weight -= removed.weight;
  }

  /** One of its entries weighs this from now on. */
  void reweigh(Candidate changed, long newWeight) {
    weight += newWeight - changed.weight;
    changed.weight = newWeight;
  }
}
