package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.replication.Playback.Fetch;
import io.kvstore.core.replication.Playback.Fetched;
import io.kvstore.core.replication.Playback.Grown;
import io.kvstore.core.replication.Playback.Stored;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Tick;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A member that fetches from a scripted sequencer. */
class PlaybackTest {
  private static final NodeId SEQUENCER = NodeId.of(0);
  private static final Duration A_MOMENT = Duration.ofMillis(5);
  private static final Duration SOON = Duration.ofMillis(100);

  private final FakeGroup group =
      new FakeGroup(2, 1, Consistency.LINEARIZABLE, Replication.SHARED_LOG);
  private final PendingRequests pendingRequests = new PendingRequests();
  private final PerformedOrder performed = new PerformedOrder(group.env(1), pendingRequests);
  private final Playback playback = new Playback(group.env(1), performed, pendingRequests);
  private final List<Message> received = new ArrayList<>(); // at the sequencer
  private final List<String> reads = new ArrayList<>();

  @BeforeEach
  void connect() {
    group.env(0).onMessage((from, message) -> received.add(message));
    group.env(1).onMessage((from, message) -> playback.onMessage(from, message));
  }

  private void receive(Message message) {
    group.run(() -> playback.onMessage(SEQUENCER, message));
  }

  private static Fetched fetched(long number, long first, long last, long tail) {
    List<Ordered> entries =
        LongStream.rangeClosed(first, last)
            .mapToObj(position -> new Ordered(position, position, 1, position, new Tick()))
            .toList();
    return new Fetched(1, number, entries, tail, true);
  }

  private void read(String name) {
    group.run(
        () ->
            playback.toTail(
                new RecordedReply(),
                isLatest -> reads.add(name + (isLatest ? " goes on" : " cannot be sure"))));
  }

  @Test
  void aMemberThatHearsOfMoreFetchesAMomentLater() {
    receive(new Grown(1, 1));
    group.pass(A_MOMENT);
    assertThat(received).isEmpty(); // more may come meanwhile

    receive(new Grown(1, 3));
    group.pass(Duration.ofMillis(7));
    assertThat(received).containsExactly(new Fetch(1, 1, 0));

    receive(fetched(1, 1, 3, 3));
    assertThat(performed.position()).isEqualTo(3);
    group.pass(SOON);
    assertThat(received).containsExactly(new Fetch(1, 1, 0), new Stored(1, 3));
  }

  @Test
  void aFetchIsRepeatedUntilItIsAnswered() {
    receive(new Grown(1, 1));
    group.pass(SOON);
    assertThat(received).hasSizeGreaterThan(2).containsOnly(new Fetch(1, 1, 0));
  }

  @Test
  void whatIsLeftOfABatchIsFetchedAtOnce() {
    receive(fetched(0, 1, 2, 5));
    group.pass(A_MOMENT);

    assertThat(performed.position()).isEqualTo(2);
    assertThat(received).contains(new Stored(1, 2), new Fetch(1, 1, 2));
  }

  @Test
  void entriesThatComeTwiceArePerformedOnceAndNotAskedFor() {
    receive(fetched(0, 1, 3, 3));
    receive(fetched(0, 1, 3, 3));
    group.pass(SOON);

    assertThat(performed.position()).isEqualTo(3);
    assertThat(received).containsExactly(new Stored(1, 3));
  }

  @Test
  void aMemberThatIsToldOfWhatItHasSaysThatItHasIt() {
    receive(fetched(0, 1, 3, 3));
    group.pass(A_MOMENT);
    received.clear();

    receive(new Grown(1, 3));
    group.pass(SOON);
    assertThat(received).containsExactly(new Stored(1, 3));
  }

  /** An entry that is held may not be up to the tail, and so may be lost. */
  @Test
  void whatIsHeldIsPerformedUpToTheTailOnly() {
    group.run(() -> performed.take(new Ordered(1, 1, 1, 1, new Tick())));
    group.run(() -> playback.reach(0));
    assertThat(performed.position()).isZero();

    group.pass(SOON);
    assertThat(received).contains(new Fetch(1, 1, 1)); // is it by now?
    receive(new Fetched(1, 1, List.of(), 1, true));
    assertThat(performed.position()).isEqualTo(1);
  }

  @Test
  void aReadGoesOnOnceAllIsHereThatWasInTheLogWhenItCame() {
    read("read");
    group.pass(A_MOMENT);
    assertThat(received).containsExactly(new Fetch(1, 1, 0));

    receive(fetched(1, 1, 2, 3));
    assertThat(reads).isEmpty();
    receive(fetched(2, 3, 3, 3));
    assertThat(reads).containsExactly("read goes on");
  }

  @Test
  void anAnswerToAnEarlierFetchIsNotEnough() {
    read("first");
    read("second");
    receive(fetched(1, 1, 1, 1));
    assertThat(reads).containsExactly("first goes on");

    receive(fetched(2, 2, 2, 2));
    assertThat(reads).containsExactly("first goes on", "second goes on");
  }

  @Test
  void aSequencerThatMayHaveBeenReplacedCannotBeSure() {
    read("read");
    receive(new Fetched(1, 1, List.of(), 0, false));
    assertThat(reads).containsExactly("read cannot be sure");
  }

  @Test
  void inTheNextViewNothingIsLeftToFetch() {
    group.env(0).setDown(true);
    read("read");
    group.nextEpoch();
    group.run(
        () -> {
          playback.restart();
          pendingRequests.resumeReady();
        });
    assertThat(reads).containsExactly("read goes on");

    group.env(0).setDown(false);
    group.pass(SOON);
    assertThat(received).isEmpty();
  }
}
