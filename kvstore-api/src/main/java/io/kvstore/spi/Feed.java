package io.kvstore.spi;

import io.kvstore.HistoryGoneException;
import io.kvstore.NodeId;
import io.kvstore.WatchPosition;
import io.kvstore.spi.Answer.Pair;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A watch, underneath its typed face. */
public interface Feed extends AutoCloseable {
  /**
   * What one operation has changed.
   *
   * @param shard where
   * @param version its number
   * @param changed keys with what stands there now; a tombstone when nothing does
   * @param position from where a watch goes on that has seen this
   */
  record Effect(int shard, long version, List<Pair> changed, WatchPosition position) {}

  /** Is told of effects, one after the other. */
  interface Listener {
    /** The next one. */
    void on(Effect effect);

    /** Nothing more will come; with the reason, unless it was closed. */
    void onEnd(Optional<HistoryGoneException> gone);
  }

  /**
   * Waits for the next effect; null when none has come in time, or when it was closed, before or
   * meanwhile.
   *
   * @throws HistoryGoneException when the next one is not known any more
   */
  @Nullable Effect next(long timeoutNanos);

  /** From where a watch goes on that has seen what this one has returned. */
  WatchPosition position();

  /** The replica of a shard that is watched now. */
  NodeId watched(int shard);

  /** Whether there may be more. */
  boolean isOpen();

  @Override
  void close();
}
