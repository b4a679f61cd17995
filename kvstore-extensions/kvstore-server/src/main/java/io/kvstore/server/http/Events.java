package io.kvstore.server.http;

import io.kvstore.Cluster;
import io.kvstore.ClusterEvent;
import io.kvstore.NodeId;
import io.kvstore.Registration;
import io.kvstore.View;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Collectors;

/** What has happened to the nodes of a store lately, in sentences, the newest first. */
public final class Events implements AutoCloseable {
  private static final int MOST = 100;

  /**
   * An event.
   *
   * @param time when, on the clock of the store
   * @param kind which event of a cluster it is, such as {@code Crashed}
   * @param text the same with its nodes and shards, for people
   */
  record Event(Instant time, String kind, String text) {}

  private final Deque<Event> events = new ArrayDeque<>();
  private final Cluster cluster;
  private final Registration registration;

  private Events(Cluster cluster) {
    this.cluster = cluster;
    registration = cluster.listen(this::add);
  }

  /** Those of a cluster, from now until this is closed. */
  public static Events of(Cluster cluster) {
    return new Events(cluster);
  }

  private synchronized void add(ClusterEvent event) {
    if (events.size() == MOST) {
      events.removeLast();
    }
    events.addFirst(new Event(event.time(), event.getClass().getSimpleName(), text(event)));
  }

  synchronized List<Event> newestFirst() {
    return List.copyOf(events);
  }

  @Override
  public void close() {
    registration.close();
  }

  private String text(ClusterEvent event) {
    if (event instanceof ClusterEvent.ViewDecided decided) {
      return name(decided.shard()) + ": view " + text(decided.view());
    }
    if (event instanceof ClusterEvent.Suspected suspected) {
      return inShard(suspected.node(), suspected.shard()) + " is suspected: " + suspected.why();
    }
    if (event instanceof ClusterEvent.LeftOut gone) {
      return inShard(gone.node(), gone.shard()) + " is left out of view " + gone.epoch();
    }
    if (event instanceof ClusterEvent.Joined joined) {
      return inShard(joined.node(), joined.shard()) + " is taken into view " + joined.epoch();
    }
    if (event instanceof ClusterEvent.Activated active) {
      return inShard(active.node(), active.shard()) + " serves in view " + active.epoch();
    }
    if (event instanceof ClusterEvent.Failed failed) {
      return inShard(failed.node(), failed.shard()) + " has failed: " + failed.cause();
    }
    if (event instanceof ClusterEvent.DataLost lost) {
      return name(lost.shard()) + " has lost its data, and goes on with nothing";
    }
    if (event instanceof ClusterEvent.Crashed crashed) {
      return crashed.node() + " was crashed";
    }
    if (event instanceof ClusterEvent.Restarted restarted) {
      return restarted.node() + " was restarted";
    }
    if (event instanceof ClusterEvent.Added added) {
      return added.node() + " was added";
    }
    if (event instanceof ClusterEvent.Removed removed) {
      return removed.node() + " was removed for good";
    }
    return ((ClusterEvent.Missed) event).number() + " events came too fast to be shown";
  }

  private String inShard(NodeId node, int shard) {
    return node + " in " + name(shard);
  }

  private String name(int shard) {
    return "shard " + shard + cluster.tableOf(shard).map(table -> " of table " + table).orElse("");
  }

  private static String text(View view) {
    return view.epoch()
        + " of "
        + view.members().stream().map(NodeId::toString).collect(Collectors.joining(", "))
        + ", primary "
        + view.primary();
  }
}
