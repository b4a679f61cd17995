package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.UpdateStream.Update;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Tick;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class MergingEntriesTest {
  private static final Bytes KEY = Bytes.of("k");

  /** What one of the others brings. */
  private record Brought(UpdatesReport share, Contents contents, long count)
      implements UpdatesReport.Shared {}

  private final FakeGroup group = new FakeGroup(2, 1, Consistency.EVENTUAL, Replication.BROADCAST);
  private final FakeGroup.FakeEnv env = group.env(0);
  private final LamportClock clock = new LamportClock();
  private final List<Brought> noted = new ArrayList<>();
  private MergingEntries entries;

  @BeforeEach
  void open() {
    UpdateStream stream = new UpdateStream(env, (from, update) -> {}, to -> {});
    TombstoneCollector collector = new TombstoneCollector(env, clock, stream, () -> true);
    entries = new MergingEntries(env, clock, collector, stream, env::now);
  }

  private static Pair pair(long count, int node) {
    long version = count << 16 | node;
    return new Pair(KEY, Entry.of(Bytes.of("v" + count), version));
  }

  private Brought brought(int node, @Nullable List<Update> unreceived, long count, Pair... held) {
    long highest = held.length == 0 ? 0 : held[0].entry().version();
    UpdatesReport share = new UpdatesReport(NodeId.of(node), env.view(), unreceived);
    return new Brought(share, new Contents(List.of(held), 77, highest), count);
  }

  private List<Pair> held() {
    List<Pair> all = new ArrayList<>();
    group.run(() -> env.storage().snapshot(contents -> all.addAll(contents.entries())));
    return all;
  }

  @Test
  void ofTwoEntriesOfAKeyTheNewerOneStays() {
    group.run(() -> entries.take(List.of(pair(5, 1))));
    group.run(() -> entries.take(List.of(pair(4, 1))));
    assertThat(held()).containsExactly(pair(5, 1));

    group.run(
        () -> entries.takeCopy(new Contents(List.of(pair(6, 0)), 0, pair(6, 0).entry().version())));
    assertThat(held()).containsExactly(pair(6, 0));
  }

  @Test
  void theClockGoesOnAboveWhatIsTaken() {
    group.run(() -> entries.take(List.of(pair(5, 1))));
    assertThat(clock.count()).isEqualTo(5);
    group.run(() -> entries.takeCopy(new Contents(List.of(), 0, 9L << 16)));

    assertThat(clock.count()).isEqualTo(9);
  }

  @Test
  void wherePartOfWhatWasToldIsMissingAllThatAnybodyHoldsIsMerged() {
    List<Brought> members = List.of(brought(0, null, 3), brought(1, List.of(), 8, pair(4, 1)));
    group.run(() -> entries.takeOver(env.view(), members, List.of(), noted::add));

    assertThat(held()).containsExactly(pair(4, 1));
    assertThat(noted).isEqualTo(members);
    assertThat(clock.count()).isEqualTo(8);
  }

  @Test
  void membersOfOneViewTakeOverOnlyWhatHasNotBeenReceived() {
    group.run(() -> entries.takeOver(env.view(), List.<Brought>of(), List.of(), noted::add));
    Ordered origin = new Ordered(pair(6, 1).entry().version(), 0, Ordered.NO_CLIENT, 0, new Tick());
    Update told = new Update(1, 1, origin, new Counted(0, Entry.NEVER), List.of(pair(6, 1)), null);
    List<Brought> members =
        List.of(brought(0, List.of(), 3), brought(1, List.of(told), 8, pair(9, 1)));
    group.run(() -> entries.takeOver(env.view(), members, List.of(), noted::add));

    assertThat(held()).containsExactly(pair(6, 1)); // and not what its contents say
  }

  /** The highest count that a member had in an epoch before, also one that was lost since. */
  private long countBefore() {
    return LamportClock.countOf(LamportClock.highestVersionBefore(env.view().epoch()));
  }

  @Test
  void whatIsLeftToAnotherProtocolIsTheHighestThatAnybodyMayHaveGiven() {
    long count = countBefore() + 8;
    entries.freeze();
    group.run(
        () ->
            entries.takeOver(
                env.view(), List.of(brought(1, null, count, pair(4, 1))), List.of(), noted::add));
    assertThat(entries.handOver(null))
        .isEqualTo(new HandOver(LamportClock.highestVersionAt(count), 77, null));
    entries.agreeOn((count + 2) << 16);
    assertThat(entries.handOver(null).highest()).isEqualTo((count + 2) << 16);

    entries.freeze();
    assertThat(entries.handOver(null).highest())
        .as("a member that was lost may have given it")
        .isEqualTo(LamportClock.highestVersionBefore(env.view().epoch()));
  }

  @Test
  void whatAnotherProtocolHasLeftIsGoneOnFrom() {
    long count = countBefore() + 12;
    entries.inherit(new HandOver(count << 16, 99, null));

    assertThat(clock.count()).isEqualTo(count);
    assertThat(entries.handOver(null)).isEqualTo(new HandOver(count << 16, 99, null));
  }

  private long gone() {
    List<Long> told = new ArrayList<>();
    group.run(
        () ->
            env.storage()
                .query(new Get(KEY), 0, answer -> told.add(((Answer.Found) answer).gone())));
    return told.get(0);
  }

  @Test
  void membersThatHoldAllOfTheViewsBeforeTellWhatHasBecomeOfOtherKeys() {
    List<Brought> members = List.of(brought(0, null, 3), brought(1, null, 8));
    group.run(() -> entries.takeOver(env.view(), members, List.of(), noted::add));
    group.run(() -> entries.settle(env.view(), false));
    assertThat(gone()).as("an update still waits for another").isEqualTo(Answer.UNKNOWN);

    group.run(() -> entries.settle(env.view(), true));
    assertThat(gone()).isEqualTo(LamportClock.highestVersionBefore(env.view().epoch()));
  }
}
