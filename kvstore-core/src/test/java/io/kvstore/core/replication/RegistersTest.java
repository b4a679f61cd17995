package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.replication.RegisterRelease.Ballot;
import io.kvstore.core.replication.RegisterRelease.Settled;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.replication.Registers.Answered;
import io.kvstore.core.replication.Registers.State;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Tick;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a member has promised and accepted (Rystsov 2018, section 2.2: the acceptor). */
final class RegistersTest {
  private static final Bytes KEY = Bytes.of("k");

  private final FakeGroup group = new FakeGroup(3, 1, Consistency.LINEARIZABLE, Replication.QUORUM);
  private final RememberedAnswers answers = new RememberedAnswers();
  private final Registers registers = new Registers(group.env(0), answers, ballot -> {});
  private final List<String> events = new ArrayList<>();

  private static Accepted accepted(long ballot, String value) {
    Entry entry = Entry.of(Bytes.of(value), ballot);
    return new Accepted(ballot, new State(entry, 0, List.of()));
  }

  private void promise(long ballot) {
    registers.promise(
        KEY,
        ballot,
        before -> events.add("promised above " + before.ballot()),
        promised -> events.add("refused for " + promised));
  }

  private void accept(long ballot) {
    registers.accept(
        KEY,
        accepted(ballot, "v" + ballot),
        () -> events.add("accepted " + ballot),
        promised -> events.add("refused for " + promised));
  }

  @Test
  void whatWasPromisedIsKept() {
    promise(5);
    accept(4);
    promise(4);
    accept(5);
    promise(6);
    assertThat(events)
        .containsExactly(
            "promised above 0", "refused for 5", "refused for 5", "accepted 5", "promised above 5");
  }

  @Test
  void whatIsRepeatedIsAnsweredAgain() {
    promise(5);
    promise(5);
    accept(5);
    accept(5);
    assertThat(events)
        .containsExactly("promised above 0", "promised above 0", "accepted 5", "accepted 5");
  }

  @Test
  void aLookPromisesNothing() {
    registers.look(KEY, before -> events.add("has " + before.ballot()));
    accept(1);
    registers.look(KEY, before -> events.add("has " + before.ballot()));
    assertThat(events).containsExactly("has 0", "accepted 1", "has 1");
    assertThat(registers.accepted()).containsOnlyKeys(KEY);
    assertThat(registers).hasToString("1 registers");
  }

  @Test
  void aRegisterBeginsWithTheEntryOfItsKey() {
    Entry entry = Entry.of(Bytes.of("before"), 7);
    show(entry);
    List<Accepted> seen = new ArrayList<>();
    registers.look(KEY, seen::add);
    assertThat(seen).containsExactly(new Accepted(0, new State(entry, 0, List.of())));

    accept(9);
    registers.restart(3);
    assertThat(registers.accepted()).isEmpty();
  }

  private void show(Entry entry) {
    group
        .env(0)
        .storage()
        .merge(
            new Ordered(entry.version(), 0, Ordered.NO_CLIENT, 0, new Tick()),
            List.of(new Pair(KEY, entry)),
            () -> {});
  }

  @Test
  void whatIsForgottenStandsInTheDataletAndItsPromiseGoesOn() {
    Answered answered = new Answered(3, 12, Found.NOTHING);
    Entry entry = Entry.of(Bytes.of("v"), 5);
    Accepted accepted = new Accepted(5, new State(entry, 40, List.of(answered)));
    registers.accept(KEY, accepted, () -> {}, promised -> {});
    show(entry);
    registers.release(List.of(new Ballot(KEY, 4)));
    assertThat(registers.size()).isOne();
    registers.remember(List.of(new Settled(new Ballot(KEY, 5), 40, List.of(answered))));
    registers.release(List.of(new Ballot(KEY, 5)));
    assertThat(registers.size()).isZero();
    assertThat(answers.find(3, 12)).isNotNull();
    List<Accepted> seen = new ArrayList<>();
    registers.look(KEY, seen::add);
    assertThat(seen).containsExactly(new Accepted(0, new State(entry, 40, List.of())));

    accept(5); // comes late
    promise(4);
    promise(6);
    assertThat(events).containsExactly("refused for 6", "refused for 6", "promised above 0");
  }

  @Test
  void whatTheDataletDoesNotShowIsKept() {
    accept(5);
    registers.release(List.of(new Ballot(KEY, 5)));
    assertThat(registers.size()).isOne();
    show(Entry.of(Bytes.of("v5"), 5));
    registers.release(List.of(new Ballot(KEY, 5)));
    assertThat(registers.size()).isZero();
  }

  @Test
  void aPromiseOfABallotThatWasGivenUpIsForgotten() {
    promise(5);
    promise(7);
    registers.release(List.of(new Ballot(KEY, 5)));
    assertThat(registers.size()).isOne();
    registers.release(List.of(new Ballot(KEY, 7)));
    assertThat(registers.size()).isZero();
    promise(7);
    assertThat(events).endsWith("refused for 8");
  }

  @Test
  void whatAClientWasAnsweredStaysUntilItHasWrittenAgain() {
    State first = new State(null, 0, List.of());
    State one = first.after(null, 1, new Answered(1, 10, Found.NOTHING));
    State two = one.after(null, 2, new Answered(2, 20, Found.NOTHING));
    State three = two.after(null, 3, new Answered(1, 11, Found.NOTHING));
    assertThat(first.answeredTo(1)).isNull();
    assertThat(two.answeredTo(1)).isEqualTo(new Answered(1, 10, Found.NOTHING));
    assertThat(three.answeredTo(1)).isEqualTo(new Answered(1, 11, Found.NOTHING));
    assertThat(three.answeredTo(2)).isEqualTo(new Answered(2, 20, Found.NOTHING));
  }

  @Test
  void whatHasExpiredIsGoneForGood() {
    Entry passing = new Entry(Bytes.of("v"), 0, 4, 100, null);
    State state = new State(passing, 50, List.of());
    assertThat(state.asOf(99)).isSameAs(state);
    assertThat(state.visibleAt(99)).isEqualTo(passing);
    assertThat(state.expiresBy(100)).isTrue();

    State later = state.asOf(100);
    assertThat(later.visibleAt(0)).isNull();
    assertThat(later.time()).isEqualTo(100);
    assertThat(later.expiresBy(200)).isFalse();
  }
}
