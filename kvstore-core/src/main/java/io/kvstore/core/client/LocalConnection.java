package io.kvstore.core.client;

import com.google.common.math.LongMath;
import io.kvstore.Consistency;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.UnavailableException;
import io.kvstore.WatchPosition;
import io.kvstore.core.client.Lanes.Lane;
import io.kvstore.core.engine.Routing;
import io.kvstore.core.engine.SessionState;
import io.kvstore.core.loop.Driver.Wait;
import io.kvstore.core.node.OptimisticReads;
import io.kvstore.core.node.Replica;
import io.kvstore.core.spi.OptimisticRead;
import io.kvstore.core.store.KeySpace;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Connection;
import io.kvstore.spi.Feed;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Query;
import io.kvstore.spi.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A session with the cluster in this JVM: brings each operation to the loop of a replica that can
 * serve it.
 */
final class LocalConnection implements Connection {
  /** How often a node is looked for when the one that was found has just gone, or its shard has. */
  private static final int LOOKUPS = 8;

  private final LocalBackend backend;
  private final SessionState session;
  private final Optional<NodeId> pinnedTo;
  private final int preference;

  /**
   * A connection of this session.
   *
   * @param preference which of the replicas that can serve it a session that is not bound to one
   *     prefers
   */
  LocalConnection(
      LocalBackend backend, SessionState session, Optional<NodeId> pinnedTo, int preference) {
    this.backend = backend;
    this.session = session;
    this.pinnedTo = pinnedTo;
    this.preference = preference;
  }

  SessionState session() {
    return session;
  }

  /** Whether a command that began in an epoch, and is asked for again, takes effect only once. */
  boolean knowsRepetitions(int shard, long begunIn) {
    return backend.hosts().group(shard).knowsRepetitionsSince(begunIn);
  }

