package io.kvstore.ratis;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.core.engine.Room;
import io.kvstore.core.engine.Routing;
import io.kvstore.core.engine.SessionState;
import io.kvstore.spi.Backend;
import io.kvstore.spi.Connection;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A store across machines, as this process sees it. */
final class RatisBackend implements Backend {
  private static final long CLOSING_MILLIS = 100;

  private final Settings settings;
  private final @Nullable Member member;
  private final MemberEvents events;
  private final StoreThreads threads;
  private final Routing routing;
  private final Flights flights;
  private final List<ShardClient> shards = new ArrayList<>();
  private final AtomicInteger sessions = new AtomicInteger();
  private final AtomicBoolean isClosed = new AtomicBoolean();
  private volatile boolean isOver; // nothing that was under way comes to its end any more
  private final Set<RatisConnection.InFlight> waiting = ConcurrentHashMap.newKeySet();
  private final Set<RatisFeed> feeds = ConcurrentHashMap.newKeySet();
  private final RatisCluster cluster;
  private volatile Consistency consistency;

  RatisBackend(
      Settings settings,
      @Nullable Member member,
      MemberEvents events,
      StoreThreads threads,
      Function<Integer, Members> membersOf) {
    this.settings = settings;
    this.member = member;
    this.events = events;
    this.threads = threads;
    this.consistency = settings.consistency();
    routing = new Routing(settings);
    flights = new Flights(settings.limits().operationsInFlight());
    Room room = new Room(settings.limits(), settings.shards());
    long attemptNanos = 4 * settings.failover().detection().toNanos();
    for (int shard = 0; shard < settings.shards(); shard++) {
      shards.add(
          new ShardClient(
              membersOf.apply(shard), room, threads.timer(), threads.executor(), attemptNanos));
    }
    cluster = new RatisCluster(this, events);
    if (member != null && settings.shards() > 1) {
      spreadLeaders(member, threads.timer());
    }
  }

  private static void spreadLeaders(Member member, ScheduledExecutorService timer) {
    long period = LeaderSpreading.PERIOD.toMillis();
    ScheduledFuture<?> unused =
        timer.scheduleWithFixedDelay(
            member.leaderSpreading(), period, period, TimeUnit.MILLISECONDS);
  }

  Settings settings() {
    return settings;
  }

  Routing routing() {
    return routing;
  }

  Flights flights() {
    return flights;
  }

  Executor executor() {
    return threads.executor();
  }

  ShardClient shard(int number) {
    return shards.get(number);
  }

  @Nullable Member member() {
    return member;
  }

  /** The member that this process is; null when it is a client only. */
  @Nullable NodeId self() {
    return member == null ? null : member.node();
  }

  /** Whether a session that is bound to a member, or to none, reads in this process. */
  boolean isOwn(Optional<NodeId> pinnedTo) {
    return pinnedTo.isEmpty() || pinnedTo.get().equals(self());
  }

  void requireOpen() {
    if (isClosed.get()) {
      throw new IllegalStateException("the store is closed");
    }
  }

  void requireMember(NodeId node) {
    if (shards.get(0).members().find(node).isEmpty()) {
      throw new IllegalArgumentException(
          "there is no member " + node + ": expected one of " + cluster.nodes());
    }
  }

  /** Refuses what is too long for one record of the log. */
  void requireFits(Operation operation) {
    long bytes = Room.bytesAdded(operation);
    int most = RatisSettings.recordBytes(settings.limits());
    if (bytes > most) {
      throw new IllegalArgumentException(
          "what is written as one must not be longer than "
              + most
              + " bytes together, and is "
              + bytes
              + ": split the batch, or raise Limits.valueBytes on every member");
    }
  }

  /** Ends a call when its time is over, or the store is closed, unless it has ended before. */
  void giveUpAfter(RatisConnection.InFlight call, long timeoutNanos) {
    waiting.add(call);
    Ends.then(call.future(), (answer, thrown) -> waiting.remove(call));
    try {
      ScheduledFuture<?> end =
          threads
              .timer()
              .schedule(
                  () -> call.givingUp().giveUp("no answer in time", null),
                  timeoutNanos,
                  TimeUnit.NANOSECONDS);
      Ends.then(call.future(), (answer, thrown) -> end.cancel(false));
    } catch (RejectedExecutionException closed) {
      endWaiting();
    }
    if (isOver) {
      endWaiting();
    }
  }

  /** No connection brings an answer any more, and no timer tells that time is over. */
  private void endWaiting() {
    waiting.forEach(call -> call.givingUp().giveUp("the store was closed", null));
  }

  void remember(RatisFeed feed) {
    feeds.add(feed);
    if (isClosed.get()) {
      feed.close();
    }
  }

  void forget(RatisFeed feed) {
    feeds.remove(feed);
  }

  void consistency(Consistency level) {
    consistency = level;
  }

  @Override
  public Connection connect(Optional<NodeId> node, Position after) {
    requireOpen();
    node.ifPresent(this::requireMember);
    return new RatisConnection(
        this, new SessionState(settings.shards(), after, false), node, sessions.getAndIncrement());
  }

  @Override
  public Consistency consistency() {
    return consistency;
  }

  @Override
  public Cluster cluster() {
    return cluster;
  }

  @Override
  public void close() {
    if (isClosed.compareAndSet(false, true)) {
      feeds.forEach(RatisFeed::close);
      shards.forEach(ShardClient::close);
      // At once, and not to their end where it takes long: each waits for members that do not
      // answer any more, and for those that are watched until something changes, for a second.
      CompletableFuture.allOf(
              shards.stream()
                  .map(each -> each.members().transport())
                  .map(each -> CompletableFuture.runAsync(each::close, threads.executor()))
                  .toArray(CompletableFuture[]::new))
          .completeOnTimeout(null, CLOSING_MILLIS, TimeUnit.MILLISECONDS)
          .join();
      if (member != null) {
        member.close();
      }
      isOver = true;
      endWaiting();
      events.close();
      threads.close();
    }
  }
}
