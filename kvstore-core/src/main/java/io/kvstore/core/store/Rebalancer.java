package io.kvstore.core.store;

import io.kvstore.NodeId;
import io.kvstore.Rebalancing;
import io.kvstore.ShardMove;
import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.Driver;
import io.kvstore.core.loop.Driver.Wait;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.Settings;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves copies of shards to where they are to be, where there are more nodes than replicas: to
 * nodes that are new, away from those that are to leave, and to others when a node has been away
 * for long.
 *
 * <p>It has an event whenever something has happened to a node or a view, and others while shards
 * are on their way. It holds up no loop, and has nothing that it could not find again: which nodes
 * hold a shard is known to the groups, and on record.
 */
final class Rebalancer implements Actor {
  private static final Logger logger = LoggerFactory.getLogger(Rebalancer.class);
  private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
  private static final long AFTER_FAILURE_NANOS = TimeUnit.SECONDS.toNanos(1);

  private final Settings settings;
  private final Driver driver;
  private final Nodes nodes;
  private final List<Group> groups;
  private final Layout layout;
  private final ConditionWaiters waiters;
  private final EventLoop loop;
  private final Timer timer;
  private final Set<NodeId> emptied = ConcurrentHashMap.newKeySet(); // those that are to leave
  private final Map<NodeId, Long> awaySince = new TreeMap<>(); // on the loop, as the next
  private final List<MovingShard> moving = new ArrayList<>();
  private volatile Set<NodeId> lost = Set.of();
  private volatile List<ShardMove> underWay = List.of();
  private final AtomicLong done = new AtomicLong();
  private volatile boolean isRunning;

  /** Of a store whose groups have formed. */
  Rebalancer(
      Settings settings,
      Driver driver,
      Nodes nodes,
      List<Group> groups,
      Layout layout,
      ConditionWaiters waiters) {
    this.settings = settings;
    this.driver = driver;
    this.nodes = nodes;
    this.groups = groups;
    this.layout = layout;
    this.waiters = waiters;
    loop = groups.get(0).coordinatorLoop();
    timer = loop.timer(this, this::look);
  }

  // For administrators, on any thread

  /** Whether shards move at all in this store. */
  boolean isOn() {
    return !settings.isOnEveryNode() && settings.failover().isAutomatic();
  }

  /** Something has happened to a node, or to a view. */
  void wake() {
    if (isRunning) {
      loop.execute(this, this::look);
    }
  }

  void begin() {
    isRunning = isOn();
    wake();
  }

  void end() {
    isRunning = false;
  }

  /** Groups are no more: nothing of them moves on. */
  void forget(List<Group> dropped) {
    Task.runOn(
        driver,
        loop,
        this,
        () -> {
          moving.removeIf(each -> dropped.contains(each.group()));
          publish();
        });
  }

  /** Whether others can take all that a node holds. */
  boolean canEmpty(NodeId node) {
    long others = nodes.all().stream().filter(each -> !each.equals(node) && isUsable(each)).count();
    return isOn() && others >= settings.replicas();
  }

  /** Moves away all that a node holds, and waits for it as long as something moves. */
  boolean awaitEmpty(NodeId node) {
    long nanos = NodeLifecycle.LEAVE_WITHIN_NANOS;
    emptied.add(node);
    wake();
    long before;
    do {
      before = done.get();
      if (waiters.administer(loop, null, () -> {}, () -> isEmpty(node), nanos) == Wait.DONE) {
        return true;
      }
    } while (done.get() > before);
    return false;
  }

  /** It may hold shards after all, or has left. */
  void emptyNoMore(NodeId node) {
    emptied.remove(node);
    wake();
  }

  private boolean isEmpty(NodeId node) {
    return groups.stream().noneMatch(group -> group.holds(node));
  }

  Rebalancing progress() {
    return isOn() ? new Rebalancing(underWay, plan(underWay).left(), done.get()) : Rebalancing.NONE;
  }

  boolean isOver() {
    List<ShardMove> begun = underWay;
    return !isOn() || (begun.isEmpty() && plan(begun).next().isEmpty());
  }

  // What there is to do