  /** Where an operation can go on when its replica is gone; null if nowhere. */
  @Nullable Replica otherReplica(int shard, NodeId gone) {
    KeySpace hosts = backend.hosts();
    if (isBoundIn(shard) || !backend.settings().failover().isAutomatic() || backend.isClosed()) {
      return null;
    }
    return Stream.concat(Stream.of(preferredIn(shard)), hosts.view(shard).members().stream())
        .filter(node -> !node.equals(gone))
        .map(node -> replicaOn(node, shard))
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /** The replica of a shard on a node; null when the node is down, or gone. */
  private @Nullable Replica replicaOn(NodeId node, int shard) {
    KeySpace hosts = backend.hosts();
    return hosts.isUp(node) ? hosts.group(shard).runningReplica(node) : null;
  }

  /** Whether it is bound to a node that is gone for good. */
  boolean hasLostItsNode() {
    return pinnedTo.isPresent() && !backend.hosts().isThere(pinnedTo.get());
  }

  /**
   * Whether it talks to its own node only, if it has one: not where that node runs, but has no
   * replica of the shard, or none yet.
   */
  boolean isBoundIn(int shard) {
    return pinnedTo.isPresent()
        && (backend.hosts().group(shard).replicaOrNull(pinnedTo.get()) != null
            || !backend.hosts().isUp(pinnedTo.get()));
  }

  /** The node to which it goes in a shard: by preference, the nearest to its own if it has one. */
  private NodeId preferredIn(int shard) {
    KeySpace hosts = backend.hosts();
    return pinnedTo.isPresent()
        ? hosts.nodeNear(shard, pinnedTo.get())
        : hosts.nodeFor(shard, preference);
  }

  /** A replica that can be watched; null if there is none now. */
  @Nullable Replica replicaToWatch(int shard) {
    KeySpace hosts = backend.hosts();
    List<NodeId> candidates = new ArrayList<>();
    if (isBoundIn(shard)) {
      candidates.add(pinnedTo.orElseThrow());
    } else {
      candidates.add(preferredIn(shard));
      candidates.addAll(hosts.view(shard).members());
    }
    return candidates.stream()
        .map(hosts.group(shard)::runningReplica)
        .filter(Objects::nonNull)
        .findFirst()
        .orElse(null);
  }

  /**
   * A replica at which a watch of another can go on: of those that it may ask, the one that knows
   * of most that came before; null if there is none now.
   */
  @Nullable Replica replicaToWatchAfter(int shard, @Nullable Replica lost) {
    KeySpace hosts = backend.hosts();
    List<NodeId> candidates =
        isBoundIn(shard) ? List.of(pinnedTo.orElseThrow()) : hosts.view(shard).members();
    return hosts.group(shard).replicas().runningOldestFirst().stream()
        .filter(replica -> replica != lost && candidates.contains(replica.self()))
        .findFirst()
        .orElse(null);
  }

  @Override
  public Feed watch(
      Range keys,
      Optional<WatchPosition> after,
      Optional<Feed.Listener> listener,
      long timeoutNanos) {
    backend.requireOpen();
    LocalWatch watch = new LocalWatch(this, backend, keys, after, listener);
    backend.remember(watch);
    try {
      watch.begin(timeoutNanos);
    } catch (RuntimeException | Error failed) {
      watch.close();
      throw failed;
    }
    return watch;
  }

  void giveBack(Lane lane) {
    backend.lanes().giveBack(lane);
  }

  @Override
  public Answer call(Operation operation, Consistency level, long timeoutNanos) {
    backend.requireOpen();
    int shard = backend.routing().shardOf(operation);
    if (shard == Routing.SEVERAL) {
      return callAll(operation, level, timeoutNanos);
    }
    refuseOnceIfLost(shard, level);
    Answer seen = optimisticRead(shard, operation, level);
    if (seen != null) {
      return seen;
    }
    Call call = prepare(shard, operation, level, timeoutNanos, null);
    try {
      return end(call, backend.driver().call(call.loop(), call, timeoutNanos));
    } finally {
      if (!call.isDelivered) {
        call.lane.lostBy = call; // No call: the stack may have ended.
        call.lane.isLost = true;
      }
    }
  }

  /** A session that has seen what is lost is told so, and goes on as one that has seen nothing. */
  private void refuseOnceIfLost(int shard, Consistency level) {
    long lostUpTo = backend.hosts().group(shard).lostUpTo();
    if (lostUpTo > 0 && level != Consistency.EVENTUAL && session.forgetIfLost(shard, lostUpTo)) {
      throw new UnavailableException(
          "what this session has seen of shard "
              + shard
              + " is lost: all its nodes had crashed, and kept it only in memory; nothing was"
              + " applied, and the session goes on with what is there now");
    }
  }

  private @Nullable Answer optimisticRead(int shard, Operation operation, Consistency level) {
    if (!(operation instanceof Query query) || !backend.driver().allowsOptimisticReads()) {
      return null;
    }
    OptimisticRead optimisticRead =
        OptimisticReads.at(
            replicaFor(shard),
            query,
            level,
            session.positionIn(shard),
            session.seenIn(shard),
            !session.mayHaveSubmitted());
    return optimisticRead == null ? null : seen(shard, optimisticRead);
  }

  private Answer seen(int shard, OptimisticRead optimisticRead) {
    session.sawUpTo(shard, optimisticRead.position());
    if (optimisticRead.seen().length() > 0) {
      session.saw(shard, optimisticRead.seen());
    }
    return optimisticRead.answer();
  }

  private Answer callAll(Operation operation, Consistency level, long timeoutNanos) {
    long deadline = LongMath.saturatedAdd(backend.driver().now(), timeoutNanos);
    List<Answer> answers = new ArrayList<>();
    List<Call> calls = new ArrayList<>();
    List<KVStoreException> failures = new ArrayList<>();
    try {
      for (int shard : backend.routing().shardsOf(operation)) {
        try {
          refuseOnceIfLost(shard, level);
          Call call = prepare(shard, operation, level, timeoutNanos, null);
          calls.add(call);
          backend.driver().submit(call.loop(), call);
        } catch (KVStoreException refused) {
          failures.add(refused);
        }
      }
      for (Call call : calls) {
        try {
          long left = Math.max(0, deadline - backend.driver().now());
          answers.add(end(call, backend.driver().await(call.loop(), call, left)));
        } catch (KVStoreException failed) {
          failures.add(failed);
        }
      }
    } finally {
      for (Call call : calls) {
        if (!call.isDelivered) {
          call.lane.lostBy = call;
          call.lane.isLost = true;
        }
      }
    }
    return backend.routing().join(operation, answers, failures);
  }

  @Override
  public CompletableFuture<Answer> submit(
      Operation operation, Consistency level, long timeoutNanos) {
    backend.requireOpen();
    int shard = backend.routing().shardOf(operation);
    if (shard != Routing.SEVERAL) {
      return submitTo(shard, operation, level, timeoutNanos);
    }
    List<CompletableFuture<Answer>> parts = new ArrayList<>();
    for (int each : backend.routing().shardsOf(operation)) {
      parts.add(submitTo(each, operation, level, timeoutNanos));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .handle((all, thrown) -> backend.routing().joinEnded(operation, parts));
  }

  private CompletableFuture<Answer> submitTo(
      int shard, Operation operation, Consistency level, long timeoutNanos) {
    CompletableFuture<Answer> future = new CompletableFuture<>();
    try {
      refuseOnceIfLost(shard, level);
      Answer seen = optimisticRead(shard, operation, level);
      if (seen != null) {
        future.complete(seen);
        return future;
      }
      session.submits();
      Call call = prepare(shard, operation, level, timeoutNanos, future);
      boolean isSubmitted = false;
      try {
        backend.driver().submit(call.loop(), call);
        isSubmitted = true;
      } finally {
        if (!isSubmitted) {
          call.lane.lostBy = call; // No call: the stack may have ended.
          call.lane.isLost = true;
        }
      }
      // What comes after the last turn of a loop would wait for ever.
      if (backend.isClosed() && call.abandon(backend.whyClosed())) {
        call.deliver();
      }
    } catch (KVStoreException refused) {
      future.completeExceptionally(refused);
    }
    return future;
  }

  private Call prepare(
      int shard,
      Operation operation,
      Consistency level,
      long timeoutNanos,
      @Nullable CompletableFuture<Answer> future) {
    Replica replica = replicaFor(shard);
    Operation part = backend.routing().partFor(shard, operation);
    backend.room().requireFor(part, replica.parts().heldBytes());
    Lane lane = backend.lanes().take();
    Call call = null;
    try {
      call = new Call(this, shard, replica, lane, part, level, timeoutNanos, future);
    } finally {
      if (call == null) {
        lane.isLost = true;
      }
    }
    return call;
  }

  private Replica replicaFor(int shard) {
    KeySpace hosts = backend.hosts();
    for (int i = 0; i < LOOKUPS; i++) {
      boolean isBound = isBoundIn(shard);
      NodeId node = isBound ? pinnedTo.orElseThrow() : preferredIn(shard);
      Replica replica = replicaOn(node, shard);
      if (replica != null) {
        return replica;
      }
      boolean hasJustMoved = hosts.isUp(node) && !hosts.group(shard).holds(node);
      if (!hasJustMoved && (hosts.isThere(node) || isBound)) {
        throw new UnavailableException(whyNotServed(shard, node, isBound));
      }
    }
    throw new UnavailableException(
        "the nodes of shard " + shard + " come and go; nothing was applied: try again");
  }

  private String whyNotServed(int shard, NodeId node, boolean isBound) {
    String remedy;
    if (hasLostItsNode()) {
      return "node "
          + node
          + " was removed; nothing was applied: use a session that is not bound to it";
    } else if (isBound) {
      remedy = "restart it, or use a session that is not bound to it";
    } else if (backend.settings().failover().isAutomatic()) {
      remedy = "restart a node, all of shard " + shard + " are down";
    } else {
      remedy = "restart it, or set a view without it";
    }
    return "node " + node + " is down; nothing was applied: " + remedy;
  }

  private Answer end(Call call, Wait wait) {
    InterruptedException interrupt = null;
    switch (wait) {
      case TIMED_OUT -> call.abandon("no answer in time");
      case CLOSED -> call.abandon(backend.whyClosed());
      case INTERRUPTED -> {
        call.abandon("the calling thread was interrupted");
        interrupt = new InterruptedException();
      }
      default -> {}
    }
    call.deliver();
    return call.outcome(interrupt);
  }

  @Override
  public Position position() {
    return session.position(
        shard -> backend.hosts().group(shard).view().consistency() == Consistency.CAUSAL);
  }

  @Override
  public Connection at(NodeId node) {
    backend.hosts().requireNode(node);
    return new LocalConnection(backend, session, Optional.of(node), preference);
  }
}
