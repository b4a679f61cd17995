package io.kvstore.ratis;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.Session;
import io.kvstore.StoreBuilder;
import io.kvstore.ratis.RatisSetup.Face;
import io.kvstore.ratis.RatisSetup.Kind;
import io.kvstore.spi.Backend;
import io.kvstore.spi.Engine;
import io.kvstore.spi.Settings;
import io.kvstore.testkit.engine.Bench;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * Members in this JVM that many tests use, one after the other, each after all entries are removed:
 * three for each set of settings on which members must agree. Their clocks show what the tests say.
 */
final class SharedMembers implements AutoCloseable {
  private static final int NUMBER = 3;
  private static final int TESTED = 2; // the member whose own store is tested
  private static final long LONGEST_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

  private final Map<Agreed, Members> groups = new HashMap<>();
  private final AtomicLong passed = new AtomicLong();
  private final Path directory;

  /** What members agree on, and what holds their entries. */
  private record Agreed(int shards, Limits limits, Kind datalet) {}

  SharedMembers() {
    try {
      directory = Directories.make();
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  private long nanosSince1970() {
    return TimeUnit.MILLISECONDS.toNanos(System.currentTimeMillis()) + passed.get();
  }

  Bench bench(RatisSetup setup) {
    return new RatisBench(setup);
  }

  @Override
  public void close() {
    groups.values().forEach(Members::close);
    try {
      Directories.delete(directory);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }

  /** Three members. */
  private final class Members {
    private final Agreed agreed;
    private final Path home;
    private final String[] peers = RatisEngine.freeLoopbackPeers(NUMBER);
    private final Map<Integer, Backend> open = new TreeMap<>();

    Members(Agreed agreed, Path home) {
      this.agreed = agreed;
      this.home = home;
      openAll();
    }

    private void openAll() {
      for (int member = 1; member <= NUMBER; member++) {
        open.computeIfAbsent(member, this::openMember);
      }
    }

    private Backend openMember(int member) {
      String name = "n" + member;
      return RatisEngine.member(name)
          .peers(peers)
          .datalet(agreed.datalet().factory(home.resolve("entries of " + name)))
          .clock(SharedMembers.this::nanosSince1970)
          .open(settings(Optional.of(home.resolve(name))));
    }

    private Settings settings(Optional<Path> storage) {
      return new Settings(
          Consistency.LINEARIZABLE,
          Consistency.LINEARIZABLE.defaultReplication(),
          NUMBER,
          agreed.shards(),
          1,
          agreed.limits(),
          storage,
          Optional.empty(),
          Failover.after(Duration.ofSeconds(1)));
    }

    /** A store that holds nothing. */
    Backend empty(RatisSetup setup, boolean isToBeClosed) {
      openAll();
      removeAll(setup);
      Backend backend =
          setup.face() == Face.CLIENT
              ? RatisEngine.client(peers).open(settings(Optional.empty()))
              : lent(TESTED, isToBeClosed);
      backend.cluster().reconfigure(setup.consistency(), setup.consistency().defaultReplication());
      return backend;
    }

    private LentBackend lent(int member, boolean isToBeClosed) {
      return new LentBackend(
          open.get(member),
          () -> {
            Backend closed = isToBeClosed ? open.remove(member) : null;
            if (closed != null) {
              closed.close();
            }
          });
    }

    private void removeAll(RatisSetup setup) {
      try (KVStore<String, String> first = KVStore.builder().engine(lent(1, false)).open()) {
        Session<String, String> session = first.session();
        bench(setup).untilServed(session::clear);
        // Members that have to wait for what a session has seen do not wait for a heartbeat.
        first.cluster().nodes().forEach(node -> session.at(node).get("k", Consistency.SEQUENTIAL));
        bench(setup)
            .until(
                () ->
                    first.cluster().replicas().stream()
                        .allMatch(replica -> replica.entries() == 0 && replica.lag() == 0));
      }
    }

    void close() {
      open.values().forEach(Backend::close);
    }
  }

  private Members membersWith(Agreed agreed) {
    return groups.computeIfAbsent(
        agreed, any -> new Members(agreed, directory.resolve("group " + groups.size())));
  }

  /** Opens stores over the members that agree on what the store's builder says. */
  private final class SharingEngine implements Engine {
    private final RatisSetup setup;
    private final boolean isToBeClosed;

    SharingEngine(RatisSetup setup, boolean isToBeClosed) {
      this.setup = setup;
      this.isToBeClosed = isToBeClosed;
    }

    @Override
    public String name() {
      return "shared";
    }

    @Override
    public Backend open(Settings settings) {
      return membersWith(new Agreed(setup.shards(), settings.limits(), setup.datalet()))
          .empty(setup, isToBeClosed);
    }
  }

  private final class RatisBench implements Bench {
    private final RatisSetup setup;

    RatisBench(RatisSetup setup) {
      this.setup = setup;
    }

    @Override
    public RatisSetup setup() {
      return setup;
    }

    @Override
    public StoreBuilder<String, String> builder() {
      return builder(false);
    }

    @Override
    public StoreBuilder<String, String> builderOfOneToClose() {
      return builder(true);
    }

    private StoreBuilder<String, String> builder(boolean isToBeClosed) {
      return KVStore.builder()
          .consistency(setup.consistency())
          .shards(setup.shards())
          .timeout(PATIENCE)
          .engine(new SharingEngine(setup, isToBeClosed));
    }

    @Override
    public int repetitions(int usual) {
      return Math.max(1, usual / 10);
    }

    /** The clocks of the members go on by all of it; messages get a little. */
    @Override
    public void pass(Duration time) {
      passed.addAndGet(time.toNanos());
      LockSupport.parkNanos(Math.min(time.toNanos(), LONGEST_PAUSE_NANOS));
    }

    @Override
    public Instant time() {
      return Instant.EPOCH.plusNanos(nanosSince1970());
    }
  }
}
