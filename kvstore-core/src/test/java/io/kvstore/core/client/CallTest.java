package io.kvstore.core.client;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Faults;
import io.kvstore.IndeterminateException;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Replication;
import io.kvstore.UnavailableException;
import io.kvstore.core.client.Lanes.Lane;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.engine.SessionState;
import io.kvstore.core.loop.SimulatedDriver;
import io.kvstore.core.node.Replica;
import io.kvstore.core.protocol.Protocols;
import io.kvstore.core.store.LocalCluster;
import io.kvstore.core.store.LocalCluster.Loops;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Settings;
import io.kvstore.spi.Write;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Exchanger;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One operation has one outcome, and it is an honest one. */
class CallTest {
  private static final int RACES = 4_000;
  private static final Bytes KEY = Bytes.of("k");
  private static final Operation QUERY = new Get(KEY);
  private static final Operation COMMAND = new Write(KEY, Condition.ALWAYS, Change.REMOVE);
  private static final Answer ANSWER = new Counted(1, Entry.NEVER);
  private static final Answer ANOTHER = new Counted(2, Entry.NEVER);
  private static final Answer DENIAL = new Written(Outcome.CONDITION_FAILED, null, null);

  private final SimulatedDriver driver = new SimulatedDriver(1);
  private final Settings settings =
      new Settings(
          Consistency.LINEARIZABLE,
          Replication.PRIMARY,
          1,
          1,
          1,
          Limits.DEFAULT,
          Optional.empty(),
          Optional.empty(),
          Failover.DEFAULT);
  private final LocalCluster cluster =
      new LocalCluster(
          settings,
          driver,
          Loops.ONE_FOR_EACH_SHARD,
          new Protocols(),
          Datalets.hash(),
          Faults.NONE,
          null,
          /* seed= */ 1,
          /* isVirtual= */ true,
          null);
  private final LocalBackend backend = new LocalBackend(cluster, driver, () -> {});
  private final LocalConnection connection =
      new LocalConnection(backend, new SessionState(1, Position.START, false), Optional.empty(), 0);
  private final Lane lane = backend.lanes().take();
  private final Replica replica = cluster.group(0).replica(NodeId.of(0));

  @AfterEach
  void close() {
    backend.close();
  }

  private Call call(Operation operation) {
    return new Call(
        connection, 0, replica, lane, operation, Consistency.LINEARIZABLE, Long.MAX_VALUE, null);
  }

  @Test
  void theFirstAnswerIsTheOutcome() {
    Call call = call(COMMAND);
    assertThat(call.begin()).isTrue();
    call.answer(ANSWER);
    call.answer(ANOTHER);
    call.refuse("too late");

    assertThat(call.abandon("too late")).isFalse();
    assertThat(call.outcome(null)).isEqualTo(ANSWER);
  }

  @Test
  void aCommandThatIsAbandonedBeforeItHasBegunNeverBegins() {
    Call call = call(COMMAND);
    assertThat(call.abandon("no time")).isTrue();

    assertThat(call.begin()).isFalse();
    assertThat(call.isAbandoned()).isTrue();
    assertThatThrownBy(() -> call.outcome(null))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("no time");
  }

  @Test
  void aCommandThatIsAbandonedOnceItHasBegunIsUnknown() {
    Call call = call(COMMAND);
    call.begin();
    call.abandon("no time");

    assertThatThrownBy(() -> call.outcome(null)).isInstanceOf(IndeterminateException.class);
  }

  @Test
  void aQueryThatIsAbandonedHasCertainlyFailed() {
    Call call = call(QUERY);
    call.begin();
    call.abandon("no time");

    assertThatThrownBy(() -> call.outcome(null)).isInstanceOf(UnavailableException.class);
  }

  @Test
  void aRefusedCommandHasCertainlyNotBeenApplied() {
    Call call = call(COMMAND);
    call.begin();
    call.refuse("not here");

    assertThatThrownBy(() -> call.outcome(null))
        .isInstanceOf(UnavailableException.class)
        .hasMessageContaining("not here");
  }

  /** A command that has begun in one cell of the matrix, while its store has gone to another. */
  private Call begunBefore(Consistency level, Replication before, Replication after) {
    cluster.reconfigure(level, before);
    Call call = call(COMMAND);
    call.begin();
    cluster.reconfigure(level, after);
    return call;
  }

