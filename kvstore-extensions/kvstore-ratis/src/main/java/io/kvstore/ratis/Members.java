package io.kvstore.ratis;

import io.kvstore.NodeId;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/** The members of a shard's group that a client knows, and the way to each of them. */
final class Members {
  private final Transport transport;
  private final @Nullable ShardServer own;
  private final @Nullable NodeId self;
  private final Map<NodeId, Peer> peers = new ConcurrentSkipListMap<>();

  /**
   * Members to begin with.
   *
   * @param own answers for the member that this process is, if it is one
   */
  Members(List<Peer> first, Transport transport, @Nullable ShardServer own, @Nullable NodeId self) {
    this.transport = transport;
    this.own = own;
    this.self = self;
    first.forEach(peer -> peers.put(peer.node(), peer));
    transport.learn(first);
  }

  Collection<Peer> all() {
    return List.copyOf(peers.values());
  }

  Optional<Peer> find(NodeId node) {
    return Optional.ofNullable(peers.get(node));
  }

  /** What answers in this process; null when this process is a client only. */
  @Nullable ShardServer own() {
    return own;
  }

  /** Members that another member has named. */
  void learn(List<Peer> named) {
    for (Peer peer : named) {
      if (peers.putIfAbsent(peer.node(), peer) == null) {
        transport.learn(List.of(peer));
      }
    }
  }

  /** A member has left. */
  void forget(NodeId node) {
    peers.remove(node);
  }

  /** Asks a member; never ends with an exception. */
  CompletableFuture<Reply> ask(Peer peer, Ask ask) {
    return own != null && isOwn(peer) ? own.handle(ask) : transport.ask(peer, ask);
  }

  /** Whether a member is this process. */
  boolean isOwn(Peer peer) {
    return peer.node().equals(self);
  }

  Transport transport() {
    return transport;
  }
}
