package io.kvstore.ratis;

import io.kvstore.CacheCounts;
import io.kvstore.Cluster;
import io.kvstore.ClusterEvent;
import io.kvstore.Consistency;
import io.kvstore.Health;
import io.kvstore.Network;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Registration;
import io.kvstore.ReplicaStatus;
import io.kvstore.Replication;
import io.kvstore.Traffic;
import io.kvstore.View;
import io.kvstore.spi.Nanos;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The administration of a store across machines. What it tells of other members it asks them for,
 * and waits for their answers for up to a second.
 *
 * <p>A view's epoch is the term of Raft, its primary the leader; without a leader that is known,
 * the first member.
 */
final class RatisCluster implements Cluster {
  private static final long ANSWER_MILLIS = 1_000;
  private static final long LAG_LIMIT = 10_000; // operations: a member that far behind is not well
  private static final Duration CHANGE_TIME = Duration.ofSeconds(30);

  private final RatisBackend backend;
  private final MemberEvents events;

  RatisCluster(RatisBackend backend, MemberEvents events) {
    this.backend = backend;
    this.events = events;
  }

  // What there is

  @Override
  public List<NodeId> nodes() {
    TreeSet<NodeId> nodes = new TreeSet<>();
    for (int shard = 0; shard < shards(); shard++) {
      backend.shard(shard).members().all().forEach(peer -> nodes.add(peer.node()));
    }
    return List.copyOf(nodes);
  }

  @Override
  public boolean isRunning(NodeId node) {
    return status(node) != NodeStatus.DOWN;
  }

  @Override
  public NodeStatus status(NodeId node) {
    backend.requireMember(node);
    boolean isAway = false;
    for (int shard = 0; shard < shards(); shard++) {
      Optional<MemberStatus> own = statusOf(node, shard);
      if (own.isEmpty()) {
        return NodeStatus.DOWN;
      }
      isAway |= !isIn(own.get());
    }
    return isAway ? NodeStatus.JOINING : NodeStatus.SERVING;
  }

  /** Whether a member belongs to its group, and knows a leader. */
  private static boolean isIn(MemberStatus member) {
    return member.leader().isPresent() && belongs(member);
  }

  private static boolean belongs(MemberStatus member) {
    return member.members().stream().anyMatch(peer -> peer.node().equals(member.node()));
  }

  /** How one member stands, if it answers in time; this process is not asked over the network. */
  private Optional<MemberStatus> statusOf(NodeId node, int shard) {
    Members members = backend.shard(shard).members();
    return members
        .find(node)
        .flatMap(peer -> statusIn(askHowItStands(members, peer).join(), members));
  }

  private static CompletableFuture<Reply> askHowItStands(Members members, Peer peer) {
    return members
        .ask(peer, new Ask.Stand())
        .completeOnTimeout(
            new Reply.Refused(peer + " is silent"), ANSWER_MILLIS, TimeUnit.MILLISECONDS);
  }

  private static Optional<MemberStatus> statusIn(Reply reply, Members members) {
    if (reply instanceof Reply.Status status) {
      members.learn(status.status().members());
      return Optional.of(status.status());
    }
    return Optional.empty();
  }

  @Override
  public Health health() {
    backend.requireOpen();
    Health health = Health.WHOLE;
    for (int shard = 0; shard < shards(); shard++) {
      Map<NodeId, MemberStatus> all = statuses(shard);
      Optional<MemberStatus> leader = leaderOf(all);
      if (leader.isEmpty()) {
        return Health.IMPAIRED;
      }
      MemberStatus leading = leader.get();
      for (Peer peer : leading.members()) {
        MemberStatus member = all.get(peer.node());
        if (member == null || !isIn(member) || leading.position() - member.position() > LAG_LIMIT) {
          health = Health.DEGRADED;
        }
      }
    }
    return health;
  }

  @Override
  public long losses() {
    return 0; // what was answered is on the disks of a majority
  }

  @Override
  public List<ReplicaStatus> replicas() {
    List<ReplicaStatus> all = new ArrayList<>();
    for (int shard = 0; shard < shards(); shard++) {
      Map<NodeId, MemberStatus> statuses = statuses(shard);
      for (NodeId node : nodes()) {
        all.add(replica(node, shard, statuses));
      }
    }
    return all;
  }

  @Override
  public ReplicaStatus replica(NodeId node, int shard) {
    backend.requireMember(node);
    return replica(node, shard, statuses(shard));
  }

  private ReplicaStatus replica(NodeId node, int shard, Map<NodeId, MemberStatus> statuses) {
    MemberStatus own = statuses.get(node);
    if (own == null) {
      return new ReplicaStatus(
          node, shard, NodeStatus.DOWN, 0, false, 0, 0, 0, 0, Traffic.NONE, CacheCounts.NONE);
    }
    long furthest = statuses.values().stream().mapToLong(MemberStatus::position).max().orElse(0);
    return new ReplicaStatus(
        node,
        shard,
        isIn(own) ? NodeStatus.SERVING : NodeStatus.JOINING,
        own.term(),
        own.leads(),
        own.position(),
        furthest - own.position(),
        own.entries(),
        own.bytes(),
        node.equals(backend.self()) ? trafficOf(shard) : Traffic.NONE,
        CacheCounts.NONE);
  }