  private MovePlan plan(List<ShardMove> begun) {
    Map<Integer, List<NodeId>> holders = new TreeMap<>();
    groups.forEach(group -> holders.put(group.shard(), primaryFirst(group)));
    List<NodeId> all = nodes.all();
    List<NodeId> usable = all.stream().filter(this::isUsable).toList();
    List<NodeId> away = // not asked again whether they are: one may have come back just now
        all.stream()
            .filter(node -> !usable.contains(node))
            .filter(node -> !emptied.contains(node) && !lost.contains(node))
            .toList();
    return new MovePlan(holders, settings.replicas(), usable, away, begun);
  }

  private static List<NodeId> primaryFirst(Group group) {
    Set<NodeId> ordered = new LinkedHashSet<>(group.view().members());
    List<NodeId> holders = group.holders();
    ordered.addAll(holders);
    ordered.retainAll(holders);
    return List.copyOf(ordered);
  }

  private boolean isUsable(NodeId node) {
    return !emptied.contains(node) && !lost.contains(node) && isPresent(node);
  }

  /** Whether a node runs, and serves in the groups of what it holds, but for what it takes over. */
  private boolean isPresent(NodeId node) {
    return nodes.isUp(node)
        && groups.stream()
            .filter(group -> group.holds(node) && !isMoving(group))
            .allMatch(group -> group.isServing(node));
  }

  private boolean isMoving(Group group) {
    return underWay.stream().anyMatch(move -> move.shard() == group.shard());
  }

  // On the loop

  private void look() {
    if (!isRunning) {
      return;
    }
    int before = moving.size();
    moving.removeIf(each -> hasEnded(each));
    publish();
    long untilLost = noteAway();
    for (ShardMove move : plan(underWay).next()) {
      Group group = Group.among(groups, move.shard()); // none, if its table was dropped just now
      if (group != null && mayBegin(move, group)) {
        begin(move, group);
      }
    }
    if (!moving.isEmpty()) {
      timer.start(LOOK_NANOS);
    } else if (untilLost < Long.MAX_VALUE) {
      timer.start(untilLost);
    }
    if (moving.size() < before) {
      waiters.look();
    }
  }

  private boolean hasEnded(MovingShard each) {
    boolean isOver = each.goOn(node -> !emptied.contains(node));
    if (isOver) {
      done.incrementAndGet();
    }
    return isOver;
  }

  /** One copy too many is given up only while all the others serve. */
  private boolean mayBegin(ShardMove move, Group group) {
    return move.to().isPresent()
        || group.holders().stream()
            .filter(node -> !move.from().equals(Optional.of(node)))
            .allMatch(group::isServing);
  }

  private void begin(ShardMove move, Group group) {
    MovingShard its = new MovingShard(move, group, layout, driver, nodes::isUp);
    moving.add(its);
    publish();
    its.begin();
  }

  private void publish() {
    underWay = moving.stream().map(MovingShard::move).toList();
  }

  /** Notes which nodes are away, and since when; answers when the next of them counts as lost. */
  private long noteAway() {
    long now = driver.now();
    long after = settings.replacesLostAfter().toNanos();
    Set<NodeId> lostNow = new TreeSet<>();
    long next = Long.MAX_VALUE;
    for (NodeId node : nodes.all()) {
      if (isPresent(node) || isEmpty(node)) {
        awaySince.remove(node);
      } else {
        long left = after - (now - awaySince.computeIfAbsent(node, any -> now));
        if (left <= 0) {
          lostNow.add(node);
        } else {
          next = Math.min(next, left);
        }
      }
    }
    awaySince.keySet().retainAll(nodes.all());
    if (!lost.containsAll(lostNow)) {
      logger.warn(
          "{} are away for {}: what they hold moves", lostNow, settings.replacesLostAfter());
    }
    lost = lostNow;
    return next;
  }

  @Override
  public void fail(Throwable cause) {
    if (!isRunning) {
      return; // the store is being closed, and no loop begins any more
    }
    logger.error("moving shards has failed, and is tried again", cause);
    moving.clear();
    publish();
    timer.start(AFTER_FAILURE_NANOS);
  }
}
