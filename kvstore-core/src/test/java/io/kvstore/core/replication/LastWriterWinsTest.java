package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.replication.LastWriterWins.Holdings;
import io.kvstore.core.replication.UpdateStream.Update;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Write;
import java.time.Duration;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Members that write independently end up with the same entries, and without tombstones. */
class LastWriterWinsTest {
  private static final int MEMBERS = 3;
  private static final long MINUTE = Duration.ofMinutes(1).toNanos();

  private FakeGroup group;
  private List<LastWriterWins> members;
  private long sequence;

  private void start(long seed) {
    group = new FakeGroup(MEMBERS, seed, Consistency.EVENTUAL, Replication.BROADCAST);
    members = IntStream.range(0, MEMBERS).mapToObj(i -> new LastWriterWins(group.env(i))).toList();
    for (int i = 0; i < MEMBERS; i++) {
      LastWriterWins member = members.get(i);
      group
          .env(i)
          .onMessage((from, message) -> assertThat(member.onMessage(from, message)).isTrue());
    }
    group.run(() -> members.forEach(LastWriterWins::activate));
  }

  private RecordedReply write(int member, String key, Change change) {
    RecordedReply reply = new RecordedReply();
    Write write = new Write(Bytes.of(key), Condition.ALWAYS, change);
    Asking request = new Asking(member, ++sequence, write, Consistency.EVENTUAL);
    group.run(() -> members.get(member).perform(request, reply));
    return reply;
  }

  private RecordedReply put(int member, String key, String value) {
    return write(member, key, new Change.Put(Bytes.of(value), 0, Change.FOREVER));
  }

  /** Everything that a member holds, tombstones too. */
  private List<Pair> heldBy(int member) {
    AtomicReference<Contents> contents = new AtomicReference<>();
    group.run(() -> group.env(member).storage().snapshot(contents::set));
    List<Pair> pairs = new ArrayList<>(contents.get().entries());
    pairs.sort(Comparator.comparing(Pair::key));
    return pairs;
  }

  private List<String> valuesOf(int member) {
    return heldBy(member).stream()
        .filter(pair -> !pair.entry().isTombstone())
        .map(pair -> pair.key() + "=" + pair.entry().presentValue())
        .toList();
  }

  private boolean hasTombstones(int member) {
    return heldBy(member).stream().anyMatch(pair -> pair.entry().isTombstone());
  }

  @Test
  void onceLinksWorkAllMembersHoldTheSameAndNoTombstones() {
    for (long seed = 1; seed <= 20; seed++) {
      start(seed);
      SplittableRandom random = new SplittableRandom(seed);
      group.faults(0.3, 0.3);
      for (int i = 0; i < 300; i++) {
        int member = random.nextInt(MEMBERS);
        String key = "k" + random.nextInt(10);
        switch (random.nextInt(4)) {
          case 0 -> write(member, key, Change.REMOVE);
          case 1 -> write(member, key, new Change.Put(Bytes.of("short"), 0, MINUTE / 60));
          default -> put(member, key, "v" + i);
        }
        group.pass(Duration.ofNanos(random.nextLong(20_000_000)));
      }
      group.faults(0, 0);
      group.pass(Duration.ofMinutes(1));

      assertThat(heldBy(0)).as("seed " + seed).isEqualTo(heldBy(1)).isEqualTo(heldBy(2));
      assertThat(hasTombstones(0)).as("seed " + seed).isFalse();
      assertThat(valuesOf(0)).as("seed " + seed).isNotEmpty();
    }
  }

  @Test
  void theLaterWriteWinsWhereverItWasMade() {
    start(1);
    put(0, "k", "first");
    group.pass(Duration.ofSeconds(1));
    put(2, "k", "second");
    group.pass(Duration.ofSeconds(1));
    put(1, "k", "third");
    group.pass(Duration.ofSeconds(1));

    for (int member = 0; member < MEMBERS; member++) {
      assertThat(valuesOf(member)).containsExactly("k=third");
    }
  }

  @Test
  void aTombstoneStaysUntilEveryMemberHasIt() {
    start(1);
    put(0, "k", "v");
    group.pass(Duration.ofSeconds(1));
    group.env(2).setDown(true);
    write(0, "k", Change.REMOVE);
    group.pass(Duration.ofMinutes(1));
    assertThat(hasTombstones(0)).isTrue();
    assertThat(hasTombstones(1)).isTrue();

    group.env(2).setDown(false);
    group.pass(Duration.ofMinutes(1));
    for (int member = 0; member < MEMBERS; member++) {
      assertThat(heldBy(member)).isEmpty();
    }
  }

