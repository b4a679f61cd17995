package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.Transcript;
import io.kvstore.core.replication.Election.RequestVote;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * LeaseGuard (SIGMOD 2026): the log is the lease, and a new leader defers what it commits.
 *
 * <pre>
 *   put MEMBER CLIENT      the leader takes a write
 *   ask MEMBER             the leader begins a round of reads
 *   down MEMBER            it is cut off
 *   lose MESSAGE           such messages are lost from now on
 *   term MEMBER            it hears of a candidate in the next term, for which it does not vote
 *   pass MILLIS
 * </pre>
 */
class LogLeaseTest {
  private static final Duration WAIT =
      Duration.ofNanos(LogLease.waitNanos(Failover.DEFAULT.detection().toNanos()));
  private static final Duration HELD = WAIT.multipliedBy(3).dividedBy(10);
  private static final Duration MOMENT = Duration.ofMillis(1);

  private final FakeGroup group =
      new FakeGroup(3, 1, Consistency.LINEARIZABLE, Replication.LEASEGUARD);
  private final LogLease lease = LogLease.of(group.env(0));

  private void createAndCommit(Duration takes) {
    group.run(() -> lease.created(1));
    group.pass(takes);
    group.run(() -> lease.committed(1));
  }

  private boolean isHeld(LogLease asked) {
    List<Boolean> held = new ArrayList<>();
    group.run(() -> held.add(asked.isHeld()));
    return held.get(0);
  }

  private long left(LogLease asked) {
    List<Long> left = new ArrayList<>();
    group.run(() -> left.add(asked.leftToOthers()));
    return left.get(0);
  }

  @Test
  void aLeaderReadsAloneOnceAnEntryOfItsOwnIsCommitted() {
    group.run(() -> lease.created(2));
    group.run(() -> lease.committed(1));
    assertThat(isHeld(lease)).isFalse();
    group.run(() -> lease.committed(2));
    assertThat(isHeld(lease)).isTrue();
  }

  /** The age of an entry is counted from when it was created, however long it took to commit it. */
  @Test
  void theAgeOfAnEntryIsCountedFromItsCreation() {
    createAndCommit(HELD.minus(MOMENT));
    assertThat(isHeld(lease)).isTrue();
    group.pass(MOMENT);
    assertThat(isHeld(lease)).isFalse();

    createAndCommit(HELD);
    assertThat(isHeld(lease)).isFalse();
  }

  /** The turn in which an entry is created may have begun long before that. */
  @Test
  void anEntryIsNotYoungerThanTheTurnInWhichItWasCreated() {
    group.env(0).setTurn(HELD);
    group.run(() -> lease.created(1));
    group.env(0).setTurn(Duration.ZERO);
    group.run(() -> lease.committed(1));
    assertThat(isHeld(lease)).isTrue();
    group.env(0).setTurn(HELD);
    assertThat(isHeld(lease)).isFalse(); // judged as it is now, not as of when the turn began
  }

  @Test
  void whatWasNotedBeforeALeaseEndedCountsNoMore() {
    group.run(() -> lease.created(1));
    group.run(lease::end);
    group.run(() -> lease.committed(1));
    assertThat(isHeld(lease)).isFalse();
  }

  @Test
  void whoHasReceivedSomethingWaitsForThoseWhoMayHaveCreatedIt() {
    assertThat(left(lease)).isZero();
    group.run(lease::received);
    assertThat(left(lease)).isEqualTo(WAIT.toNanos());
    group.pass(WAIT.minus(MOMENT));
    assertThat(left(lease)).isEqualTo(MOMENT.toNanos());
    group.pass(MOMENT);
    assertThat(left(lease)).isZero();
  }

  /** It came in the turn, which may have begun before it was created. */
  @Test
  void whatIsReceivedIsNotOlderThanTheMomentAtWhichItIsSeen() {
    group.env(0).setTurn(MOMENT);
    group.run(lease::received);
    group.env(0).setTurn(Duration.ZERO);
    assertThat(left(lease)).isEqualTo(WAIT.plus(MOMENT).toNanos());
  }

  /** No stopwatch runs more than three times as fast as another. */
  @ParameterizedTest
  @CsvSource({"1, 1", "0.5, 1.5", "1, 3", "1.5, 0.5"})
  void aLeaseIsOverBeforeOthersRelyOnThat(double speed, double speedOfOther) {
    LogLease other = LogLease.of(group.env(1));
    group.env(0).setSpeed(speed);
    group.env(1).setSpeed(speedOfOther);
    group.run(
        () -> {
          lease.created(1);
          other.received();
          lease.committed(1);
        });
    assertThat(isHeld(lease)).isTrue();
    while (left(other) > 0) {
      group.pass(MOMENT);
    }
    assertThat(isHeld(lease)).isFalse();
  }

  @Test
  void inTheNextViewNoOneOfTheLastReadsAlone() {
    createAndCommit(Duration.ZERO);
    group.run(lease::received);
    group.run(lease::restart);
    assertThat(isHeld(lease)).isFalse();
    assertThat(left(lease)).isZero();
  }

  @Test
  void whereThereAreNoneNoMemberReadsAloneOrWaits() {
    LogLease none = LogLease.none(group.env(0));
    group.run(
        () -> {
          none.created(1);
          none.committed(1);
          none.received();
        });
    assertThat(isHeld(none)).isFalse();
    assertThat(left(none)).isZero();
    assertThat(none.isUsed()).isFalse();
  }

  // Among members

  private final List<ElectedMember> members =
      IntStream.range(0, 3)
          .mapToObj(number -> new ElectedMember(group, number, LogLease::of, new ArrayList<>()))
          .toList();

  @ParameterizedTest
  @ValueSource(strings = {"a-new-leader-defers-what-it-commits", "a-round-renews-a-lease"})
  void aTranscriptIsAsItWas(String name) throws IOException {
    group.run(() -> members.forEach(each -> each.begin(0)));
    Transcript.play(getClass(), name, this::obey);
  }

  private List<String> obey(String line) {
    String[] words = line.split(" ", -1);
    switch (words[0]) {
      case "put" -> member(words[1]).put(Integer.parseInt(words[2].replace("c", "")), "v");
      case "ask" -> member(words[1]).ask();
      case "down" -> group.env(members.indexOf(member(words[1]))).setDown(true);
      case "lose" ->
          group.lose((from, message) -> message.getClass().getSimpleName().equals(words[1]));
      case "term" -> hearOfCandidate(member(words[1]));
      case "pass" -> group.pass(Duration.ofMillis(Long.parseLong(words[1])));
      default -> throw new IllegalArgumentException(line);
    }
    return IntStream.range(0, 3).mapToObj(i -> "n" + i + stateOf(members.get(i))).toList();
  }

  private ElectedMember member(String name) {
    return members.get(Integer.parseInt(name.replace("n", "")));
  }

  private void hearOfCandidate(ElectedMember member) {
    long epoch = group.env(0).view().epoch();
    long next = member.election().term() + 1;
    RequestVote request = new RequestVote(epoch, next, 0, 0, false);
    group.run(() -> member.election().onMessage(NodeId.of(0), request));
  }

  private String stateOf(ElectedMember member) {
    return " %s in term %d, has performed %d of %d%s"
        .formatted(
            member.election().isLeader() ? "leads" : "follows",
            member.election().term(),
            member.position(),
            member.held(),
            isHeld(member.lease()) ? ", reads alone" : "");
  }
}
