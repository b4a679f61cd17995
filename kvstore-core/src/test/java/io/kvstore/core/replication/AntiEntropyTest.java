package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.AntiEntropy.Compare;
import io.kvstore.core.replication.UpdateStream.Update;
import io.kvstore.core.spi.Message;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Three members that make good for each other where a writer cannot (Dynamo, section 4.7). */
final class AntiEntropyTest {
  private static final Duration LONG = Duration.ofSeconds(10);

  private final FakeGroup group = new FakeGroup(3, 1, Consistency.EVENTUAL, Replication.QUORUM);
  private final List<Member> members = IntStream.range(0, 3).mapToObj(Member::new).toList();
  private int compared;
  private int messages;

  private final class Member {
    private final FakeGroup.FakeEnv env;
    private final LastWriterWins entries;
    private final AntiEntropy antiEntropy;

    Member(int number) {
      env = group.env(number);
      entries = new LastWriterWins(env);
      antiEntropy = new AntiEntropy(env, entries);
      env.onMessage(
          (from, message) -> {
            messages++;
            compared += message instanceof Compare ? 1 : 0;
            assertThat(antiEntropy.onMessage(from, message) || entries.onMessage(from, message))
                .isTrue();
            antiEntropy.onMessageOfWriter(message);
          });
      group.run(
          () -> {
            entries.activate();
            antiEntropy.restart();
          });
    }

    void put(String key) {
      Change change = new Change.Put(Bytes.of("v"), 0, Change.FOREVER);
      Write write = new Write(Bytes.of(key), Condition.ALWAYS, change);
      group.run(
          () -> {
            Asking request = new Asking(env.self().number(), 1, write, Consistency.EVENTUAL);
            entries.perform(request, new RecordedReply());
            antiEntropy.onChange();
          });
    }

    Set<String> keys() {
      List<Pair> all = new ArrayList<>();
      group.run(() -> env.storage().snapshot(contents -> all.addAll(contents.entries())));
      Set<String> keys = new TreeSet<>();
      all.forEach(pair -> keys.add(pair.key().toText()));
      return keys;
    }
  }

  private Member member(int number) {
    return members.get(number);
  }

  @Test
  void whatItsWriterBringsIsNeverCompared() {
    group.faults(0.2, 0.2);
    for (int i = 0; i < 100; i++) {
      member(i % 3).put("k" + i);
      group.pass(Duration.ofMillis(30));
    }
    group.pass(LONG);
    assertThat(members).allMatch(each -> each.keys().size() == 100);
    assertThat(compared).isZero();
  }

  @Test
  void whatALostMemberHasToldOneOfTheOthersComesToAll() {
    group.env(2).setDown(true);
    member(0).put("k");
    group.pass(Duration.ofMillis(10));
    group.env(0).setDown(true);
    group.env(2).setDown(false);
    assertThat(member(2).keys()).isEmpty();
    group.pass(LONG);
    assertThat(member(2).keys()).containsExactly("k");
    assertThat(compared).isEqualTo(1);
    assertThat(member(2).entries.heard()).isEqualTo(member(1).entries.heard());
  }

  /** What has come by another way is confirmed to its writer like what it brings itself. */
  @Test
  void aWriterWhoseUpdatesAreLostIsComparedWithAndOwesNothingOnceTheyAreNot() {
    group.lose((from, message) -> from.equals(NodeId.of(0)) && isNew(message));
    for (int i = 0; i < 10; i++) {
      member(0).put("k" + i);
    }
    assertThat(member(1).keys()).isEmpty();
    group.pass(LONG);
    assertThat(members).allMatch(each -> each.keys().size() == 10);
    assertThat(member(0).entries.owedTo(NodeId.of(2))).isEqualTo(10);

    group.lose((from, message) -> false);
    group.pass(LONG);
    assertThat(member(0).entries.owedTo(NodeId.of(2))).isZero();
  }

  private static boolean isNew(Message message) {
    return message instanceof Update;
  }

  @Test
  void muchIsBroughtInSeveralMessages() {
    group.env(2).setDown(true);
    for (int i = 0; i < 5_000; i++) {
      member(0).put("k" + i);
    }
    group.pass(LONG);
    group.env(0).setDown(true);
    group.env(2).setDown(false);
    group.pass(LONG);
    assertThat(member(2).keys()).hasSize(5_000);
    assertThat(compared).isBetween(4, 10);
  }

  @Test
  void thereIsAnEndToAllMessagesOnceAllHaveTheSame() {
    group.faults(0.2, 0.2);
    member(0).put("a");
    member(1).put("b");
    group.pass(Duration.ofMinutes(1));
    int before = messages;
    group.pass(Duration.ofMinutes(1));
    assertThat(messages).isEqualTo(before);
  }
}
