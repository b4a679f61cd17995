package io.kvstore.ratis;

import static java.util.Objects.requireNonNull;

import io.kvstore.NodeId;
import io.kvstore.spi.Settings;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.GroupManagementRequest;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftGroup;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.protocol.RaftPeer;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.statemachine.StateMachine;
import org.apache.ratis.util.ExitUtils.ExitException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** This process as a member: one Ratis server, with a group for each shard. */
final class Member implements AutoCloseable {
  private static final Logger logger = LoggerFactory.getLogger(Member.class);
  private static final long CLOSING_MILLIS = 5;

  private final Peer self;
  private final Settings settings;
  private final RatisEngine engine;
  private final MemberEvents events;
  private final MemberDirectory directory;
  private final List<RaftGroupId> groups;
  private final Map<RaftGroupId, ShardMachine> machines = new ConcurrentHashMap<>();
  private final List<ShardServer> shards = new ArrayList<>();
  private final ClientId client = ClientId.randomId();
  private final AtomicLong calls = new AtomicLong();
  private final StoreThreads threads;
  private final RaftServer server;

  /** Opens the member. */
  Member(
      Peer self,
      RatisEngine engine,
      Settings settings,
      MemberDirectory directory,
      Parameters parameters,
      MemberEvents events,
      StoreThreads threads) {
    this.self = self;
    this.engine = engine;
    this.settings = settings;
    this.directory = directory;
    this.events = events;
    this.threads = threads;
    this.groups = GroupIds.of(engine.cluster(), settings);
    FreePorts.requireFree(self, RatisSettings.plain(self.host()));
    @Nullable RaftServer built = null;
    try {
      built =
          RaftServer.newBuilder()
              .setServerId(self.id())
              .setStateMachineRegistry(this::machineOf)
              .setProperties(
                  RatisSettings.member(
                      settings.limits(), settings.failover(), self, directory.raft(), engine))
              .setParameters(parameters)
              .build();
      start(built);
      server = built;
    } catch (IOException | RuntimeException failed) {
      close(built);
      throw new IllegalStateException(
          self + " cannot be opened: " + rootOf(failed).getMessage(), failed);
    }
    for (RaftGroupId group : groups) {
      shards.add(
          new ShardServer(
              server,
              group,
              self.node(),
              requireNonNull(machines.get(group)),
              settings.limits().heldBytes() / settings.shards(),
              engine.isReadingByLease() ? LeaderLease.nanosFor(settings.failover().detection()) : 0,
              threads));
    }
  }

  private StateMachine machineOf(RaftGroupId group) {
    int shard = groups.indexOf(group);
    if (shard < 0) {
      throw new IllegalStateException(
          directory.raft() + " holds the group " + group + ", which is not of this store");
    }
    ShardMachine machine =
        new ShardMachine(
            engine.datalet().open(self.node(), shard),
            settings.limits(),
            engine.clock(),
            events.of(shard));
    machines.put(group, machine);
    return machine;
  }

  private void start(RaftServer starting) throws IOException {
    try {
      starting.start();
    } catch (ExitException cannotListen) {
      throw new IOException("its port cannot be listened at", cannotListen);
    }
    Set<RaftGroupId> known = new HashSet<>();
    starting.getGroupIds().forEach(known::add);
    List<RaftPeer> first =
        engine.isJoining() ? List.of() : engine.peers().stream().map(Peer::raftPeer).toList();
    for (RaftGroupId group : groups) {
      RaftGroup wanted = RaftGroup.valueOf(group, first);
      if (!known.contains(group)) {
        manage(starting, id -> GroupManagementRequest.newAdd(client, id, call(), wanted, true));
      } else if (starting.getDivision(group).getRaftConf().getAllPeers().isEmpty()) {
        // It was stopped before it had heard of any member: what it has voted for stays.
        manage(
            starting,
            id -> GroupManagementRequest.newRemove(client, id, call(), group, false, false));
        manage(starting, id -> GroupManagementRequest.newAdd(client, id, call(), wanted, false));
      }
    }
  }

  private long call() {
    return calls.incrementAndGet();
  }

  /** Makes a request to a member. */
  private interface Making {
    GroupManagementRequest to(RaftPeerId member);
  }

  private static void manage(RaftServer managed, Making request) throws IOException {
    RaftClientReply reply = managed.groupManagement(request.to(managed.getId()));
    if (!reply.isSuccess()) {
      throw new IOException("its groups cannot be opened", reply.getException());
    }
  }

  Peer peer() {
    return self;
  }

  NodeId node() {
    return self.node();
  }

  /** What spreads the leaders over the members, each time that it is run. */
  LeaderSpreading leaderSpreading() {
    return new LeaderSpreading(node(), List.copyOf(shards), settings.failover().detection());
  }

  ShardServer shard(int number) {
    return shards.get(number);
  }

  /** Whether a group is still here: it is not after the member was removed. */
  boolean hasGroup(int shard) {
    for (RaftGroupId group : server.getGroupIds()) {
      if (group.equals(groups.get(shard))) {
        return true;
      }
    }
    return false;
  }

  @Override
  public void close() {
    ScheduledFuture<?> ending =
        threads
            .timer()
            .scheduleWithFixedDelay(
                new LogWriters(server, machines),
                CLOSING_MILLIS,
                CLOSING_MILLIS,
                TimeUnit.MILLISECONDS);
    close(server);
    ending.cancel(false);
    directory.close();
  }

  private void close(@Nullable RaftServer opened) {
    if (opened != null) {
      try {
        opened.close();
      } catch (IOException broken) {
        logger.warn("{} was not closed cleanly", self, broken);
      }
    }
  }

  private static Throwable rootOf(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }
}
