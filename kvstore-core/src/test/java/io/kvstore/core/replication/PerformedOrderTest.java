package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PerformedOrderTest {
  private final FakeGroup group = new FakeGroup(2, 1, Consistency.SEQUENTIAL, Replication.PRIMARY);
  private final PerformedOrder first = orderOf(0);
  private final PerformedOrder second = orderOf(1);

  private PerformedOrder orderOf(int member) {
    return new PerformedOrder(group.env(member), new PendingRequests());
  }

  private static Asking put(int client, long sequence) {
    Change put = new Change.Put(Bytes.of("v" + client + "," + sequence), 0, Change.FOREVER);
    Write write = new Write(Bytes.of("k"), Condition.ALWAYS, put);
    return new Asking(client, sequence, write, Consistency.SEQUENTIAL);
  }

  /** Has the first member order a request, and both of them hold it. */
  private RecordedReply order(int client, long sequence) {
    RecordedReply reply = new RecordedReply();
    group.run(() -> second.take(first.append(put(client, sequence), false, reply)));
    return reply;
  }

  private void perform(PerformedOrder order, long upTo) {
    group.run(() -> order.performUpTo(upTo));
  }

  private boolean isStuck() {
    List<Boolean> said = new ArrayList<>();
    group.run(() -> said.add(first.isStuck()));
    return said.get(0);
  }

  private MemberReport report(PerformedOrder order) {
    List<MemberReport> said = new ArrayList<>();
    group.run(() -> order.report(said::add));
    return said.get(0);
  }

  private void install(MemberReport... members) {
    group.nextEpoch();
    for (PerformedOrder order : List.of(first, second)) {
      group.run(() -> order.install(group.env(0).view(), List.of(members), List.of()));
    }
  }

  private void activate() {
    for (PerformedOrder order : List.of(first, second)) {
      group.run(
          () -> {
            order.activate();
            order.performUpTo(order.log().last());
          });
    }
  }

  private void begin() {
    install(report(first), report(second));
    activate();
  }

  private List<Pair> held(int member) {
    List<Pair> all = new ArrayList<>();
    group.run(
        () -> group.env(member).storage().snapshot(contents -> all.addAll(contents.entries())));
    return all;
  }

  @Test
  void aClientIsAnsweredOnceItsOperationIsPerformed() {
    begin();
    RecordedReply reply = order(1, 1);
    assertThat(reply.told()).isEmpty();
    assertThat(first.position()).isZero();
    perform(first, 1);

    assertThat(reply.told()).singleElement().asString().endsWith("at 1");
    assertThat(first.position()).isOne();
    assertThat(first.applied()).isOne();
    assertThat(first.performUpTo(1)).isFalse();
  }

  @Test
  void nothingIsPerformedThatIsNotHeld() {
    begin();
    Ordered later = new Ordered(2, 0, 1, 2, put(1, 2).operation());
    group.run(() -> second.take(later));
    perform(second, 2);
    assertThat(second.position()).isZero();
    group.run(() -> second.take(new Ordered(1, 0, 1, 1, put(1, 1).operation())));
    perform(second, 2);

    assertThat(second.position()).isEqualTo(2);
  }

  @Test
  void whatIsAskedAgainIsInTheOrderAndAnsweredWhenItIsPerformed() {
    begin();
    RecordedReply reply = order(1, 1);
    RecordedReply again = new RecordedReply();
    assertThat(first.has(1, 1)).isTrue();
    assertThat(first.has(1, 2)).isFalse();
    group.run(() -> first.answerAgain(1, 1, again));
    perform(first, 1);

    assertThat(again.told()).hasSize(2).endsWith(reply.told().get(0));
  }

  @Test
  void whatWaitsTooLongMakesItStuck() {
    begin();
    order(1, 1);
    assertThat(isStuck()).isFalse();
    group.pass(Duration.ofNanos(Retry.SUSPECT_AFTER_NANOS + 1));
    assertThat(isStuck()).isTrue();
    order(2, 1);
    perform(first, 1);
    assertThat(isStuck()).isFalse();
    group.pass(Duration.ofNanos(Retry.SUSPECT_AFTER_NANOS + 1));
    assertThat(isStuck()).isTrue();
    perform(first, 2);

    assertThat(isStuck()).isFalse();
  }

  @Test
  void theLongestLogGoesOnAndIsPerformedOnceTheViewIsDecided() {
    begin();
    order(1, 1);
    RecordedReply reply = order(2, 1);
    perform(first, 1);
    install(report(first), report(second));
    assertThat(reply.told()).isEmpty();
    assertThat(second.position()).isOne(); // the first one's contents
    activate();

    assertThat(reply.told()).singleElement().asString().endsWith("at 2");
    assertThat(held(1)).isNotEmpty().isEqualTo(held(0));
    assertThat(second.has(2, 1)).isTrue();
  }

  @Test
  void aMemberThatWasLeftOutForgetsWhatItHeldAndRefusesItUnlessOthersHaveIt() {
    begin();
    RecordedReply kept = order(1, 1);
    RecordedReply lost = new RecordedReply();
    group.run(() -> first.append(put(2, 1), false, lost));
    install(report(second));
    assertThat(lost.told()).isEmpty();
    activate();

    assertThat(first.log().last()).isOne();
    assertThat(first.has(2, 1)).isFalse();
    assertThat(lost.told()).singleElement().asString().startsWith("refused: ");
    perform(first, 1);
    assertThat(first.has(1, 1)).isTrue();
    assertThat(kept.told()).last().asString().endsWith("at 1");
  }

  @Test
  void aCopyIsTakenOverIfItHasMore() {
    begin();
    for (int client = 1; client <= 3; client++) {
      order(client, 1);
    }
    perform(first, 2);
    List<CopyOfAll> copies = new ArrayList<>();
    group.run(() -> first.copy(copies::add));
    assertThat(second.takeOver(copies.get(0))).isFalse(); // it holds three
    PerformedOrder third = orderOf(1);
    group.run(() -> assertThat(third.takeOver(copies.get(0))).isTrue());

    assertThat(third.position()).isEqualTo(2);
    assertThat(third.log().last()).isEqualTo(2);
    assertThat(third.has(2, 1)).isTrue();
    assertThat(held(1)).isEqualTo(held(0));
  }

  @Test
  void theTimeOfTheOrderDoesNotGoBack() {
    begin();
    group.pass(Duration.ofMillis(5));
    order(1, 1);
    perform(second, 1);
    long stamped = second.time();
    assertThat(stamped).isEqualTo(group.env(0).now());
    Ordered next = second.next(0, 2, 1, put(2, 1).operation());

    assertThat(next.time()).isEqualTo(stamped);
    assertThat(next.position()).isEqualTo(2);
  }

  @Test
  void whatIsPerformedIsForgottenWhereNoOtherMayLackIt() {
    begin();
    order(1, 1);
    order(2, 1);
    perform(second, 1);
    second.forget(false);

    assertThat(second.log().first()).isEqualTo(2);
  }

  @Test
  void allThatIsLeftIsPerformedBeforeAnotherProtocolGoesOn() {
    begin();
    RecordedReply reply = order(1, 1);
    List<MemberReport> left = new ArrayList<>();
    group.run(() -> first.handOver(left::add));
    HandOver handOver = (HandOver) left.get(0);
    assertThat(handOver.highest()).isOne();
    assertThat(reply.told()).singleElement().asString().endsWith("at 1");
    group.run(() -> second.install(group.env(1).view(), List.of(handOver), List.of()));

    assertThat(second.position()).isOne();
    assertThat(second.has(1, 1)).isTrue();
  }

  /**
   * Where the primary answers before all have a write, a backup does not hear what was answered: it
   * reports what it does itself, and nothing of that reaches the primary but by the report.
   */
  @Test
  void aBackupPerformsWhatItHoldsBeforeItReportsWhereThePrimaryMayHaveAnswered() {
    FakeGroup eventual = new FakeGroup(2, 1, Consistency.EVENTUAL, Replication.PRIMARY);
    PerformedOrder primary = new PerformedOrder(eventual.env(0), new PendingRequests());
    PerformedOrder backup = new PerformedOrder(eventual.env(1), new PendingRequests());
    List<MemberReport> reports = new ArrayList<>();
    eventual.run(() -> primary.report(reports::add));
    eventual.run(() -> backup.report(reports::add));
    eventual.nextEpoch();
    for (PerformedOrder each : List.of(primary, backup)) {
      eventual.run(() -> each.install(eventual.env(0).view(), reports, List.of()));
      eventual.run(each::activate);
    }
    RecordedReply reply = new RecordedReply();
    eventual.run(() -> backup.take(primary.append(put(1, 1), false, reply)));
    List<OrderReport> said = new ArrayList<>();
    eventual.run(() -> backup.report(report -> said.add((OrderReport) report)));
    eventual.run(() -> primary.report(report -> said.add((OrderReport) report)));

    assertThat(said).extracting(OrderReport::applied).containsExactly(1L, 0L);
    assertThat(said).extracting(OrderReport::last).containsExactly(1L, 1L);
    assertThat(said.get(0).recent()).singleElement().extracting(Ordered::effect).isNotNull();
    assertThat(said.get(1).recent()).singleElement().extracting(Ordered::effect).isNull();
    assertThat(reply.told()).isEmpty();

    eventual.nextEpoch();
    for (PerformedOrder each : List.of(primary, backup)) {
      eventual.run(() -> each.install(eventual.env(0).view(), List.copyOf(said), List.of()));
      eventual.run(each::activate);
      eventual.run(() -> each.performUpTo(1));
    }
    assertThat(reply.told()).singleElement().asString().endsWith("at 1");
    assertThat(backup.applied()).isOne();
  }
}
