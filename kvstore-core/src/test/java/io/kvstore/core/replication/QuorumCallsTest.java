package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.replication.QuorumCalls.Accept;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.replication.Registers.Answered;
import io.kvstore.core.replication.Registers.State;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Three members that append to one register (Rystsov 2018, section 2; Attiya and others 1995). */
final class QuorumCallsTest {
  private static final Bytes KEY = Bytes.of("k");
  private static final Duration LONG = Duration.ofSeconds(5);

  private final FakeGroup group = new FakeGroup(3, 1, Consistency.LINEARIZABLE, Replication.QUORUM);
  private final List<Member> members = IntStream.range(0, 3).mapToObj(Member::new).toList();
  private final List<String> events = new ArrayList<>();

  /** A write appends the number of its client; what is read or chosen is noted. */
  private final class Member implements QuorumCalls.Caller {
    private final FakeGroup.FakeEnv env;
    private final QuorumCalls calls;

    Member(int number) {
      env = group.env(number);
      LastWriterWins versions = new LastWriterWins(env);
      RememberedAnswers answers = new RememberedAnswers();
      Registers registers = new Registers(env, answers, versions::observeVersion);
      calls = new QuorumCalls(env, versions, registers, this);
      env.onMessage((from, message) -> assertThat(calls.onMessage(from, message)).isTrue());
    }

    private void ask(int client, Operation operation) {
      Asking request = new Asking(client, 1, operation, Consistency.LINEARIZABLE);
      group.run(() -> calls.take(KEY, request, new RecordedReply()));
    }

    void read() {
      ask(0, new Get(KEY));
    }

    void append(int client) {
      ask(client, new Write(KEY, Condition.ALWAYS, new Change.Remove()));
    }

    @Override
    public boolean isOver(RegisterLine line) {
      return false;
    }

    @Override
    public void onAgreed(RegisterLine line, State state) {
      events.add(env.self() + " reads " + textOf(state));
      line.end();
      calls.goOn(line);
    }

    @Override
    public void onPromised(RegisterLine line, State latest) {
      int client = line.request().client();
      boolean isKnown = line.isRead() || latest.answeredTo(client) != null;
      State next =
          latest.after(
              Entry.of(Bytes.of(textOf(latest) + client + "."), line.number()),
              0,
              new Answered(client, 1, Found.NOTHING));
      calls.propose(line, isKnown ? latest : next, Found.NOTHING);
    }

    @Override
    public void onChosen(RegisterLine line, Accepted chosen) {
      events.add(env.self() + " has chosen " + textOf(chosen.state()));
      line.end();
      calls.goOn(line);
    }

    @Override
    public void onGivenUp(RegisterLine line) {}

    private static String textOf(State state) {
      Entry entry = state.entry();
      return entry == null ? "" : entry.presentValue().toText();
    }
  }

  private Member member(int number) {
    return members.get(number);
  }

  @Test
  void whatOneHasWrittenAnotherReads() {
    member(0).append(1);
    group.pass(LONG);
    member(1).append(2);
    group.pass(LONG);
    member(2).read();
    group.pass(LONG);
    assertThat(events).containsExactly("n0 has chosen 1.", "n1 has chosen 1.2.", "n2 reads 1.2.");
    assertThat(members).allMatch(each -> each.calls.size() == 0);
  }

  @Test
  void aMinorityMayBeDown() {
    group.env(2).setDown(true);
    member(0).append(1);
    member(1).read();
    group.pass(Duration.ofMillis(4)); // two rounds of a millisecond each way at most
    assertThat(events).contains("n0 has chosen 1.");
    assertThat(member(0).calls.isCutOff()).isFalse();
  }

  @Test
  void withoutAMajorityNothingIsChosenUntilThereIsOne() {
    group.env(1).setDown(true);
    group.env(2).setDown(true);
    member(0).append(1);
    group.pass(LONG);
    assertThat(events).isEmpty();
    assertThat(member(0).calls.isCutOff()).isTrue();

    group.env(1).setDown(false);
    group.pass(LONG);
    assertThat(events).containsExactly("n0 has chosen 1.");
    assertThat(member(0).calls.isCutOff()).isFalse();
  }

  @Test
  void allThatFightOverAKeyGetThroughAndNothingIsDoneTwice() {
    group.faults(0.1, 0.2);
    for (int i = 0; i < 30; i++) {
      member(i % 3).append(100 + i);
    }
    group.pass(Duration.ofMinutes(1));
    assertThat(members).allMatch(each -> each.calls.size() == 0);
    member(0).read();
    group.pass(LONG);
    String last = events.get(events.size() - 1);
    for (int i = 0; i < 30; i++) {
      assertThat(last).containsOnlyOnce((100 + i) + ".");
    }
  }

  /** A client that reads after that must read the same, also when the writer is gone. */
  @Test
  void aReadBringsToTheOthersWhatOnlyAMinorityHas() {
    group.lose((from, message) -> message instanceof Accept);
    member(0).append(1); // accepted by n0 alone
    group.pass(Duration.ofMillis(10));
    group.env(2).setDown(true);
    group.lose((from, message) -> false);
    member(1).read();
    group.pass(LONG);
    group.env(0).setDown(true);
    group.env(2).setDown(false);
    member(2).read();
    group.pass(LONG);
    assertThat(events).contains("n1 reads 1.").endsWith("n2 reads 1.");
  }
}
