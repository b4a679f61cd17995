package io.kvstore.ratis;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Limits;
import io.kvstore.Position;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Connection;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Settings;
import io.kvstore.spi.Write;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Leaders that read alone, in this JVM. */
class LeaseReadsTest {
  private static final Bytes KEY = Bytes.of("k");
  private static final int READS = 2_000;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  @TempDir(factory = Directories.Factory.class)
  private Path directory;

  private final String[] peers = RatisEngine.freeLoopbackPeers(3);
  private final Map<Integer, RatisBackend> members = new TreeMap<>();

  @AfterEach
  void close() {
    members.values().forEach(RatisBackend::close);
  }

  private void open(int member, Duration detection, boolean readsAlone) {
    RatisEngine engine = RatisEngine.member("n" + member).peers(peers).snapshotEvery(1_000);
    Settings settings =
        new Settings(
            Consistency.LINEARIZABLE,
            Consistency.LINEARIZABLE.defaultReplication(),
            3,
            1,
            1,
            Limits.DEFAULT,
            Optional.of(directory.resolve("n" + member)),
            Optional.empty(),
            Failover.after(detection));
    members.put(member, (RatisBackend) (readsAlone ? engine.leaseReads() : engine).open(settings));
  }

  private void openAll(Duration detection, boolean readsAlone) {
    for (int member = 1; member <= 3; member++) {
      open(member, detection, readsAlone);
    }
  }

  private static void put(RatisBackend at, String value) {
    call(at, new Write(KEY, Condition.ALWAYS, new Change.Put(Bytes.of(value), 0, Entry.NEVER)));
  }

  private static String get(RatisBackend at) {
    Answer.Found found = (Answer.Found) call(at, new Get(KEY));
    return requireNonNull(requireNonNull(found.entry()).value()).toString();
  }

  private static Answer call(RatisBackend at, Operation operation) {
    Connection connection = at.connect(Optional.empty(), Position.START);
    return connection.call(operation, Consistency.LINEARIZABLE, PATIENCE.toNanos());
  }

  private static ShardServer shard(RatisBackend member) {
    return requireNonNull(member.member()).shard(0);
  }

  private RatisBackend leader() throws Exception {
    await("a leader", () -> members.values().stream().anyMatch(LeaseReadsTest::leads));
    return members.values().stream().filter(LeaseReadsTest::leads).findFirst().orElseThrow();
  }

  private static boolean leads(RatisBackend member) {
    try {
      return shard(member).status().leads();
    } catch (IOException gone) {
      return false;
    }
  }

  private static void await(String what, Callable<Boolean> condition) throws Exception {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.call()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(5);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void readsOfALeaderGoThroughTheLogNowAndThenOnlyIfItReadsAlone(boolean readsAlone)
      throws Exception {
    openAll(Duration.ofSeconds(1), readsAlone);
    put(members.get(1), "v");
    RatisBackend leader = leader();
    RatisBackend other =
        members.values().stream().filter(each -> each != leader).findFirst().orElseThrow();
    for (RatisBackend reader : List.of(leader, other)) {
      int reads = reader == leader || !readsAlone ? READS / 10 : READS;
      long before = shard(leader).status().applied();
      for (int i = 0; i < reads; i++) {
        assertThat(get(reader)).isEqualTo("v");
      }
      long records = shard(leader).status().applied() - before;
      if (readsAlone) {
        assertThat(records).isLessThan(reads / 2);
      } else {
        assertThat(records).isGreaterThanOrEqualTo(reads);
      }
    }
  }

  @Test
  void aNewLeaderKeepsItsAnswersBackUntilTheOneBeforeReadsNoMore() throws Exception {
    Duration detection = Duration.ofSeconds(4);
    openAll(detection, true);
    put(members.get(1), "old");
    RatisBackend before = leader();
    await("leases", () -> shard(before).machine().lease().nanos() > 0 && get(before).equals("old"));
    RatisBackend next =
        members.values().stream().filter(each -> each != before).findFirst().orElseThrow();
    long begun = System.nanoTime();
    shard(before).handOver(requireNonNull(next.self()), Duration.ofSeconds(3));
    await("another leader", () -> leads(next));
    put(next, "new");
    assertThat(System.nanoTime() - begun).isGreaterThan(LeaderLease.nanosFor(detection));
    members.values().forEach(each -> assertThat(get(each)).isEqualTo("new"));
  }

  @Test
  void whatWasAgreedOnceHoldsForMembersThatComeBackAndDoNotAskForIt() throws Exception {
    Duration detection = Duration.ofMillis(300);
    openAll(detection, true);
    for (int i = 0; i < 1_200; i++) { // more than until a snapshot is written
      put(members.get(1), "v" + i);
    }
    members.values().forEach(RatisBackend::close);
    members.clear();
    openAll(detection, false);
    put(members.get(1), "last");
    for (RatisBackend member : members.values()) {
      await(
          "leases at " + member.self(),
          () -> shard(member).machine().lease().nanos() == LeaderLease.nanosFor(detection));
      assertThat(get(member)).isEqualTo("last");
    }
  }
}
