package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.replication.QuorumReads.Repair;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Three members of which each asks the others what they hold of a key (Dynamo, section 5). */
final class QuorumReadsTest {
  private static final Bytes KEY = Bytes.of("k");
  private static final Duration LONG = Duration.ofSeconds(5);
  private static final Duration A_MOMENT = Duration.ofMillis(4); // twice the longest way and back

  private final FakeGroup group = new FakeGroup(3, 1, Consistency.EVENTUAL, Replication.QUORUM);
  private final List<Member> members = IntStream.range(0, 3).mapToObj(Member::new).toList();
  private final List<String> events = new ArrayList<>();

  private final class Member {
    private final FakeGroup.FakeEnv env;
    private final LastWriterWins entries;
    private final QuorumReads reads;

    Member(int number) {
      env = group.env(number);
      entries = new LastWriterWins(env);
      reads = new QuorumReads(env, entries);
      env.onMessage(
          (from, message) ->
              assertThat(reads.onMessage(from, message) || entries.onMessage(from, message))
                  .isTrue());
    }

    void hold(Entry entry) {
      group.run(() -> entries.repair(List.of(new Pair(KEY, entry))));
    }

    RecordedReply read(int needed) {
      RecordedReply reply = new RecordedReply();
      group.run(
          () ->
              reads.ask(List.of(KEY), needed, reply, () -> events.add(env.self() + "=" + held())));
      return reply;
    }

    String held() {
      List<String> held = new ArrayList<>();
      env.storage()
          .stored(
              List.of(KEY),
              pairs -> pairs.forEach(pair -> held.add(String.valueOf(pair.entry().value()))));
      return String.join(",", held);
    }
  }

  private Member member(int number) {
    return members.get(number);
  }

  private static Entry entry(String value, long version) {
    return Entry.of(Bytes.of(value), version);
  }

  @Test
  void oneIsEnoughWhereOneIsAsked() {
    member(0).read(1);
    assertThat(events).containsExactly("n0=");
  }

  @Test
  void theNewestOfThoseThatAnswerIsWrittenBackToTheOthersAlsoToALateOne() {
    member(0).hold(entry("old", 1));
    member(1).hold(entry("new", 2));
    group.env(2).setDown(true);
    member(0).read(2);
    group.pass(A_MOMENT);
    assertThat(events).containsExactly("n0=new");

    group.env(2).setDown(false);
    member(1).read(3);
    group.pass(LONG);
    assertThat(events).endsWith("n1=new");
    assertThat(members).allMatch(each -> each.held().equals("new"));
    assertThat(members).allMatch(each -> each.reads.size() == 0);
  }

  @Test
  void aRepairThatIsLostIsMadeByTheNextRead() {
    member(1).hold(entry("new", 2));
    group.lose((from, message) -> message instanceof Repair);
    member(1).read(3);
    group.pass(LONG);
    assertThat(member(2).held()).isEmpty();

    group.lose((from, message) -> false);
    member(1).read(3);
    group.pass(LONG);
    assertThat(member(2).held()).isEqualTo("new");
  }

  @Test
  void aRemovalIsNotWrittenWhereNothingIs() {
    member(0).hold(entry("old", 1));
    member(1).hold(Entry.tombstone(2, null));
    member(2).read(3);
    group.pass(A_MOMENT); // a second later all forget it
    assertThat(member(0).held()).isEqualTo("null");
    assertThat(member(2).held()).isEmpty();
  }

  /**
   * Otherwise a write that has waited for it would be done after the member has said what it has.
   */
  @Test
  void aCopyThatComesOnceTheViewEndsCountsInTheNext() {
    member(0).read(2);
    group.run(member(0).reads::freeze);
    group.pass(LONG);
    assertThat(events).isEmpty();

    group.run(member(0).reads::activate);
    assertThat(events).containsExactly("n0=");
  }

  @Test
  void whoWaitsInVainIsCutOffUntilItHearsFromAnother() {
    group.env(1).setDown(true);
    group.env(2).setDown(true);
    RecordedReply reply = member(0).read(2);
    group.pass(LONG);
    assertThat(events).isEmpty();
    assertThat(member(0).reads.isCutOff()).isTrue();
    assertThat(member(0).reads.size()).isEqualTo(1);

    group.env(1).setDown(false);
    group.pass(A_MOMENT.plusMillis(20));
    assertThat(events).containsExactly("n0=");
    assertThat(member(0).reads.isCutOff()).isFalse();
    assertThat(reply.told()).containsExactly("waits for as many replicas to answer as a read asks");
  }

  @Test
  void aReadWhoseClientHasGivenUpIsForgotten() {
    group.env(1).setDown(true);
    group.env(2).setDown(true);
    member(0).read(2).abandon();
    group.pass(A_MOMENT.plusMillis(20));
    assertThat(member(0).reads.size()).isZero();
    group.env(1).setDown(false);
    group.pass(LONG);
    assertThat(events).isEmpty();
  }

  @Test
  void messagesMayBeLostAndComeTwice() {
    group.faults(0.3, 0.3);
    member(2).hold(entry("v", 1));
    for (int i = 0; i < 30; i++) {
      member(i % 3).read(3);
    }
    group.pass(LONG);
    assertThat(events).hasSize(30).allMatch(each -> each.endsWith("=v"));
  }
}
