package io.kvstore.core.eviction;

import io.kvstore.Bytes;
import org.jspecify.annotations.Nullable;

/** An entry that may be evicted, in the queue of its segment. */
final class Candidate {
  final Bytes key;
  long weight;
  @Nullable Segment segment; // null while it is on its way out
  @Nullable Candidate older;
  @Nullable Candidate newer;

  Candidate(Bytes key, long weight) {
    this.key = key;
    this.weight = weight;
  }
}
