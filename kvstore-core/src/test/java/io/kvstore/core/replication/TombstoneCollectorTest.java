package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.TombstoneCollector.Settled;
import io.kvstore.core.spi.Message;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Write;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TombstoneCollectorTest {
  private static final Duration LONG = Duration.ofSeconds(30);

  /** One member with what a protocol gives it. */
  private final class Member {
    private final FakeGroup.FakeEnv env;
    private final LamportClock clock = new LamportClock();
    private final UpdateStream stream;
    private final TombstoneCollector collector;
    private final MergingEntries entries;
    private boolean hasAppliedAll = true;

    Member(int number) {
      env = group.env(number);
      stream = new UpdateStream(env, (from, update) -> take(update), to -> {});
      collector = new TombstoneCollector(env, clock, stream, () -> hasAppliedAll);
      entries = new MergingEntries(env, clock, collector, stream, env::now);
      env.onMessage((from, message) -> receive(from, message));
      stream.restart();
      collector.restart();
    }

    private void take(UpdateStream.Update update) {
      entries.perform(update);
    }

    private void receive(NodeId from, Message message) {
      if (message instanceof Settled settled) {
        collector.onSettled(from, settled);
      } else {
        stream.onMessage(from, message);
      }
    }

    void perform(Change change) {
      Write write = new Write(Bytes.of("k"), Condition.ALWAYS, change);
      group.run(
          () ->
              entries.write(
                  new Asking(1, 1, write, Consistency.EVENTUAL),
                  null,
                  "the caller",
                  (ordered, answer, changed, seen, caller) ->
                      stream.tell(ordered, answer, changed, null, 1, () -> {})));
    }

    List<Pair> news(Pair... copies) {
      return collector.notOutdated(List.of(copies));
    }

    long held() {
      List<Pair> all = new ArrayList<>();
      group.run(() -> env.storage().snapshot(contents -> all.addAll(contents.entries())));
      return all.size();
    }
  }

  private final FakeGroup group = new FakeGroup(2, 1, Consistency.EVENTUAL, Replication.BROADCAST);
  private Member first;
  private Member second;

  @BeforeEach
  void begin() {
    first = new Member(0);
    second = new Member(1);
  }

  private void writeAndRemove() {
    first.perform(new Change.Put(Bytes.of("v"), 0, Change.FOREVER));
    first.perform(new Change.Remove());
  }

  @Test
  void aTombstoneIsForgottenOnceEveryMemberKnowsOfIt() {
    writeAndRemove();
    assertThat(first.held()).isOne();
    group.pass(LONG);

    assertThat(first.held()).isZero();
    assertThat(second.held()).isZero();
  }

  @Test
  void aTombstoneStaysWhileAMemberIsNotHeardOf() {
    second.env.setDown(true);
    writeAndRemove();
    group.pass(LONG);
    assertThat(first.held()).isOne();
    second.env.setDown(false);
    group.pass(LONG);

    assertThat(first.held()).isZero();
    assertThat(second.held()).isZero();
  }

  @Test
  void aTombstoneStaysWhereUpdatesWaitThatItOutdates() {
    second.hasAppliedAll = false;
    writeAndRemove();
    group.pass(LONG);
    assertThat(first.held()).isZero();
    assertThat(second.held()).isOne();
    second.hasAppliedAll = true;
    group.pass(LONG);

    assertThat(second.held()).isZero();
  }

  @Test
  void aCopyThatWasOutdatedByWhatIsForgottenIsNoNews() {
    Pair older = new Pair(Bytes.of("k"), Entry.of(Bytes.of("v"), 1));
    Pair newer = new Pair(Bytes.of("k"), Entry.of(Bytes.of("v"), Long.MAX_VALUE));
    writeAndRemove();
    assertThat(first.news(older, newer)).containsExactly(older, newer);
    group.pass(LONG);

    assertThat(first.news(older, newer)).containsExactly(newer);
    assertThat(second.news(older)).isEmpty();
  }

  @Test
  void whatIsNotRemovedStays() {
    first.perform(new Change.Put(Bytes.of("v"), 0, Change.FOREVER));
    group.pass(LONG);

    assertThat(first.held()).isOne();
    assertThat(second.held()).isOne();
  }
}
