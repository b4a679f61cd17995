package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.Playback.Fetch;
import io.kvstore.core.replication.Playback.Fetched;
import io.kvstore.core.replication.Playback.Grown;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LogServerTest {
  private static final NodeId MEMBER = NodeId.of(1);
  private static final Duration A_MOMENT = Duration.ofMillis(5);

  private final FakeGroup group =
      new FakeGroup(2, 1, Consistency.SEQUENTIAL, Replication.SHARED_LOG);
  private final Acknowledgements acknowledgements = new Acknowledgements(NodeId.of(0));
  private final PerformedOrder performed =
      new PerformedOrder(group.env(0), new PendingRequests(), acknowledgements);
  private final LogServer server = new LogServer(group.env(0), performed, acknowledgements);
  private final List<Message> received = new ArrayList<>();

  @BeforeEach
  void begin() {
    group.env(1).onMessage((from, message) -> received.add(message));
    performed.retention().restart(group.env(0).view(), false);
    acknowledgements.restart(group.env(0).view(), 2, 0);
    server.restart();
  }

  private void append(long... positions) {
    for (long position : positions) {
      group.run(() -> performed.take(new Ordered(position, position, 1, position, new Tick())));
      acknowledgements.holds(NodeId.of(0), position);
    }
  }

  private List<Long> positionsOf(Message message) {
    return ((Fetched) message).entries().stream().map(Ordered::position).toList();
  }

  private void fetch(long number, long after) {
    group.run(() -> server.serve(MEMBER, new Fetch(1, number, after)));
    group.pass(A_MOMENT);
  }

  @Test
  void onlyWhatIsUpToTheTailIsServed() {
    append(1, 2, 3);
    group.run(() -> performed.performUpTo(2));

    fetch(7, 0);
    Fetched fetched = (Fetched) received.get(0);
    assertThat(positionsOf(fetched)).containsExactly(1L, 2L);
    assertThat(fetched.number()).isEqualTo(7);
    assertThat(fetched.tail()).isEqualTo(2);

    fetch(8, 2);
    assertThat(positionsOf(received.get(1))).isEmpty();
    fetch(9, 3); // it keeps the log, and holds more than is up to the tail
    assertThat(positionsOf(received.get(2))).isEmpty();
  }

  @Test
  void aMemberIsToldOnceUntilItFetches() {
    append(1, 2);
    group.run(
        () -> {
          performed.performUpTo(1);
          server.tellOnce(MEMBER);
          performed.performUpTo(2);
          server.tellOnce(MEMBER);
        });
    group.pass(A_MOMENT);
    assertThat(received).containsExactly(new Grown(1, 1));

    fetch(1, 0);
    append(3);
    group.run(
        () -> {
          performed.performUpTo(3);
          server.tellOnce(MEMBER);
        });
    group.pass(A_MOMENT);
    assertThat(received).hasSize(3).endsWith(new Grown(1, 3));
  }

  @Test
  void aMemberThatHasNotFetchedIsToldAgain() {
    append(1);
    group.run(() -> performed.performUpTo(1));
    group.run(server::repeat);
    group.run(server::repeat);
    group.pass(A_MOMENT);
    assertThat(received).containsExactly(new Grown(1, 1), new Grown(1, 1));

    server.holds(MEMBER, 1);
    group.run(server::repeat);
    group.pass(A_MOMENT);
    assertThat(received).hasSize(2);
  }

  @Test
  void whereTheLogWasTrimmedAMemberGetsACopy() {
    append(1, 2, 3);
    group.run(
        () -> {
          performed.performUpTo(3);
          performed.log().forgetUpTo(2);
        });
    fetch(1, 0);
    assertThat(positionsOf(received.get(0))).isEmpty(); // what comes after the gap is of no use

    group.run(server::repeat);
    group.pass(A_MOMENT);
    assertThat(received).hasSize(2);
    assertThat(((CopyOfAll) received.get(1)).applied()).isEqualTo(3);
  }

  @Test
  void aMemberThatDoesNotComeNearerHasFallenBehind() {
    append(1);
    group.run(() -> performed.performUpTo(1));
    for (int round = 0; round <= Laggards.BEHIND_AFTER_ROUNDS; round++) {
      assertThat(server.hasFallenBehind(MEMBER)).isFalse();
      group.run(server::repeat);
    }
    assertThat(server.hasFallenBehind(MEMBER)).isTrue();

    server.holds(MEMBER, 1);
    server.forgive();
    assertThat(server.hasFallenBehind(MEMBER)).isFalse();
  }
}
