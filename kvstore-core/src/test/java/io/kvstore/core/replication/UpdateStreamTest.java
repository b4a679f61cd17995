package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.UpdateStream.Everything;
import io.kvstore.core.replication.UpdateStream.Received;
import io.kvstore.core.replication.UpdateStream.Update;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class UpdateStreamTest {
  private static final int MEMBERS = 3;
  private static final Contents NOTHING = new Contents(List.of(), Long.MIN_VALUE, 0);

  /** One member: what it hears of each other is a list of numbers. */
  private final class Member {
    private final FakeGroup.FakeEnv env;
    private final UpdateStream stream;
    private final List<List<Long>> heard = new ArrayList<>();
    private int copies;

    Member(int number) {
      env = group.env(number);
      stream = new UpdateStream(env, this::onNext, this::sendEverything);
      for (int i = 0; i < MEMBERS; i++) {
        heard.add(new ArrayList<>());
      }
      env.onMessage(this::onMessage);
      stream.restart();
    }

    private void onNext(NodeId from, Update update) {
      heard.get(from.number()).add(update.origin().position());
    }

    private void sendEverything(NodeId to) {
      env.send(to, new Everything(env.view().epoch(), stream.last(), NOTHING, null, null));
    }

    private void onMessage(NodeId from, Message message) {
      if (message instanceof Update update) {
        stream.onUpdate(from, update);
      } else if (message instanceof Received received) {
        stream.onReceived(from, received);
      } else if (message instanceof Everything everything
          && stream.onEverything(from, everything)) {
        copies++;
      }
    }

    void tell(long position, int members, Runnable then) {
      Ordered origin = new Ordered(position, 0, 0, position, new Tick());
      Pair pair = new Pair(Bytes.of("k" + position), Entry.of(Bytes.of("v"), position));
      group.run(
          () ->
              stream.tell(origin, new Counted(0, Entry.NEVER), List.of(pair), null, members, then));
    }
  }

  private FakeGroup group = groupWithSeed(1);
  private List<Member> members = membersOf();

  private static FakeGroup groupWithSeed(long seed) {
    return new FakeGroup(MEMBERS, seed, Consistency.EVENTUAL, Replication.BROADCAST);
  }

  private List<Member> membersOf() {
    return List.of(new Member(0), new Member(1), new Member(2));
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }

  @Test
  void aMemberThatIsOwedTooManyBytesGetsACopyNowAndThen() {
    Member writer = members.get(0);
    Bytes large = Bytes.of(new byte[1 << 20]);
    int[] copiesSent = {0};
    group.lose(
        (from, message) -> {
          copiesSent[0] += message instanceof Everything ? 1 : 0;
          return message instanceof Update || message instanceof Everything;
        });
    for (long i = 1; i <= 40; i++) {
      Ordered origin = new Ordered(i, 0, 0, i, new Tick());
      List<Pair> changed = List.of(new Pair(Bytes.of("k"), Entry.of(large, i)));
      group.run(
          () ->
              writer.stream.tell(origin, new Counted(0, Entry.NEVER), changed, null, 1, () -> {}));
    }
    group.pass(Duration.ofSeconds(10));

    assertThat(copiesSent[0]).as("copies for two members").isBetween(2, 40);
    assertThat(writer.stream.unreceived()).as("what is kept is not all").isNull();
    assertThat(writer.stream.hasFallenBehind(NodeId.of(1))).isTrue();
    group.lose((from, message) -> false);
    group.pass(Duration.ofSeconds(5));
    assertThat(members.get(1).copies).isEqualTo(1);
    assertThat(writer.stream.isReceivedByAll()).isTrue();
    assertThat(writer.stream.hasFallenBehind(NodeId.of(1))).isFalse();
  }

  @Test
  void everyMemberHearsEveryUpdateOnceAndInItsWritersOrderOverAnyLinks() {
    for (long seed = 1; seed <= 20; seed++) {
      group = groupWithSeed(seed);
      members = membersOf();
      group.faults(0.3, 0.3);
      for (long i = 1; i <= 200; i++) {
        for (Member member : members) {
          member.tell(i, 1, () -> {});
        }
        if (i % 20 == 0) {
          group.pass(Duration.ofMillis(3));
        }
      }
      group.pass(Duration.ofSeconds(5));

      for (Member member : members) {
        for (int from = 0; from < MEMBERS; from++) {
          boolean own = from == member.env.self().number();
          assertThat(member.heard.get(from))
              .as("seed %s: what %s heard of n%s", seed, member.env.self(), from)
              .isEqualTo(own ? List.of() : upTo(200));
        }
        assertThat(member.stream.isReceivedByAll()).as("seed " + seed).isTrue();
      }
    }
  }

  @Test
  void aTaskRunsOnceAsManyMembersHoldTheUpdateAsItAsksFor() {
    members.get(1).env.setDown(true);
    members.get(2).env.setDown(true);
    List<String> held = new ArrayList<>();
    members.get(0).tell(1, 1, () -> held.add("by one"));
    members.get(0).tell(2, 2, () -> held.add("by two"));
    members.get(0).tell(3, 3, () -> held.add("by three"));
    group.pass(Duration.ofSeconds(1));
    assertThat(held).containsExactly("by one");
    assertThat(members.get(0).stream.isReceivedByAll()).isFalse();

    members.get(1).env.setDown(false);
    group.pass(Duration.ofSeconds(1));
    assertThat(held).containsExactly("by one", "by two");
    members.get(2).env.setDown(false);
    group.pass(Duration.ofSeconds(1));
    assertThat(held).containsExactly("by one", "by two", "by three");
    assertThat(members.get(0).stream.isReceivedByAll()).isTrue();
  }

  @Test
  void nothingIsSentAnyMoreOnceAllHaveReceivedAll() {
    members.get(0).tell(1, 1, () -> {});
    group.pass(Duration.ofSeconds(1));
    List<Message> sent = new ArrayList<>();
    members.get(1).env.onMessage((from, message) -> sent.add(message));
    group.pass(Duration.ofSeconds(10));

    assertThat(sent).isEmpty();
  }

  @Test
  void aMemberThatIsTooFarBehindGetsACopyOfEverything() {
    int moreThanAreKept = 100_500;
    Member behind = members.get(2);
    behind.env.setDown(true);
    for (long i = 1; i <= moreThanAreKept; i++) {
      members.get(0).tell(i, 1, () -> {});
      if (i % 1_000 == 0) {
        group.pass(Duration.ofMillis(2));
      }
    }
    group.pass(Duration.ofSeconds(1));
    assertThat(members.get(1).heard.get(0)).hasSize(moreThanAreKept);

    behind.env.setDown(false);
    group.pass(Duration.ofSeconds(1));
    assertThat(behind.copies).isOne();
    assertThat(behind.heard.get(0)).isEmpty();
    assertThat(members.get(0).stream.isReceivedByAll()).isTrue();

    members.get(0).tell(moreThanAreKept + 1, 1, () -> {});
    group.pass(Duration.ofSeconds(1));
    assertThat(behind.heard.get(0)).containsExactly(moreThanAreKept + 1L);
  }

  @Test
  void aNewViewBeginsANewStream() {
    members.get(2).env.setDown(true);
    List<String> held = new ArrayList<>();
    members.get(0).tell(1, 3, () -> held.add("by all"));
    group.pass(Duration.ofMillis(100));
    assertThat(held).isEmpty();

    members.get(2).env.setDown(false);
    group.run(
        () -> {
          group.nextEpoch();
          members.forEach(member -> member.stream.restart());
        });
    assertThat(held).as("who is in the view has what was before it").containsExactly("by all");
    members.get(0).tell(2, 3, () -> held.add("the next by all"));
    group.pass(Duration.ofSeconds(1));
    assertThat(held).hasSize(2);
    assertThat(members.get(2).heard.get(0)).containsExactly(2L);
  }
}
