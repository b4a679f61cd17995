package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Session;
import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * How far a node is behind: the number of writes that other running nodes show and it does not, in
 * the shard of one key. Levels whose sessions have no positions are never behind by this measure.
 */
final class Lag {
  private static final Bytes PROBE = Bytes.of("lag");

  private Lag() {}

  static CompletableFuture<Long> of(KVStore<Bytes, Bytes> store, NodeId node) {
    CompletableFuture<Position> own = position(store, node);
    List<CompletableFuture<Position>> others = new ArrayList<>();
    for (NodeId other : store.cluster().nodes()) {
      if (!other.equals(node) && store.cluster().isRunning(other)) {
        others.add(position(store, other));
      }
    }
    CompletableFuture<Position> ahead =
        others.stream().reduce((some, more) -> some.thenCombine(more, Position::merge)).orElse(own);
    return own.thenCombine(ahead, Lag::between);
  }

  /** What a new client sees that reads the node's own copy; nothing where that fails. */
  private static CompletableFuture<Position> position(KVStore<Bytes, Bytes> store, NodeId node) {
    Session<Bytes, Bytes> session = store.at(node);
    return session
        .async()
        .get(PROBE, Consistency.EVENTUAL)
        .handle((value, thrown) -> session.position());
  }

  private static long between(Position own, Position ahead) {
    long lag = 0;
    for (int shard : ahead.shards()) {
      VectorClock seen = own.in(shard);
      VectorClock shown = ahead.in(shard);
      for (int member = 0; member < shown.length(); member++) {
        lag += Math.max(0, shown.get(member) - seen.get(member));
      }
    }
    return lag;
  }
}
