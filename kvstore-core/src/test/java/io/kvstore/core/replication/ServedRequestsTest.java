package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.Forwarding.ForwardedReply;
import io.kvstore.core.replication.Forwarding.ForwardedRequest;
import io.kvstore.core.replication.Forwarding.Heard;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Reply;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.VectorClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a member does with requests that others have passed on to it. */
class ServedRequestsTest {
  private static final NodeId OTHER = NodeId.of(1);
  private static final Answer ANSWER = new Counted(7, Entry.NEVER);

  private final FakeGroup group =
      new FakeGroup(2, 1, Consistency.LINEARIZABLE, Replication.PRIMARY);
  private final ServedRequests served = new ServedRequests(group.env(0), new RememberedAnswers());
  private final List<Reply> begun = new ArrayList<>();
  private final List<Message> told = new ArrayList<>();

  ServedRequestsTest() {
    group.env(1).onMessage((from, message) -> told.add(message));
  }

  private void ask(long sequence) {
    long epoch = group.env(0).view().epoch();
    ForwardedRequest request =
        new ForwardedRequest(
            epoch,
            epoch,
            1,
            sequence,
            new Get(Bytes.of("k")),
            Consistency.LINEARIZABLE,
            0,
            VectorClock.ZERO);
    group.run(() -> served.onForwardedRequest(OTHER, request, (asked, reply) -> begun.add(reply)));
    group.pass(Duration.ofMillis(100));
  }

  @Test
  void aRequestIsServedOnceAndHeardEachTime() {
    ask(1);
    assertThat(told).isEmpty();
    ask(1);
    ask(1);
    assertThat(begun).hasSize(1);
    assertThat(told).hasSize(2).hasOnlyElementsOfType(Heard.class);
  }

  @Test
  void itCountsWhatHasBegunAndIsNotAnswered() {
    ask(1);
    assertThat(served.begun()).isZero();
    group.run(() -> assertThat(begun.get(0).begin()).isTrue());
    assertThat(served.begun()).isEqualTo(1);
    group.run(() -> begun.get(0).answer(ANSWER, 3));
    group.pass(Duration.ofMillis(100));
    assertThat(served.begun()).isZero();
    assertThat(told)
        .containsExactly(
            new ForwardedReply(group.env(0).view().epoch(), 1, 1, false, ANSWER, 3, ""));
  }

  @Test
  void whatWasRefusedStaysRefusedInItsView() {
    ask(1);
    group.run(() -> begun.get(0).refuse("no room"));
    ask(1);
    assertThat(begun).hasSize(1);
    assertThat(told).hasSize(2).hasOnlyElementsOfType(ForwardedReply.class);

    group.run(served::restart);
    ask(1);
    assertThat(begun).hasSize(2);
  }

  @Test
  void aClientsNextRequestTakesTheTurnOfTheOneBefore() {
    ask(1);
    ask(2);
    ask(1); // comes late
    assertThat(begun).hasSize(2);
    assertThat(begun.get(0).isAbandoned()).isTrue();
    assertThat(begun.get(1).isAbandoned()).isFalse();
  }
}
