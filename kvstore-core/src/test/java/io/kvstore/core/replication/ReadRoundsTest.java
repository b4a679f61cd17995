package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Section 6.4 of Ongaro's thesis. */
class ReadRoundsTest {
  private static final NodeId FIRST = NodeId.of(1);
  private static final NodeId SECOND = NodeId.of(2);

  private final FakeGroup group = new FakeGroup(5, 1, Consistency.LINEARIZABLE, Replication.RAFT);
  private final PendingRequests pendingRequests = new PendingRequests();
  private final List<String> events = new ArrayList<>();
  private boolean isOver;
  private ReadRounds rounds = new ReadRounds(group.env(0), pendingRequests, this::sent);

  private void sent() {
    events.add("asks in round " + rounds.current());
  }

  @BeforeEach
  void begin() {
    rounds.restart();
  }

  private void ask(String name) {
    rounds.ask(new RecordedReply(), () -> isOver, () -> events.add(name + " goes on"));
  }

  private void acknowledge(NodeId member, long round) {
    rounds.acknowledge(member, round);
    pendingRequests.resumeReady();
  }

  @Test
  void aReadGoesOnOnceAMajorityHasAcknowledgedItsRound() {
    ask("read");
    long round = rounds.current();
    acknowledge(FIRST, round);
    acknowledge(FIRST, round); // once more
    assertThat(events).containsExactly("asks in round " + round);
    assertThat(rounds.isUnderWay()).isTrue();

    acknowledge(SECOND, round);
    assertThat(events).containsExactly("asks in round " + round, "read goes on");
    assertThat(rounds.isUnderWay()).isFalse();
  }

  /** Another may lead since those acknowledged the round before. */
  @Test
  void anAcknowledgementOfAnEarlierRoundDoesNotCount() {
    ask("first");
    long round = rounds.current();
    acknowledge(FIRST, round);
    acknowledge(SECOND, round);
    ask("second");
    acknowledge(FIRST, round);
    acknowledge(SECOND, round);
    assertThat(events).doesNotContain("second goes on");

    acknowledge(FIRST, round + 1);
    acknowledge(SECOND, round + 1);
    assertThat(events).endsWith("second goes on");
  }

  @Test
  void readsThatComeDuringARoundShareTheNext() {
    ask("first");
    ask("second");
    ask("third");
    long round = rounds.current();
    acknowledge(FIRST, round);
    acknowledge(SECOND, round);
    assertThat(events)
        .containsExactly("asks in round " + round, "asks in round " + (round + 1), "first goes on");

    acknowledge(FIRST, round + 1);
    acknowledge(SECOND, round + 1);
    assertThat(events).endsWith("second goes on", "third goes on");
  }

  @Test
  void readsGoOnWhenAnotherLeadsAndNumbersAreNotUsedAgain() {
    ask("read");
    long round = rounds.current();
    isOver = true;
    pendingRequests.resumeReady();
    assertThat(events).endsWith("read goes on");

    isOver = false;
    rounds.restart();
    ask("another");
    assertThat(rounds.current()).isGreaterThan(round);
  }

  @Test
  void aMemberThatIsAloneConfirmsByItself() {
    FakeGroup alone = new FakeGroup(1, 1, Consistency.LINEARIZABLE, Replication.RAFT);
    rounds = new ReadRounds(alone.env(0), pendingRequests, this::sent);
    rounds.restart();
    ask("read");
    assertThat(events).containsExactly("read goes on");
  }
}