  @Test
  void aWriteThatNobodyHasHeardOfKeepsOtherTombstonesFromBeingForgotten() {
    start(1);
    group.env(2).setDown(true);
    put(2, "k", "older"); // told to nobody yet
    put(0, "k", "newer");
    put(0, "k", "newer still");
    write(0, "k", Change.REMOVE);
    group.pass(Duration.ofMinutes(1));
    group.env(2).setDown(false);
    group.pass(Duration.ofMinutes(1));

    for (int member = 0; member < MEMBERS; member++) {
      assertThat(heldBy(member)).isEmpty();
    }
  }

  @Test
  void whoeverHasNotBeenHeardByAllIsNotSettledThoughItsOtherMessagesArrive() {
    start(1);
    group.lose((from, message) -> from.number() == 2 && message instanceof Update);
    put(2, "k", "older");
    put(0, "k", "newer");
    put(0, "k", "newer still");
    write(0, "k", Change.REMOVE);
    group.pass(Duration.ofMinutes(1));
    assertThat(hasTombstones(0)).isTrue();
    group.lose((from, message) -> false);
    group.pass(Duration.ofMinutes(1));

    for (int member = 0; member < MEMBERS; member++) {
      assertThat(heldBy(member)).isEmpty();
    }
  }

  @Test
  void aNewViewBeginsWithWhatAnyMemberHolds() {
    start(1);
    group.faults(1, 0);
    put(0, "a", "of n0");
    put(1, "b", "of n1");
    put(2, "b", "of n2");
    beginNextViewWith(reports());

    for (int member = 0; member < MEMBERS; member++) {
      assertThat(valuesOf(member)).containsExactly("a=of n0", "b=of n2");
    }
    put(0, "b", "again");
    group.pass(Duration.ofSeconds(1));
    assertThat(valuesOf(2)).as("newer than all that was before").contains("b=again");
  }

  @Test
  void membersOfOneViewTakeOverWhatOneHasToldAndAnotherHasNotReceived() {
    start(1);
    put(0, "old", "of n0");
    beginNextViewWith(reports());
    group.lose((from, message) -> from.number() != 0 && message instanceof Update);
    put(0, "a", "of n0");
    put(1, "b", "of n1");
    put(2, "b", "of n2");
    write(1, "old", Change.REMOVE);
    beginNextViewWith(reports().stream().map(LastWriterWinsTest::withoutEntries).toList());

    for (int member = 0; member < MEMBERS; member++) {
      assertThat(valuesOf(member)).containsExactly("a=of n0", "b=of n2");
    }
  }

  @Test
  void whoComesNewTakesOverAllThatAMemberHoldsAndWhatTheOthersHaveTold() {
    start(1);
    beginNextViewWith(reports());
    group.lose((from, message) -> from.number() == 1 && message instanceof Update);
    put(0, "a", "of n0");
    put(1, "b", "of n1");
    LastWriterWins comesNew = new LastWriterWins(group.env(2));
    List<MemberReport> ofMembers = reports();
    group.run(() -> group.env(2).storage().replace(new Contents(List.of(), 0, 0), () -> {}));
    members = List.of(members.get(0), members.get(1), comesNew);
    beginNextViewWith(ofMembers);

    for (int member = 0; member < MEMBERS; member++) {
      assertThat(valuesOf(member)).containsExactly("a=of n0", "b=of n1");
    }
  }

  @Test
  void whatALostMemberHasToldIsTakenOverFromWhomeverItHasReached() {
    start(1);
    beginNextViewWith(reports());
    group.env(2).setDown(true);
    put(1, "b", "of n1");
    group.pass(Duration.ofMillis(5));
    group.env(2).setDown(false);
    List<MemberReport> all = reports();
    beginNextViewWith(List.of(all.get(0), all.get(2)));

    assertThat(valuesOf(2)).containsExactly("b=of n1");
  }

  private List<MemberReport> reports() {
    List<MemberReport> reports = new ArrayList<>();
    group.run(() -> members.forEach(member -> member.freeze(reports::add)));
    return reports;
  }

  private void beginNextViewWith(List<MemberReport> reports) {
    group.lose((from, message) -> false);
    group.faults(0, 0);
    group.run(
        () -> {
          group.nextEpoch();
          View next = group.env(0).view();
          members.forEach(member -> member.install(next, reports, List.of()));
          members.forEach(LastWriterWins::activate);
        });
  }

  /** Its entries must not be looked at. */
  private static MemberReport withoutEntries(MemberReport report) {
    Holdings holdings = (Holdings) report;
    Contents contents = holdings.contents();
    List<Pair> untouchable =
        new AbstractList<>() {
          @Override
          public Pair get(int index) {
            throw new AssertionError("nobody needs to look at all");
          }

          @Override
          public int size() {
            throw new AssertionError("nobody needs to look at all");
          }
        };
    return new Holdings(
        holdings.share(),
        new Contents(untouchable, contents.time(), contents.highestVersion()),
        holdings.count(),
        holdings.answers(),
        holdings.hasForgotten());
  }
}
