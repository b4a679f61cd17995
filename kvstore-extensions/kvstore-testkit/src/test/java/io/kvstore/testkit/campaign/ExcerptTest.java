package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.ClusterEvent.ViewDecided;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What was promised for some time only is asked of that time only. */
class ExcerptTest {
  private static final long MOVED = 1_000_000_000;
  private static final long AFTER = MOVED + 10_000_000;
  private static final NodeId N0 = NodeId.of(0);

  private final History.Builder history = History.builder();

  @Test
  void aPhaseLastsFromItsFirstViewToTheFirstOfLess() {
    List<ViewDecided> views =
        List.of(
            decided(10, Consistency.EVENTUAL),
            decided(20, Consistency.SEQUENTIAL),
            decided(30, Consistency.LINEARIZABLE),
            decided(40, Consistency.CAUSAL),
            decided(50, Consistency.LINEARIZABLE));

    assertThat(Phase.of(Consistency.LINEARIZABLE, Consistency.LINEARIZABLE, views))
        .containsExactly(
            new Phase(Phase.ALWAYS, 10), new Phase(30, 40), new Phase(50, History.NEVER));
    assertThat(Phase.of(Consistency.SEQUENTIAL, Consistency.EVENTUAL, views))
        .containsExactly(new Phase(20, 40), new Phase(50, History.NEVER));
    assertThat(Phase.of(Consistency.CAUSAL, Consistency.CAUSAL, List.of()))
        .containsExactly(new Phase(Phase.ALWAYS, History.NEVER));
  }

  @Test
  void anyOfTheValuesFromBeforeMayHaveStayed() {
    put(1, "a", 10, 20);
    put(2, "b", 30, 40); // the older one wins: the level before allows it
    read(3, "a", AFTER);
    read(4, "a", AFTER + 100);
    assertThat(check(Consistency.LINEARIZABLE).holds()).isTrue();
    assertThat(check(Consistency.SEQUENTIAL).holds()).isTrue();
  }

  @Test
  void twoValuesFromBeforeCannotBothHaveStayed() {
    put(1, "a", 10, 20);
    put(2, "b", 30, 40);
    read(3, "b", AFTER);
    read(3, "a", AFTER + 100);
    assertThat(check(Consistency.LINEARIZABLE)).isInstanceOf(Broken.class);
    assertThat(check(Consistency.SEQUENTIAL)).isInstanceOf(Broken.class);
  }

  @Test
  void sessionsThatReadDifferentValuesFromBeforeDoNotAgreeOnTheBeginning() {
    put(1, "a", 10, 20);
    put(2, "b", 30, 40);
    read(3, "b", AFTER);
    read(4, "a", AFTER);
    assertThat(check(Consistency.SEQUENTIAL)).isInstanceOf(Broken.class);
    assertThat(check(Consistency.CAUSAL)).isInstanceOf(Broken.class);
  }

  @Test
  void aReadThatIsBehindIsFoundOnlyByTheStrongerPromise() {
    put(1, "a", 10, 20);
    read(2, "a", AFTER);
    put(1, "b", AFTER + 100, AFTER + 200);
    read(2, "a", AFTER + 300);
    assertThat(check(Consistency.LINEARIZABLE)).isInstanceOf(Broken.class);
    assertThat(check(Consistency.SEQUENTIAL).holds()).isTrue();
  }

  @Test
  void whatWasUnderWayMayTakeEffectLate() {
    put(1, "a", 10, 20);
    put(2, "b", MOVED - 10, History.NEVER);
    put(3, "c", MOVED - 10, AFTER + 250);
    read(4, "a", AFTER);
    read(4, "b", AFTER + 100);
    read(4, "c", AFTER + 200);
    assertThat(check(Consistency.LINEARIZABLE).holds()).isTrue();
    assertThat(check(Consistency.SEQUENTIAL).holds()).isTrue();
  }

  @Test
  void whatWasReadMayBeTheWorkOfAConditionThatHeldMeanwhile() {
    put(1, "a", AFTER, AFTER + 10);
    int key = history.values().of("k");
    int expected = history.values().of("a");
    history.invoke(2, Kind.CAS, key, history.values().of("b"), expected, AFTER + 20); // unknown
    read(1, "a", AFTER + 30);
    read(1, "b", AFTER + 50);
    assertThat(check(Consistency.LINEARIZABLE).holds()).isTrue();
    assertThat(check(Consistency.SEQUENTIAL).holds()).isTrue();
    assertThat(check(Consistency.CAUSAL).holds()).isTrue();
  }

  @Test
  void aTextThatGrowsAndACounterHaveBegunWithSomething() {
    grow(1, Kind.APPEND, "text", "c", "abc", AFTER);
    grow(1, Kind.ADD, "sum", 2L, 7L, AFTER + 100);
    grow(2, Kind.APPEND, "text", "d", "abcd", AFTER + 200);
    grow(2, Kind.ADD, "sum", 1L, 8L, AFTER + 300);
    assertThat(check(Consistency.LINEARIZABLE).holds()).isTrue();
    grow(2, Kind.APPEND, "text", "e", "abce", AFTER + 400);
    assertThat(check(Consistency.LINEARIZABLE)).isInstanceOf(Broken.class);
  }

  private static ViewDecided decided(long at, Consistency level) {
    Replication by =
        level.isAtLeast(Consistency.SEQUENTIAL) ? Replication.PRIMARY : Replication.BROADCAST;
    View view = new View(1, List.of(N0), N0, level, by);
    return new ViewDecided(
        Instant.ofEpochSecond(0, Simulation.BEGINNING_NANOS + at), 0, view, view);
  }

  private Verdict check(Consistency level) {
    return new Excerpt(history.build(), new Phase(MOVED, History.NEVER))
        .check(level, Budget.DEFAULT);
  }

  private void put(int client, String value, long from, long to) {
    int row = history.invoke(client, Kind.WRITE, "k", value, from);
    if (to != History.NEVER) {
      history.ok(row, Values.NONE, to);
    }
  }

  private void read(int client, String value, long at) {
    int row = history.invoke(client, Kind.READ, "k", null, at);
    history.ok(row, history.values().of(value), at + 10);
  }

  private void grow(int client, Kind kind, String key, Object by, Object made, long at) {
    int row = history.invoke(client, kind, key, by, at);
    history.ok(row, history.values().of(made), at + 10);
  }
}