  @Test
  void atAWeakLevelNeitherRefusalNorDenialInALaterViewIsCertain() {
    Call refused = begunBefore(Consistency.EVENTUAL, Replication.PRIMARY, Replication.KEY_OWNER);
    refused.refuse("not here");
    Call denied = begunBefore(Consistency.EVENTUAL, Replication.PRIMARY, Replication.KEY_OWNER);
    denied.answer(DENIAL);
    Call done = begunBefore(Consistency.EVENTUAL, Replication.PRIMARY, Replication.KEY_OWNER);
    done.answer(ANSWER);

    assertThatThrownBy(() -> refused.outcome(null)).isInstanceOf(IndeterminateException.class);
    assertThatThrownBy(() -> denied.outcome(null)).isInstanceOf(IndeterminateException.class);
    assertThat(done.outcome(null)).isEqualTo(ANSWER);
  }

  @Test
  void atAStrongLevelTheyAre() {
    Call refused =
        begunBefore(Consistency.SEQUENTIAL, Replication.PRIMARY, Replication.TOTAL_ORDER);
    refused.refuse("not here");
    Call denied = begunBefore(Consistency.SEQUENTIAL, Replication.PRIMARY, Replication.TOTAL_ORDER);
    denied.answer(DENIAL);

    assertThatThrownBy(() -> refused.outcome(null)).isInstanceOf(UnavailableException.class);
    assertThat(denied.outcome(null)).isEqualTo(DENIAL);
  }

  @Test
  void beginningTwiceIsBeginningOnce() {
    Call call = call(COMMAND);

    assertThat(call.begin()).isTrue();
    assertThat(call.begin()).isTrue();
  }

  /** The caller gives up at any moment of what the loop does, again and again. */
  private void whileTheCallerGivesUp(Predicate<Call> tookEffectOnLoop) throws Exception {
    Exchanger<Call> meeting = new Exchanger<>();
    Exchanger<Boolean> report = new Exchanger<>();
    CompletableFuture<Void> loop =
        CompletableFuture.runAsync(
            () -> {
              for (int i = 0; i < RACES; i++) {
                Call call = exchange(meeting, null);
                spin(i * 7 % 50);
                exchange(report, tookEffectOnLoop.test(call));
              }
            },
            task -> new Thread(task, "loop").start());
    for (int i = 0; i < RACES; i++) {
      Call call = call(COMMAND);
      exchange(meeting, call);
      spin(i % 40);
      boolean gaveUp = call.abandon("no time");
      String outcome = outcomeOf(call);
      boolean tookEffect = exchange(report, null);
      require(outcome.equals(outcomeOf(call)), "the outcome has changed");
      require(!gaveUp || !outcome.equals("answered"), "an answer was thrown away");
      require(!tookEffect || !outcome.equals("certainly not"), "it was applied after all");
      require(tookEffect || !outcome.equals("answered"), "it was not applied at all");
    }
    loop.get();
  }

  private static void spin(int times) {
    for (int i = 0; i < times; i++) {
      Thread.onSpinWait();
    }
  }

  private static <T> T exchange(Exchanger<T> exchanger, @Nullable T mine) {
    try {
      return exchanger.exchange(mine, 20, SECONDS);
    } catch (InterruptedException | TimeoutException stopped) {
      throw new AssertionError(stopped);
    }
  }

  @Test
  void aCommandThatTookEffectIsNeverSaidNotToHave() throws Exception {
    whileTheCallerGivesUp(
        call -> {
          if (!call.begin()) {
            return false;
          }
          call.answer(ANSWER);
          return true;
        });
  }

  @Test
  void aControletThatForgetsToBeginIsFound() {
    assertThatThrownBy(
            () ->
                whileTheCallerGivesUp(
                    call -> {
                      while (!call.isAbandoned()) {
                        Thread.onSpinWait();
                      }
                      call.answer(ANSWER);
                      return true;
                    }))
        .hasMessage("it was applied after all");
  }

  @Test
  void aCommandThatIsRefusedWhileItsCallerGivesUpHasOneOutcome() throws Exception {
    whileTheCallerGivesUp(
        call -> {
          call.begin();
          call.refuse("not here");
          return false;
        });
  }

  private static String outcomeOf(Call call) {
    try {
      call.outcome(null);
      return "answered";
    } catch (IndeterminateException unknown) {
      return "unknown";
    } catch (UnavailableException failed) {
      return "certainly not";
    }
  }

  private static void require(boolean holds, String orElse) {
    if (!holds) {
      throw new AssertionError(orElse);
    }
  }
}
