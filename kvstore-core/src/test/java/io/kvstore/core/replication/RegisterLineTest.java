package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.replication.RegisterLine.Step;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.replication.Registers.State;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Get;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Write;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The requests for one key, one after the other. */
final class RegisterLineTest {
  private static final Bytes KEY = Bytes.of("k");
  private static final Accepted PROPOSAL = new Accepted(9, new State(null, 0, List.of()));

  private final FakeGroup group = new FakeGroup(3, 1, Consistency.LINEARIZABLE, Replication.QUORUM);
  private final RegisterLine line = new RegisterLine(group.env(0), KEY);

  private RecordedReply add(int client, Operation operation) {
    RecordedReply reply = new RecordedReply();
    line.add(new Asking(client, 1, operation, Consistency.LINEARIZABLE), reply);
    return reply;
  }

  private RecordedReply read(int client) {
    return add(client, new Get(KEY));
  }

  private RecordedReply write(int client) {
    return add(client, new Write(KEY, Condition.ALWAYS, new Change.Remove()));
  }

  @Test
  void readsThatWaitTogetherAreOneAndWritesAreEachTheirOwn() {
    RecordedReply first = read(1);
    RecordedReply second = read(2);
    RecordedReply third = write(3);
    RecordedReply fourth = read(4);
    line.ask(Step.COLLECTING, 1);
    read(5); // too late for this round
    assertThat(line.end()).containsExactly(first, second);
    line.ask(Step.PREPARING, 8);
    assertThat(line.end()).containsExactly(third);
    line.ask(Step.COLLECTING, 2);
    assertThat(line.end()).hasSize(2).startsWith(fourth);
    assertThat(line.hasNext()).isFalse();
  }

  @Test
  void aRequestWhoseClientIsGoneIsDroppedUnlessItMayHaveTakenEffect() {
    write(1).abandon();
    RecordedReply second = write(2);
    assertThat(line.hasNext()).isTrue();
    assertThat(line.request().client()).isEqualTo(2);

    line.ask(Step.PREPARING, 9);
    line.propose(PROPOSAL, Found.NOTHING);
    second.abandon();
    assertThat(line.hasNext()).isTrue();
    assertThat(line.isAbandoned()).isFalse();
    assertThat(line.size()).isZero();
    assertThat(line.isSpreading(9)).isTrue();
    assertThat(line.isSpreading(8)).isFalse();
  }

  @Test
  void pausesEndAndReadsThatAreRefusedOftenTakeABallotOfTheirOwn() {
    read(1);
    line.ask(Step.COLLECTING, 1);
    assertThat(line.hasBallot()).isFalse();
    line.pause();
    assertThat(line.needsBallot()).isFalse();
    int ticks = 1;
    while (!line.endsPause()) {
      ticks++;
    }
    assertThat(ticks).isLessThanOrEqualTo(2);
    line.pause();
    assertThat(line.needsBallot()).isTrue();
    assertThat(line.isAt(Step.COLLECTING, 1)).isFalse();
  }

  @Test
  void whatWasProposedForARequestThatIsDroppedIsChosenAnew() {
    write(1);
    line.ask(Step.PREPARING, 9);
    line.drop();
    assertThat(line.hasNext()).isFalse();

    write(2);
    line.ask(Step.PREPARING, 10);
    line.propose(PROPOSAL, Found.NOTHING);
    line.drop();
    assertThat(line.hasNext()).isTrue();
    assertThat(line.request()).isInstanceOf(RegisterRefresh.class);
  }

  @Test
  void aRefreshTakesABallotAtOnceAndTellsNobody() {
    RegisterRefresh refresh = new RegisterRefresh(line.key());
    line.add(refresh, refresh);
    assertThat(line.isRead()).isTrue();
    assertThat(line.needsBallot()).isTrue();
    line.ask(Step.PREPARING, 9);
    assertThat(line.end()).containsExactly(refresh);
  }

  @Test
  void itCountsHowLongThereIsNoMajority() {
    write(1);
    group.run(() -> line.ask(Step.PREPARING, 9));
    group.pass(Duration.ofMillis(30));
    group.run(() -> assertThat(line.hasWaitedFor(20_000_000)).isTrue());
    group.run(() -> assertThat(line.hasWaitedFor(20_000_000)).isFalse()); // counted anew
    line.stop();
    group.pass(Duration.ofMillis(30));
    group.run(() -> assertThat(line.hasWaitedFor(20_000_000)).isFalse());
  }
}
