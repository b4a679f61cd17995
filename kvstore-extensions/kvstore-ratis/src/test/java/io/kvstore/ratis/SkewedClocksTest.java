package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Versioned;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members whose clocks are hours apart: entries live by the time of the one that leads. */
class SkewedClocksTest {
  private final AtomicLong nanos = new AtomicLong(Duration.ofDays(10_000).toNanos());
  private final AtomicLongArray skews = new AtomicLongArray(4); // by the number of the member

  @TempDir(factory = Directories.Factory.class)
  private Path directory;

  private LongSupplier clockOf(NodeId member) {
    return () -> nanos.get() + skews.get(member.number());
  }

  /**
   * The clock of one follower is an hour ahead of that of the leader, the other's an hour behind.
   */
  private void skew(int leader) {
    skews.set(leader % 3 + 1, Duration.ofHours(1).toNanos());
    skews.set((leader + 1) % 3 + 1, Duration.ofHours(-1).toNanos());
  }

  @Test
  void everyMemberHasAnEntryExpireAtTheSameMoment() throws Exception {
    try (ThreeMembers members =
        new ThreeMembers(
            directory,
            builder -> builder.consistency(Consistency.SEQUENTIAL),
            engine -> engine.clock(clockOf(engine.self().orElseThrow())))) {
      skew(Processes.leader(members.get(1), 0));
      members.get(1).put("k", "v", Duration.ofMinutes(30));
      Set<Instant> ends = new HashSet<>();
      for (int member = 1; member <= 3; member++) {
        KVStore<String, String> session = members.get(member).session(members.get(1).position());
        Versioned<String> entry = session.getVersioned("k").orElseThrow();
        ends.add(entry.expiresAt().orElseThrow());
      }
      assertThat(ends).hasSize(1);
      nanos.addAndGet(Duration.ofMinutes(29).toNanos());
      for (int member = 1; member <= 3; member++) {
        assertThat(members.get(member).get("k")).as("at n" + member).contains("v");
      }
      nanos.addAndGet(Duration.ofMinutes(2).toNanos());
      for (int member = 1; member <= 3; member++) {
        members.get(member).put("any", "v"); // brings the group's time
        assertThat(members.get(member).get("k")).as("at n" + member).isEmpty();
      }
    }
  }
}
