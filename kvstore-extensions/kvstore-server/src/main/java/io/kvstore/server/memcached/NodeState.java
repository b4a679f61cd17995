package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.ReplicaStatus;
import io.kvstore.server.Memcached;
import io.kvstore.server.memcached.Statistics.Count;
import io.kvstore.server.net.Admission;
import io.kvstore.server.net.Connections;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the connections of one node share. */
final class NodeState {
  private static final Logger log = LoggerFactory.getLogger(NodeState.class);

  private final KVStore<Bytes, Bytes> store;
  private final NodeId node;
  private final Memcached options;
  private final Marks marks;
  private final Admission admission;
  private final Statistics statistics = new Statistics();
  private final PrefixStatistics prefixes = new PrefixStatistics();
  private final long startedNanos = System.nanoTime();
  private @Nullable Connections connections;
  private @Nullable EventLoop loop;
  private @Nullable ScheduledFuture<?> flush;

  NodeState(
      KVStore<Bytes, Bytes> store,
      NodeId node,
      Memcached options,
      Marks marks,
      Admission admission) {
    this.store = store;
    this.node = node;
    this.options = options;
    this.marks = marks;
    this.admission = admission;
  }

  KVStore<Bytes, Bytes> store() {
    return store;
  }

  NodeId node() {
    return node;
  }

  Memcached options() {
    return options;
  }

  Marks marks() {
    return marks;
  }

  Admission admission() {
    return admission;
  }

  Statistics statistics() {
    return statistics;
  }

  PrefixStatistics prefixes() {
    return prefixes;
  }

  long upSeconds() {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos);
  }

  synchronized void opened(Connections ofPort, EventLoop ofPortToo) {
    connections = ofPort;
    loop = ofPortToo;
  }

  synchronized @Nullable Connections connections() {
    return connections;
  }

  /** Removes all items after some time, as of then; a later wish replaces an earlier one. */
  synchronized void flushAfter(long seconds) {
    cancelFlush();
    EventLoop ofPort = loop;
    if (ofPort != null) {
      flush = ofPort.schedule(this::flushNow, seconds, TimeUnit.SECONDS);
    }
  }

  private void flushNow() {
    var unused =
        store
            .at(node)
            .async()
            .clear()
            .exceptionally(
                thrown -> {
                  log.warn("the delayed flush_all of node {} has failed", node, thrown);
                  return null;
                });
  }

  synchronized void cancelFlush() {
    if (flush != null) {
      flush.cancel(false);
      flush = null;
    }
  }

  /** How many writes that others have this node's replicas have yet to perform. */
  long lag() {
    return store.cluster().replicas().stream()
        .filter(replica -> replica.node().equals(node))
        .mapToLong(ReplicaStatus::lag)
        .sum();
  }

  void count(Count count) {
    statistics.add(count);
  }
}
