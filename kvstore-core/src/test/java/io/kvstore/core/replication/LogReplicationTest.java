package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.ElectedOrder.Entry;
import io.kvstore.core.replication.LogReplication.Append;
import io.kvstore.core.replication.LogReplication.Appended;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Sections 5.3 and 5.4 of Ongaro and Ousterhout 2014: {@link LogReplication} with the logs, {@link
 * ElectedOrder}, that it keeps alike.
 */
class LogReplicationTest {
  private static final NodeId LEADER = NodeId.of(0);

  private final FakeGroup group = new FakeGroup(3, 1, Consistency.LINEARIZABLE, Replication.RAFT);
  private final List<String> askedAgain = new ArrayList<>();
  private final List<ElectedMember> members =
      IntStream.range(0, 3)
          .mapToObj(number -> new ElectedMember(group, number, LogLease::none, askedAgain))
          .toList();

  @BeforeEach
  void begin() {
    group.run(() -> members.forEach(each -> each.begin(0)));
    group.pass(Duration.ofMillis(50));
  }

  private ElectedMember leader() {
    return members.get(0);
  }

  private static Entry entry(long term, long position) {
    return new Entry(term, new Ordered(position, 1, Ordered.NO_CLIENT, 0, new Tick()));
  }

  @Test
  void aTermBeginsWithAnEntryThatAllPerform() {
    assertThat(members).allMatch(each -> each.position() == 1);
  }

  @Test
  void aWriteIsPerformedOnceAMajorityHoldsIt() {
    group.env(2).setDown(true);
    RecordedReply reply = leader().put(1, "v");
    group.pass(Duration.ofMillis(10));
    assertThat(reply.told()).hasSize(1).first().asString().endsWith(" at 2");
    assertThat(members.get(1).position()).isEqualTo(2);
    assertThat(members.get(2).held()).isEqualTo(1);
  }

  @Test
  void whatOnlyTheLeaderHoldsIsNotPerformed() {
    group.env(1).setDown(true);
    group.env(2).setDown(true);
    RecordedReply reply = leader().put(1, "v");
    group.pass(Duration.ofMillis(100));
    assertThat(reply.told()).isEmpty();
    assertThat(leader().position()).isEqualTo(1);
  }

  @Test
  void messagesAreLostAndRepeatedUntilAllHoldEverything() {
    group.faults(0.3, 0.3);
    for (int i = 0; i < 50; i++) {
      leader().put(1, "v" + i);
      group.pass(Duration.ofMillis(2));
    }
    group.pass(Duration.ofSeconds(3));
    long last = leader().held();
    assertThat(last).isGreaterThan(50);
    assertThat(members).allMatch(each -> each.position() == last && each.held() == last);
  }

  /** 5.3: a follower takes entries only after what the leader has before them. */
  @Test
  void entriesAfterAGapAreNotTaken() {
    ElectedMember follower = members.get(1);
    group.run(
        () ->
            follower
                .replication()
                .onMessage(LEADER, new Append(1, 1, 5, 1, List.of(entry(1, 6)), 6, 0, 1)));
    assertThat(follower.held()).isEqualTo(1);
    assertThat(follower.position()).isEqualTo(1);
  }

  /** 5.3: what conflicts with the leader's log is taken back, with all that follows. */
  @Test
  void whatAnotherLeaderHasInItsPlaceIsTakenBack() {
    group.env(1).setDown(true);
    group.env(2).setDown(true);
    leader().put(7, "lost");
    leader().put(8, "lost, too");
    assertThat(leader().held()).isEqualTo(3);
    group.run(
        () ->
            leader()
                .replication()
                .onMessage(NodeId.of(1), new Append(1, 2, 1, 1, List.of(entry(2, 2)), 1, 0, 1)));
    assertThat(leader().held()).isEqualTo(2);
    assertThat(leader().order().lastTerm()).isEqualTo(2);
    assertThat(askedAgain).containsExactly("client 7", "client 8");
  }

  /** 5.3: the same entries once more, late, take nothing back. */
  @Test
  void entriesThatAreThereAlreadyAreLeft() {
    ElectedMember follower = members.get(1);
    Append two = new Append(1, 1, 1, 1, List.of(entry(1, 2), entry(1, 3)), 1, 0, 1);
    Append one = new Append(1, 1, 1, 1, List.of(entry(1, 2)), 1, 0, 1);
    group.run(
        () -> {
          follower.replication().onMessage(LEADER, two);
          follower.replication().onMessage(LEADER, one);
        });
    assertThat(follower.held()).isEqualTo(3);
  }

  /** 5.4.2, figure 8: an entry of an earlier term is not committed by being counted. */
  @Test
  void anEntryOfAnEarlierTermIsCommittedByOneOfTheOwn() {
    ElectedMember next = members.get(1);
    group.env(0).setDown(true);
    group.lose((from, message) -> message instanceof Append);
    group.run(
        () -> {
          next.replication()
              .onMessage(LEADER, new Append(1, 1, 1, 1, List.of(entry(1, 2)), 1, 0, 1));
          next.election().look();
        });
    while (!next.election().isLeader()) {
      group.pass(Duration.ofMillis(1));
    }
    assertThat(next.held()).isEqualTo(3);

    long term = next.election().term();
    group.run(() -> next.replication().onMessage(NodeId.of(2), new Appended(1, term, 2, 1)));
    assertThat(next.position()).isEqualTo(1);
    group.run(() -> next.replication().onMessage(NodeId.of(2), new Appended(1, term, 3, 1)));
    assertThat(next.position()).isEqualTo(3);
  }
}
