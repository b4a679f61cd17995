package io.kvstore.core.store;

import io.kvstore.NodeId;
import io.kvstore.View;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a store has on record of one shard; nothing, in a store that keeps nothing. */
final class ShardRecord {
  private final @Nullable StoreRecord onRecord;
  private final int shard;
  private final KeySpace keys;

  ShardRecord(@Nullable StoreRecord onRecord, int shard, KeySpace keys) {
    this.onRecord = onRecord;
    this.shard = shard;
    this.keys = keys;
  }

  /**
   * The view that was decided last: of a table as it was, of the store in the cell for which it is
   * opened now.
   */
  Optional<View> view() {
    if (onRecord == null) {
      return Optional.empty();
    }
    Optional<View> last = onRecord.decidedLast(shard);
    return keys.table().isPresent() ? last : last.map(keys.madeFor()::view);
  }

  /** Keeps a view that was decided. */
  void decided(View view) {
    if (onRecord != null) {
      onRecord.decided(shard, view);
    }
  }

  /** Keeps which nodes hold the shard, where that is not said by their number. */
  void placed(List<NodeId> holders) {
    if (onRecord != null && !keys.settings().isOnEveryNode()) {
      onRecord.placed(shard, holders);
    }
  }
}
