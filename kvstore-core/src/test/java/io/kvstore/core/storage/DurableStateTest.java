package io.kvstore.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.core.datalet.SimulatedDisks;
import io.kvstore.core.replication.Turns;
import io.kvstore.core.spi.DurableState;
import io.kvstore.core.spi.DurableState.KeptAnswer;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.watch.ChangeLog;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Command;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A replica comes back with what it knew beside its entries. */
class DurableStateTest {
  private static final long RUN = 7;
  private static final Bytes NONE = Bytes.of("none");

  private final SimulatedDisks disks = SimulatedDisks.withSeed(1);
  private final List<KeptAnswer> answered = new ArrayList<>();

  @Test
  void positionEpochAndAnswersComeBack() {
    Applier applier = open(RUN);
    applier.begin();
    applier.install(3);
    perform(applier, 1, put("k", "v"));
    perform(applier, 2, new Batch(List.of(put("k", "w"), put("l", "x"))));
    perform(
        applier,
        3,
        new Transaction(
            List.of(), List.of(new Get(Bytes.of("k")), put("l", "y"), new Get(NONE)), List.of()));
    perform(applier, 4, new Clear());
    applier.sync();

    Applier again = open(RUN);
    assertThat(again.durableState().epoch()).isEqualTo(3);
    assertThat(again.durableState().answers()).containsExactlyInAnyOrderElementsOf(answered);
    assertThat(again.contents().position()).isEqualTo(4);
    assertThat(again.contents().time()).isEqualTo(1_004);
    assertThat(again.contents().entries()).isEmpty();
  }

  @Test
  void clientsOfAnotherRunAreForgottenAndPositionsAreNot() {
    Applier applier = open(RUN);
    perform(applier, 1, put("k", "v"));
    applier.sync();

    Applier again = open(RUN + 1);
    assertThat(again.durableState().answers()).isEmpty();
    assertThat(again.contents().position()).isEqualTo(1);
  }

  @Test
  void whatWasNotSyncedIsKnownTogetherOrNotAtAll() {
    Applier applier = open(RUN);
    for (int position = 1; position <= 20; position++) {
      perform(applier, position, put("k", "value " + position));
    }
    Applier again = open(RUN);
    long position = again.contents().position();
    assertThat(again.durableState().answers()).hasSize((int) position);
    assertThat(Transfer.allOf(again))
        .allMatch(pair -> pair.entry().version() == position)
        .hasSize(position == 0 ? 0 : 1);
  }

  @Test
  void whoTakesOverAllKnowsWhatTheOtherWasAnsweredAndNothingElse() {
    Applier applier = open(RUN);
    perform(applier, 1, put("own", "v"));
    Applier other = applierOf(1, RUN);
    answered.clear();
    perform(other, 2, put("k", "v"));
    applier.replace(Transfer.bring(other.contents(), other, applier).remembering(answered));
    applier.sync();

    DurableState kept = open(RUN).durableState();
    assertThat(kept.answers()).isEqualTo(answered);
  }

  /** Two that have gone on without each other have given the same versions. */
  @Test
  void whoTakesOverAllHasItWhateverItsOwnVersionsAre() {
    Applier applier = open(RUN);
    perform(applier, 1, put("k", "own"));
    Applier other = applierOf(1, RUN);
    perform(other, 1, put("k", "other"));
    applier.replace(Transfer.bring(other.contents(), other, applier));

    assertThat(Transfer.allOf(applier)).isEqualTo(Transfer.allOf(other));
  }

  @Test
  void anAnswerThatIsTooLongIsKnownToHaveBeenGiven() {
    Applier applier = open(RUN);
    perform(applier, 1, put("k", "v".repeat(10_000)));
    applier.sync();
    KeptAnswer kept = open(RUN).durableState().answers().get(0);
    assertThat(kept.sequence()).isEqualTo(10);
    assertThat(kept.answer()).isNull();
  }

  private Applier open(long run) {
    return applierOf(0, run);
  }

  private Applier applierOf(int node, long run) {
    NodeId self = NodeId.of(node);
    return new Applier(
        disks.open(self, 0), 100_000, new ChangeLog(Turns.OF_ALL, Limits.DEFAULT), self, run, null);
  }

  /** Each operation is of a client of its own. */
  private void perform(Applier applier, int position, Command command) {
    Ordered ordered = new Ordered(position, 1_000 + position, position, position * 10L, command);
    Answer answer = applier.apply(ordered);
    answered.add(new KeptAnswer(position, position * 10L, position, answer));
  }

  private static Write put(String key, String value) {
    return new Write(
        Bytes.of(key), Condition.ALWAYS, new Change.Put(Bytes.of(value), 5, Entry.NEVER));
  }
}
