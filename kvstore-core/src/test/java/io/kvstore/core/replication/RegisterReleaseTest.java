package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.QuorumCalls.Accept;
import io.kvstore.core.replication.RegisterRelease.Release;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.replication.Registers.Answered;
import io.kvstore.core.replication.Registers.State;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Three members that append to registers, and forget them. */
final class RegisterReleaseTest {
  private static final Duration LONG = Duration.ofSeconds(5);

  private final FakeGroup group = new FakeGroup(3, 1, Consistency.LINEARIZABLE, Replication.QUORUM);
  private final List<Member> members = IntStream.range(0, 3).mapToObj(Member::new).toList();
  private final List<String> events = new ArrayList<>();
  private long lifetime = Entry.NEVER;

  private final class Member implements QuorumCalls.Caller {
    private final FakeGroup.FakeEnv env;
    private final RememberedAnswers answers = new RememberedAnswers();
    private final LastWriterWins shown;
    private final Registers registers;
    private final QuorumCalls calls;
    private final RegisterRelease release;

    Member(int number) {
      env = group.env(number);
      shown = new LastWriterWins(env, answers);
      registers = new Registers(env, answers, shown::observeVersion);
      calls = new QuorumCalls(env, shown, registers, this);
      release = new RegisterRelease(env, shown, registers, calls::refresh);
      env.onMessage(this::onMessage);
      group.run(shown::activate);
    }

    private void onMessage(NodeId from, Message message) {
      assertThat(
              release.onMessage(from, message)
                  || calls.onMessage(from, message)
                  || shown.onMessage(from, message))
          .isTrue();
    }

    private void ask(int client, Bytes key, Operation operation) {
      Asking request = new Asking(client, 1, operation, Consistency.LINEARIZABLE);
      group.run(() -> calls.take(key, request, new RecordedReply()));
    }

    void read(String key) {
      ask(0, Bytes.of(key), new Get(Bytes.of(key)));
    }

    void append(int client, String key) {
      ask(
          client,
          Bytes.of(key),
          new Write(Bytes.of(key), Condition.ALWAYS, new Change.Remove())); // is not looked at
    }

    int kept() {
      return registers.accepted().size();
    }

    @Override
    public boolean isOver(RegisterLine line) {
      return answers.find(line.request().client(), line.request().sequence()) != null;
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
      State before = latest.asOf(env.now());
      Entry next =
          new Entry(Bytes.of(textOf(before) + client + "."), 0, line.number(), lifetime, null);
      State after = before.after(next, env.now(), new Answered(client, 1, Found.NOTHING));
      calls.propose(line, line.isRead() ? before : after, Found.NOTHING);
    }

    @Override
    public void onChosen(RegisterLine line, Accepted chosen) {
      release.onChosen(line.key(), chosen, line.round());
      Entry entry = Objects.requireNonNull(chosen.state().entry());
      int client = line.isRead() ? Ordered.NO_CLIENT : line.request().client();
      Ordered origin =
          new Ordered(shown.beginWrite(), env.now(), client, 1, line.request().operation());
      shown.tell(
          origin,
          Found.NOTHING,
          List.of(new Pair(line.key(), entry)),
          () -> release.onTold(line.key(), chosen));
      line.end();
      calls.goOn(line);
    }

    @Override
    public void onGivenUp(RegisterLine line) {
      release.onGivenUp(line.key(), line.number());
    }

    private static String textOf(State state) {
      Entry entry = state.entry();
      return entry == null || entry.isTombstone() ? "" : entry.presentValue().toText();
    }
  }

  private Member member(int number) {
    return members.get(number);
  }

  private void noneIsKept() {
    assertThat(members).allMatch(each -> each.kept() == 0);
  }

  @Test
  void whatAllHaveAcceptedIsForgottenAndStillThere() {
    for (int i = 0; i < 100; i++) {
      member(i % 3).append(1 + i, "k" + i);
    }
    group.pass(Duration.ofMillis(100));
    assertThat(members).allMatch(each -> each.kept() == 100);
    group.pass(LONG);
    noneIsKept();
    assertThat(members).allMatch(each -> each.answers.find(1, 1) != null);
    member(2).read("k0");
    member(1).append(999, "k0");
    group.pass(LONG);
    member(0).read("k0");
    group.pass(LONG);
    assertThat(events).containsExactly("n2 reads 1.", "n0 reads 1.999.");
    noneIsKept();
  }

  @Test
  void nothingIsForgottenThatOneMemberHasNotAccepted() {
    group.lose((from, message) -> message instanceof Accept && !group.env(2).self().equals(from));
    group.env(2).setDown(true);
    member(0).append(1, "k");
    group.pass(LONG);
    assertThat(member(0).kept()).isOne();
    assertThat(member(2).kept()).isZero();
    group.env(2).setDown(false);
    group.pass(LONG);
    assertThat(member(2).kept()).isZero(); // Accept is lost, always
    group.lose((from, message) -> false);
    group.pass(LONG);
    noneIsKept();
    member(2).read("k");
    group.pass(LONG);
    assertThat(events).containsExactly("n2 reads 1.");
  }

  /** One has forgotten it, and the others have not heard that they may. */
  @Test
  void whereSomeHaveForgottenAMajorityStillFindsIt() {
    group.lose((from, message) -> message instanceof Release told && !told.released().isEmpty());
    member(0).append(1, "k");
    group.pass(LONG);
    assertThat(members).extracting(Member::kept).containsExactly(0, 1, 1);
    assertThat(members).allMatch(each -> each.answers.find(1, 1) != null);
    for (int reader = 0; reader < 3; reader++) {
      member(reader).read("k");
      group.pass(Duration.ofMillis(100));
    }
    member(1).append(2, "k");
    group.pass(Duration.ofMillis(100));
    member(0).read("k");
    group.pass(Duration.ofMillis(100));
    assertThat(events)
        .containsExactly("n0 reads 1.", "n1 reads 1.", "n2 reads 1.", "n0 reads 1.2.");
    group.lose((from, message) -> false);
    group.pass(LONG);
    noneIsKept();
  }

  @Test
  void onBadLinksAllAreForgottenInTheEnd() {
    group.faults(0.2, 0.2);
    for (int i = 0; i < 60; i++) {
      member(i % 3).append(1 + i, "k" + i % 20);
    }
    group.pass(Duration.ofMinutes(2));
    noneIsKept();
    group.faults(0, 0);
    member(0).read("k0");
    group.pass(LONG);
    assertThat(events.get(events.size() - 1)).contains("1.").contains("21.").contains("41.");
  }

  @Test
  void aValueThatPassesKeepsItsRegisterUntilItHas() {
    lifetime = group.env(0).now() + Duration.ofSeconds(20).toNanos();
    member(0).append(1, "k");
    group.pass(Duration.ofSeconds(15));
    assertThat(members).allMatch(each -> each.kept() == 1 && each.registers.size() == 0);
    group.pass(Duration.ofSeconds(15));
    noneIsKept();
    member(1).read("k");
    group.pass(LONG);
    assertThat(events).containsExactly("n1 reads ");
  }
}
