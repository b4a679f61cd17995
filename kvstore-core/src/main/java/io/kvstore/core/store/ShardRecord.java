package io.kvstore.core.store;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.spi.Settings;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What a store has on record of one shard; nothing, in a store that keeps nothing. */
final class ShardRecord {
  private final @Nullable StoreRecord onRecord;
  private final int shard;
  private final Settings settings;

  ShardRecord(@Nullable StoreRecord onRecord, int shard, Settings settings) {
    this.onRecord = onRecord;
    this.shard = shard;
    this.settings = settings;
  }

  /** The view that was decided last. */
  Optional<View> view() {
    return onRecord == null ? Optional.empty() : onRecord.view(shard, settings);
  }

  /** Keeps a view that was decided. */
  void decided(View view) {
    if (onRecord != null) {
      onRecord.decided(shard, view);
    }
  }

  /** Keeps which nodes hold the shard, where that is not said by their number. */
  void placed(List<NodeId> holders) {
    if (onRecord != null && !settings.isOnEveryNode()) {
      onRecord.placed(shard, holders);
    }
  }
}
