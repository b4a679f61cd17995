package io.kvstore.ratis;

import io.kvstore.spi.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.util.ExitUtils;
import org.jspecify.annotations.Nullable;

/** Opens a store across machines: checks what it is to be, and puts its parts together. */
final class Opening {
  private static final AtomicInteger STORES = new AtomicInteger();
  private static final Duration JOIN_TIME = Duration.ofSeconds(60);

  static {
    keepTheJvm();
  }

  private Opening() {}

  /** Ratis would end the whole JVM when one of its threads fails, or its port is taken. */
  private static void keepTheJvm() {
    Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
    ExitUtils.disableSystemExit();
    ExitUtils.setTerminateOnUncaughtException(false);
    Thread.setDefaultUncaughtExceptionHandler(before);
  }

  static RatisBackend open(RatisEngine engine, Settings settings) {
    List<Peer> peers = engine.peers();
    check(engine, settings);
    Parameters parameters = new Parameters();
    engine.tls().ifPresent(files -> files.addTo(parameters));
    MemberEvents events = new MemberEvents(settings);
    StoreThreads threads = new StoreThreads("kvstore-ratis-" + STORES.incrementAndGet());
    Member member =
        engine.self().isPresent() ? member(engine, settings, parameters, events, threads) : null;
    List<RaftGroupId> groups = GroupIds.of(engine.cluster(), settings);
    RaftProperties properties = RatisSettings.client(Duration.ofSeconds(10));
    RatisBackend backend =
        new RatisBackend(
            settings,
            member,
            events,
            threads,
            shard ->
                new Members(
                    peers,
                    new Transport(groups.get(shard), properties, parameters),
                    member == null ? null : member.shard(shard),
                    member == null ? null : member.node()));
    events.begin(backend);
    if (engine.isJoining() && member != null) {
      join(backend, member.peer());
    }
    return backend;
  }

  private static void join(RatisBackend backend, Peer self) {
    try {
      new Membership(backend).join(self, JOIN_TIME);
    } catch (RuntimeException failed) {
      backend.close();
      throw failed;
    }
  }

  private static Member member(
      RatisEngine engine,
      Settings settings,
      Parameters parameters,
      MemberEvents events,
      StoreThreads threads) {
    Peer self =
        engine.peers().stream()
            .filter(peer -> Optional.of(peer.node()).equals(engine.self()))
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        engine.self().orElseThrow()
                            + " is not one of the peers "
                            + engine.peers()
                            + ": name it with where it listens"));
    Path path =
        settings
            .storageDirectory()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        self
                            + " needs a storageDirectory: a member must not forget what it has"
                            + " voted for"));
    MemberDirectory directory = MemberDirectory.open(path, self.node(), engine.cluster(), settings);
    @Nullable Member opened = null;
    try {
      opened = new Member(self, engine, settings, directory, parameters, events, threads);
      return opened;
    } finally {
      if (opened == null) {
        directory.close();
      }
    }
  }

  private static void check(RatisEngine engine, Settings settings) {
    if (engine.peers().isEmpty()) {
      throw new IllegalArgumentException(
          "no members are named: RatisEngine.member(…).peers(\"n1=host1:7001\", …)");
    }
    if (!settings.failover().isAutomatic()) {
      throw new IllegalArgumentException(
          "Failover.byHand() has no meaning on Ratis, whose members elect a leader by themselves");
    }
    if (settings.capacity().isPresent()) {
      throw new IllegalArgumentException(
          "the engine on Ratis evicts nothing: leave "
              + settings.capacity().get()
              + " out; Limits.heldBytes refuses what would be too much");
    }
    if (settings.outputDirectory().isPresent()) {
      throw new IllegalArgumentException(
          "the engine on Ratis writes no order_result files: leave outputDirectory out");
    }
    if (settings.replication() != settings.consistency().defaultReplication()) {
      throw new IllegalArgumentException(
          "the engine on Ratis keeps copies by Raft: leave replication("
              + settings.replication()
              + ") out");
    }
    if (!settings.isOnEveryNode()) {
      throw new IllegalArgumentException(
          "on Ratis every member holds every shard, and who they are is said by peers(…): leave"
              + " nodes("
              + settings.nodes()
              + ") out");
    }
    int majority = engine.peers().size() / 2 + 1;
    if (settings.acks().orElse(1) > majority) {
      throw new IllegalArgumentException(
          "on Ratis a write is answered when a majority holds it: acks("
              + settings.acks().getAsInt()
              + ") of "
              + engine.peers().size()
              + " members cannot be waited for");
    }
  }
}
