package io.kvstore.core.ordering;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PerformedOrderTest {
  /** The put of a client. */
  private record Put(long stamp, long time, int client, long sequence) implements Proposal {
    @Override
    public long number() {
      return sequence;
    }

    @Override
    public Operation operation() {
      Change put = new Change.Put(Bytes.of("v" + stamp), 0, Change.FOREVER);
      return new Write(Bytes.of("k"), Condition.ALWAYS, put);
    }
  }

  private final FakeGroup group =
      new FakeGroup(2, 1, Consistency.SEQUENTIAL, Replication.TOTAL_ORDER);
  private final PerformedOrder first = new PerformedOrder(group.env(0), new PendingRequests());
  private final PerformedOrder second = new PerformedOrder(group.env(1), new PendingRequests());

  private RecordedReply perform(PerformedOrder order, Put put) {
    RecordedReply reply = new RecordedReply();
    group.run(
        () ->
            order.apply(
                order.next(put), (ordered, answer) -> order.onApplied(ordered, answer, reply)));
    return reply;
  }

  private ProposalReport<Put> report(int member, PerformedOrder order) {
    List<ProposalReport<Put>> said = new ArrayList<>();
    group.run(
        () ->
            group
                .env(member)
                .storage()
                .still(contents -> said.add(order.report(contents, List.of(), 0, 0))));
    return said.get(0);
  }

  private void goOn(int member, PerformedOrder order, List<MemberReport> members) {
    group.run(
        () -> {
          ProposalMerge<Put> merge =
              ProposalMerge.of(group.env(member).self(), members, List.of(), false);
          if (order.isBehind(merge)) {
            order.takeOver(merge);
          }
          order.goOn(group.env(member).view(), merge);
        });
  }

  private List<Pair> held(int member) {
    List<Pair> all = new ArrayList<>();
    group.run(
        () -> group.env(member).storage().snapshot(contents -> all.addAll(contents.entries())));
    return all;
  }

  @Test
  void operationsAreNumberedAndTheirTimeDoesNotGoBack() {
    Ordered one = first.next(new Put(1, 50, 1, 1));
    Ordered other = first.next(new Put(2, 40, 2, 1));

    assertThat(one.position()).isOne();
    assertThat(other.position()).isEqualTo(2);
    assertThat(other.time()).isEqualTo(50);
    assertThat(first.position()).isEqualTo(2);
    assertThat(first.time()).isEqualTo(50);
  }

  @Test
  void whatIsPerformedIsAnsweredAndAnsweredAgain() {
    RecordedReply reply = perform(first, new Put(1, 0, 1, 1));
    assertThat(reply.told()).singleElement().asString().endsWith("at 1");
    assertThat(first.has(1, 1)).isTrue();
    assertThat(first.has(1, 2)).isFalse();
    RecordedReply again = new RecordedReply();
    first.answerAgain(1, 1, again);

    assertThat(again.told()).isEqualTo(reply.told());
  }

  @Test
  void repliesAreDeferredUntilTheViewIsDecided() {
    first.deferReplies();
    RecordedReply reply = perform(first, new Put(1, 0, 1, 1));
    assertThat(reply.told()).isEmpty();
    first.sendReplies();

    assertThat(reply.told()).hasSize(1);
  }

  @Test
  void whoTheGroupHasGoneOnWithoutTellsNobody() {
    first.deferReplies();
    RecordedReply reply = perform(first, new Put(1, 0, 1, 1));
    first.forgetReplies();
    first.sendReplies();

    assertThat(reply.told()).isEmpty();
  }

  @Test
  void whoIsBehindTakesOverContentsPositionAndAnswers() {
    goOn(0, first, List.of(report(0, first), report(1, second)));
    goOn(1, second, List.of(report(0, first), report(1, second)));
    perform(first, new Put(1, 30, 1, 1));
    List<MemberReport> members = List.of(report(0, first), report(1, second));
    goOn(0, first, members);
    goOn(1, second, members);

    assertThat(held(1)).isNotEmpty().isEqualTo(held(0));
    assertThat(second.position()).isOne();
    assertThat(second.time()).isEqualTo(30);
    assertThat(second.has(1, 1)).isTrue();
  }

  @Test
  void whatIsLeftToAnotherProtocolIsGoneOnFrom() {
    perform(first, new Put(1, 30, 1, 1));
    List<MemberReport> left = new ArrayList<>();
    group.run(() -> first.handOver(left::add));
    HandOver handOver = (HandOver) left.get(0);
    assertThat(handOver.highest()).isOne();
    assertThat(handOver.time()).isEqualTo(30);
    group.run(() -> second.inherit(group.env(1).view(), handOver));

    assertThat(second.position()).isOne();
    assertThat(second.has(1, 1)).isTrue();
  }
}
