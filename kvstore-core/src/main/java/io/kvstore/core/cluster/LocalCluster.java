package io.kvstore.core.cluster;

import static com.google.common.base.Throwables.throwIfUnchecked;
import static java.util.Objects.requireNonNull;

import io.kvstore.Cluster;
import io.kvstore.Faults;
import io.kvstore.Network;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.loop.Driver;
import io.kvstore.core.loop.Driver.Wait;
import io.kvstore.core.loop.Errand;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.trace.Trace;
import io.kvstore.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The nodes of one store, all in this JVM, with a replica of every shard on each. */
public final class LocalCluster implements Cluster {
  /** How the parts of a cluster are put on loops. */
  public enum Loops {
    /** All replicas of a shard share one. */
    ONE_FOR_EACH_SHARD,
    /** Every controlet and every datalet has its own. */
    ONE_FOR_EACH_PART
  }

  private static final Logger logger = LoggerFactory.getLogger(LocalCluster.class);
  private static final long FORM_WITHIN_NANOS = TimeUnit.SECONDS.toNanos(60);

  private final Settings settings;
  private final Driver driver;
  private final ControletFactory protocol;
  private final Fabric fabric;
  private final List<NodeId> nodes;
  private final List<NodeClock> clocks;
  private final List<Group> groups = new ArrayList<>();
  private final AtomicIntegerArray running;
  private volatile boolean closed;

  /**
   * Starts all nodes.
   *
   * @param normal what is wrong with every link from the start
   */
  public LocalCluster(
      Settings settings,
      Driver driver,
      Loops loops,
      ControletFactory protocol,
      DataletFactory datalets,
      Faults normal,
      @Nullable Trace trace,
      long seed) {
    this.settings = settings;
    this.driver = driver;
    this.protocol = protocol;
    int number = settings.replicas();
    fabric = new Fabric(number, normal);
    nodes = IntStream.range(0, number).mapToObj(NodeId::of).toList();
    clocks = nodes.stream().map(node -> new NodeClock()).toList();
    running = new AtomicIntegerArray(number);
    nodes.forEach(node -> running.set(node.number(), 1));
    for (int shard = 0; shard < settings.shards(); shard++) {
      List<Place> places = places(shard, loops, datalets.mayBlock(), trace);
      groups.add(
          new Group(shard, settings, protocol, datalets, places, seed, this::stopAfterFailure));
    }
    try {
      groups.forEach(Group::startAll);
      groups.forEach(this::form);
    } catch (RuntimeException | Error failed) {
      groups.forEach(Group::abandon);
      throw failed;
    }
  }

  private List<Place> places(int shard, Loops loops, boolean mayBlock, @Nullable Trace trace) {
    List<Place> places = new ArrayList<>();
    EventLoop shared = loops == Loops.ONE_FOR_EACH_SHARD ? driver.newLoop("shard-" + shard) : null;
    for (NodeId node : nodes) {
      String name = node + "-" + shard;
      EventLoop loop = shared == null ? driver.newLoop("controlet-" + name) : shared;
      boolean ownLoop = shared == null || mayBlock;
      EventLoop dataletLoop = ownLoop ? driver.newBlockingLoop("datalet-" + name) : null;
      places.add(
          new Place(
              node,
              shard,
              nodes.size(),
              loop,
              dataletLoop == loop ? null : dataletLoop,
              clocks.get(node.number()),
              fabric,
              trace));
    }
    return places;
  }

  private void form(Group group) {
    Formation formation = new Formation(group);
    EventLoop loop = group.running().get(0).loop();
    if (driver.administer(loop, formation, FORM_WITHIN_NANOS) != Wait.DONE) {
      throw new IllegalStateException(
          "shard " + group.shard() + " could not be formed: a replica has failed, see the log");
    }
  }

  // For clients

  /** The replica of a shard on a node; it may be down. */
  public Replica replica(int shard, NodeId node) {
    return groups.get(shard).replica(node);
  }

  /** The node that a client does best to talk to; by preference, one of those that can serve it. */
  public NodeId nodeFor(int shard, int preference) {
    View view = groups.get(shard).view();
    if (protocol.prefersPrimary(view)) {
      return view.primary();
    }
    List<NodeId> members = view.members();
    for (int i = 0; i < members.size(); i++) {
      NodeId member = members.get((preference + i) % members.size());
      if (isRunning(member)) {
        return member;
      }
    }
    return view.primary();
  }