  private Traffic trafficOf(int shard) {
    ShardServer own = backend.shard(shard).members().own();
    return own == null ? Traffic.NONE : new Traffic(own.asked(), 0, 0, 0);
  }

  /** How the members of a shard stand that answer in time. */
  private Map<NodeId, MemberStatus> statuses(int shard) {
    Members members = backend.shard(shard).members();
    List<CompletableFuture<Reply>> asked = new ArrayList<>();
    for (Peer peer : members.all()) {
      asked.add(askHowItStands(members, peer));
    }
    Map<NodeId, MemberStatus> found = new TreeMap<>();
    for (CompletableFuture<Reply> each : asked) {
      statusIn(each.join(), members).ifPresent(status -> found.put(status.node(), status));
    }
    return found;
  }

  private static Optional<MemberStatus> leaderOf(Map<NodeId, MemberStatus> all) {
    return all.values().stream()
        .filter(MemberStatus::leads)
        .max(Comparator.comparingLong(MemberStatus::term));
  }

  @Override
  public Registration listen(Consumer<? super ClusterEvent> listener) {
    return events.listen(listener);
  }

  @Override
  public int shards() {
    return backend.settings().shards();
  }

  @Override
  public View view(int shard) {
    Map<NodeId, MemberStatus> all = statuses(shard);
    MemberStatus best =
        leaderOf(all)
            .or(() -> all.values().stream().max(Comparator.comparingLong(MemberStatus::term)))
            .orElse(null);
    return best == null ? viewOf(0, nodes(), Optional.empty()) : viewOf(best);
  }

  @Override
  public Optional<View> viewOf(NodeId node, int shard) {
    backend.requireMember(node);
    // Also while its leader is being elected: what is asked of it then waits for that.
    return statusOf(node, shard).filter(RatisCluster::belongs).map(this::viewOf);
  }

  /** The view as this member knows it, without a message; null when it is in none. */
  @Nullable View ownView(int shard) {
    ShardServer own = backend.shard(shard).members().own();
    try {
      return own == null || own.status().members().isEmpty() ? null : viewOf(own.status());
    } catch (IOException removed) {
      return null;
    }
  }

  private View viewOf(MemberStatus status) {
    List<NodeId> members = status.members().stream().map(Peer::node).toList();
    return viewOf(
        status.term(), members, status.leads() ? Optional.of(status.node()) : status.leader());
  }

  private View viewOf(long term, List<NodeId> members, Optional<NodeId> leader) {
    List<NodeId> ordered = new ArrayList<>(members);
    leader
        .filter(members::contains)
        .ifPresent(
            first -> {
              ordered.remove(first);
              ordered.add(0, first);
            });
    return new View(term, ordered, ordered.get(0), backend.consistency(), Replication.PRIMARY);
  }

  // What can be changed

  @Override
  public NodeId add() {
    throw new UnsupportedOperationException(
        "a member is added by the process that it is: open it there with"
            + " RatisEngine.member(…).peers(…).joining()");
  }

  @Override
  public void remove(NodeId node) {
    backend.requireMember(node);
    if (nodes().size() == 1) {
      throw new IllegalArgumentException(node + " is the last member, and cannot be removed");
    }
    new Membership(backend).leave(node, CHANGE_TIME);
  }

  @Override
  public void reconfigure(Consistency consistency, Replication replication) {
    replication.requireSupportFor(consistency);
    backend.consistency(consistency);
  }

  @Override
  public boolean reconfigure(Consistency consistency, Replication replication, Duration atMost) {
    reconfigure(consistency, replication);
    return true;
  }

  @Override
  public boolean awaitMember(NodeId node, Duration atMost) {
    long nanos = Nanos.of("atMost", atMost);
    long begin = System.nanoTime();
    while (status(node) != NodeStatus.SERVING) {
      if (System.nanoTime() - begin >= nanos) {
        return false;
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException interrupt) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
    return true;
  }

  // What has no meaning here

  @Override
  public void setView(List<NodeId> members) {
    throw meaningless(
        "setView",
        "its members agree on who they are: open one with joining(), or" + " remove one");
  }

  @Override
  public void expel(NodeId node) {
    throw meaningless("expel", "remove the member");
  }

  @Override
  public void crash(NodeId node) {
    throw meaningless("crash", "end the process of the member");
  }

  @Override
  public void restart(NodeId node) {
    throw meaningless("restart", "start the process of the member again");
  }

  @Override
  public void pause(NodeId node, Duration time) {
    throw meaningless("pause", "stop the process of the member for a while");
  }

  @Override
  public void skewClock(NodeId node, Duration offset, double drift) {
    throw meaningless("skewClock", "set the clock of the machine");
  }

  @Override
  public Network network() {
    throw meaningless("network", "cut or slow the links of the machines");
  }

  private static UnsupportedOperationException meaningless(String what, String instead) {
    return new UnsupportedOperationException(
        what + " has no meaning for a store across machines: " + instead);
  }
}
