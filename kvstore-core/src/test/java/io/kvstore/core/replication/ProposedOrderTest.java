package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProposedOrderTest {
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
  private final ProposedOrder<Put> first = orderOf(0);
  private final ProposedOrder<Put> second = orderOf(1);

  private ProposedOrder<Put> orderOf(int member) {
    return new ProposedOrder<>(group.env(member), new PendingRequests());
  }

  private RecordedReply perform(ProposedOrder<Put> order, Put put) {
    RecordedReply reply = new RecordedReply();
    order.owe(put.stamp(), reply);
    group.run(() -> order.perform(put));
    return reply;
  }

  private MemberReport report(ProposedOrder<Put> order, Put... pending) {
    List<MemberReport> said = new ArrayList<>();
    group.run(() -> order.report(List.of(pending), 0, said::add));
    return said.get(0);
  }

  private void install(MemberReport... members) {
    group.nextEpoch();
    for (ProposedOrder<Put> order : List.of(first, second)) {
      group.run(() -> order.install(group.env(0).view(), List.of(members), List.of()));
    }
  }

  /** What a member remembers is performed no second time. */
  private void assertRemembers(ProposedOrder<Put> order, int client, long sequence) {
    long before = order.position();
    perform(order, new Put(1_000, 0, client, sequence));
    assertThat(order.position()).isEqualTo(before);
  }

  private void activate() {
    group.run(first::activate);
    group.run(second::activate);
  }

  private List<Pair> held(int member) {
    List<Pair> all = new ArrayList<>();
    group.run(
        () -> group.env(member).storage().snapshot(contents -> all.addAll(contents.entries())));
    return all;
  }

  @Test
  void operationsAreNumberedAndTheirTimeDoesNotGoBack() {
    RecordedReply one = perform(first, new Put(1, 50, 1, 1));
    RecordedReply other = perform(first, new Put(2, 40, 2, 1));

    assertThat(one.told()).singleElement().asString().endsWith("at 1");
    assertThat(other.told()).singleElement().asString().endsWith("at 2");
    assertThat(first.position()).isEqualTo(2);
    assertThat(first.time()).isEqualTo(50);
    assertThat(first.lastStamp()).isEqualTo(2);
  }

  @Test
  void whatWasProposedTwiceIsPerformedOnceAndAnsweredAlike() {
    RecordedReply reply = perform(first, new Put(1, 0, 1, 1));
    RecordedReply again = perform(first, new Put(2, 0, 1, 1));

    assertThat(again.told()).isEqualTo(reply.told());
    assertThat(first.position()).isOne();
    assertThat(first.lastStamp()).isEqualTo(2);
  }

  @Test
  void whoIsBehindTakesOverContentsPositionAndAnswers() {
    install(report(first), report(second));
    activate();
    perform(first, new Put(1, 30, 1, 1));
    install(report(first), report(second));

    assertThat(held(1)).isNotEmpty().isEqualTo(held(0));
    assertThat(second.position()).isOne();
    assertThat(second.time()).isEqualTo(30);
    assertRemembers(second, 1, 1);
  }

  @Test
  void whatAnyMemberHoldsIsPerformedInItsOrderOnceTheViewIsDecided() {
    install(report(first), report(second));
    activate();
    RecordedReply reply = new RecordedReply();
    second.owe(2, reply);
    install(report(first, new Put(1, 10, 1, 1)), report(second, new Put(2, 20, 2, 1)));
    assertThat(first.position()).isZero();
    assertThat(reply.told()).isEmpty();
    activate();

    assertThat(held(1)).isNotEmpty().isEqualTo(held(0));
    assertThat(first.position()).isEqualTo(2);
    assertThat(reply.told()).singleElement().asString().endsWith("at 2");
  }

  @Test
  void whatWasMergedForAViewThatIsNotDecidedGoesOnInTheNext() {
    install(report(first), report(second));
    activate();
    install(report(first, new Put(1, 10, 1, 1)), report(second));
    install(report(first), report(second));
    activate();

    assertThat(first.position()).isOne();
    assertRemembers(second, 1, 1);
  }

  @Test
  void whatOthersHavePerformedIsAnsweredOnceTheViewIsDecided() {
    install(report(first), report(second));
    activate();
    RecordedReply reply = new RecordedReply();
    second.owe(1, reply);
    Put put = new Put(1, 10, 1, 1);
    RecordedReply direct = perform(first, put);
    install(report(first), report(second, put));
    assertThat(reply.told()).isEmpty();
    activate();

    assertThat(reply.told()).isEqualTo(direct.told());
  }

  @Test
  void whoTheGroupHasGoneOnWithoutAnswersNoClient() {
    install(report(first), report(second));
    activate();
    RecordedReply reply = new RecordedReply();
    second.owe(1, reply);
    install(report(first, new Put(1, 10, 1, 1)));
    activate();

    assertThat(second.position()).isOne();
    assertThat(reply.told()).isEmpty();
  }

  @Test
  void whatIsLeftToAnotherProtocolIsGoneOnFrom() {
    perform(first, new Put(1, 30, 1, 1));
    List<MemberReport> left = new ArrayList<>();
    group.run(() -> first.handOver(left::add));
    HandOver handOver = (HandOver) left.get(0);
    assertThat(handOver.highest()).isOne();
    assertThat(handOver.time()).isEqualTo(30);
    group.run(() -> second.install(group.env(1).view(), List.of(handOver), List.of()));

    assertThat(second.position()).isOne();
    assertRemembers(second, 1, 1);
  }

  @Test
  void aMemberThatWasLeftOutAnswersWhatOthersHaveDoneAndRefusesTheRest() {
    Put done = new Put(5, 0, 1, 1);
    Put lost = new Put(6, 0, 2, 1);
    RecordedReply toDone = new RecordedReply();
    RecordedReply toLost = new RecordedReply();
    second.owe(done.stamp(), toDone);
    second.owe(lost.stamp(), toLost);
    MemberReport unused = report(second, done, lost);
    install(report(first, done));
    assertThat(toLost.told()).isEmpty();
    activate();

    assertThat(toDone.told()).last().asString().endsWith("at 1");
    assertThat(toLost.told()).singleElement().asString().startsWith("refused: ");
    assertThat(second.owed()).isZero();
  }
}