  /** Checks that there is such a node. */
  public void requireNode(NodeId node) {
    if (node.number() >= nodes.size()) {
      throw new IllegalArgumentException(
          "there is no node " + node + ": nodes are n0 to n" + (nodes.size() - 1));
    }
  }

  // Cluster

  @Override
  public List<NodeId> nodes() {
    return nodes;
  }

  @Override
  public boolean isRunning(NodeId node) {
    requireNode(node);
    return running.get(node.number()) == 1;
  }

  @Override
  public int shards() {
    return settings.shards();
  }

  @Override
  public View view(int shard) {
    return groups.get(shard).view();
  }

  @Override
  public Network network() {
    return fabric;
  }

  @Override
  public void skewClock(NodeId node, Duration offset, double drift) {
    requireNode(node);
    clocks.get(node.number()).skew(driver.now(), offset.toNanos(), drift);
  }

  @Override
  public void pause(NodeId node, Duration time) {
    requireNode(node);
    if (time.isNegative()) {
      throw new IllegalArgumentException("a pause must not be negative, as " + time + " is");
    }
    for (Group group : groups) {
      Replica replica = group.replica(node);
      onLoop(replica.loop(), () -> replica.pause(time.toNanos()));
    }
  }

  @Override
  public synchronized void crash(NodeId node) {
    requireOpen();
    requireNode(node);
    if (running.compareAndSet(node.number(), 1, 0)) {
      logger.info("node {} is crashed", node);
      for (Group group : groups) {
        Replica replica = group.replica(node);
        onLoop(replica.loop(), () -> replica.stop("was crashed"));
      }
    }
  }

  private void stopAfterFailure(NodeId node) {
    running.set(node.number(), 0);
    for (Group group : groups) {
      Replica replica = group.replica(node);
      replica.loop().execute(() -> replica.stop("has failed in another shard"));
    }
  }

  @Override
  public synchronized void restart(NodeId node) {
    requireOpen();
    requireNode(node);
    if (running.get(node.number()) == 0) {
      logger.info("node {} starts again", node);
      for (Group group : groups) {
        group.place(node).awaitDatalet(loop -> onLoop(loop, () -> {}));
        onLoop(group.replica(node).loop(), () -> group.start(node));
        form(group);
      }
      running.set(node.number(), 1);
      requireServing(node);
    }
  }

  private void requireServing(NodeId node) {
    if (groups.stream().anyMatch(group -> group.replica(node).isStopped())) {
      running.set(node.number(), 0);
      throw new IllegalStateException("node " + node + " has failed while it started: see the log");
    }
  }

  private void onLoop(EventLoop loop, Runnable task) {
    if (loop.isMine()) {
      task.run();
    } else {
      Task call = new Task(task);
      driver.administer(loop, call, FORM_WITHIN_NANOS);
      call.rethrow();
    }
  }

  private void requireOpen() {
    if (closed) {
      throw new IllegalStateException("the store is closed");
    }
  }

  /** Refuses to start or crash anything from now on. */
  public void close() {
    closed = true;
  }

  /** Stops the replicas that live on a loop which is about to end. */
  public void stopAllOn(EventLoop loop) {
    for (Group group : groups) {
      for (NodeId node : nodes) {
        Replica replica = group.replica(node);
        if (replica.loop() == loop) {
          replica.stop("was closed with its store");
        }
      }
    }
  }

  private static final class Task extends Errand {
    private final Runnable task;
    private volatile boolean done;
    private @Nullable Throwable thrown; // set before done is

    Task(Runnable task) {
      this.task = requireNonNull(task);
    }

    @Override
    public void run() {
      try {
        task.run();
      } catch (RuntimeException | Error failure) {
        thrown = failure;
      } finally {
        done = true;
        wakeWaiter();
      }
    }

    void rethrow() {
      if (done && thrown != null) {
        throwIfUnchecked(thrown);
      }
    }

    @Override
    public boolean isDone() {
      return done;
    }

    @Override
    public void deliver() {}
  }
}
