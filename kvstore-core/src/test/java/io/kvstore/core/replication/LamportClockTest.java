package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.NodeId;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LamportClockTest {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId LAST = NodeId.of(NodeId.MAX_NUMBER);

  @Test
  void aVersionTellsItsCountAndItsNode() {
    LamportClock clock = new LamportClock();
    clock.observe((1L << 46) - 2);
    long version = clock.nextVersion(LAST);

    assertThat(LamportClock.countOf(version)).isEqualTo((1L << 46) - 1);
    assertThat(LamportClock.nodeOf(version)).isEqualTo(NodeId.MAX_NUMBER);
    assertThat(LamportClock.isBy(LAST, version)).isTrue();
    assertThat(LamportClock.isBy(FIRST, version)).isFalse();
    assertThat(version).isPositive();
  }

  @Test
  void versionsAreOrderedByCountAndThenByNode() {
    LamportClock one = new LamportClock();
    LamportClock other = new LamportClock();
    long lowest = one.nextVersion(FIRST);
    long sameCount = other.nextVersion(LAST);
    long higherCount = one.nextVersion(FIRST);

    assertThat(List.of(lowest, sameCount, higherCount)).isSorted().doesNotHaveDuplicates();
    assertThat(LamportClock.highestVersionAt(1)).isEqualTo(sameCount).isLessThan(higherCount);
  }

  @Test
  void aClockThatHasHeardOfAVersionGivesAHigherOne() {
    LamportClock one = new LamportClock();
    LamportClock other = new LamportClock();
    one.observe(41);
    long heard = one.nextVersion(LAST);
    other.observeVersion(heard);

    assertThat(other.nextVersion(FIRST)).isGreaterThan(heard);
  }

  @Test
  void hearingOfAnOlderOneChangesNothing() {
    LamportClock clock = new LamportClock();
    clock.observe(10);
    clock.observe(3);

    assertThat(clock.count()).isEqualTo(10);
  }

  /** Lamport 1978: if one event may have caused another, its time is lower. */
  @Test
  void whateverNodesTellEachOtherVersionsAreUniqueAndFollowTheirCauses() {
    SplittableRandom random = new SplittableRandom(7);
    List<LamportClock> clocks = IntStream.range(0, 5).mapToObj(i -> new LamportClock()).toList();
    long[] lastSeen = new long[5];
    Set<Long> given = new HashSet<>();
    for (int step = 0; step < 10_000; step++) {
      int node = random.nextInt(5);
      if (random.nextBoolean()) {
        long version = clocks.get(node).nextVersion(NodeId.of(node));
        assertThat(version).isGreaterThan(lastSeen[node]);
        assertThat(given.add(version)).isTrue();
        lastSeen[node] = version;
      } else {
        int from = random.nextInt(5);
        clocks.get(node).observeVersion(lastSeen[from]);
        lastSeen[node] = Math.max(lastSeen[node], lastSeen[from]);
      }
    }
  }
}
