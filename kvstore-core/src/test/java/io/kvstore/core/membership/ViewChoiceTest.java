package io.kvstore.core.membership;

import static io.kvstore.core.store.SimulatedGroup.FIRST;
import static io.kvstore.core.store.SimulatedGroup.SECOND;
import static io.kvstore.core.store.SimulatedGroup.THIRD;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.membership.Control.Beat;
import io.kvstore.core.membership.Control.Stage;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.store.SimulatedGroup;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The choices of a coordinator that hears what the test tells it. */
class ViewChoiceTest {
  private final SimulatedGroup simulated =
      new SimulatedGroup(Consistency.SEQUENTIAL, Replication.PRIMARY, Failover.DEFAULT);
  private final EventLoop loop = simulated.loop();
  private final View view = simulated.group.view();
  private final Register register =
      new Register(view, new AtomicLong(view.epoch()), (same, decided) -> {});
  private final FailureDetector detector =
      new FailureDetector(loop, Failover.DEFAULT, simulated.group::isRunning);
  private final ViewChoice choice =
      new ViewChoice(simulated.group, loop, register, detector, node -> true);

  @BeforeEach
  void start() {
    simulated.run(detector::start);
  }

  private void beat(NodeId node, Stage stage, long installed, NodeId... suspects) {
    long incarnation = stage == Stage.FRESH ? 2 : 1;
    Beat beat =
        new Beat(incarnation, stage, installed, installed, loop.now(), 0, List.of(suspects));
    simulated.run(() -> detector.of(node).onBeat(beat, loop.now(), detector.interval()));
  }

  private void allBeat() {
    view.members().forEach(node -> beat(node, Stage.SERVING, view.epoch()));
  }

  private @Nullable ViewChange next() {
    AtomicReference<@Nullable ViewChange> next = new AtomicReference<>();
    simulated.run(() -> next.set(choice.next()));
    return next.get();
  }

  @Test
  void nothingIsChangedWhileAllServe() {
    allBeat();

    assertThat(next()).isNull();
    assertThat(choice.isMade()).isTrue();
  }

  @Test
  void aViewIsNotMadeWhileOneWhoMayBeLostHasNotSaidThatItServes() {
    allBeat();
    simulated.pass(Duration.ofMillis(300));
    beat(FIRST, Stage.SERVING, view.epoch());
    beat(SECOND, Stage.SERVING, view.epoch());
    assertThat(choice.isMade()).as("the third has not been heard of lately").isFalse();
    beat(THIRD, Stage.INSTALLED, view.epoch());
    assertThat(choice.isMade()).as("the third does not serve yet").isFalse();
    beat(THIRD, Stage.SERVING, view.epoch());

    assertThat(choice.isMade()).isTrue();
  }

  @Test
  void nothingIsChangedBeforeAllWhoMayLiveWereHeard() {
    beat(FIRST, Stage.SERVING, view.epoch());
    beat(SECOND, Stage.SERVING, view.epoch());

    assertThat(next()).isNull();
  }

  @Test
  void whoIsSilentIsLeftOut() {
    beat(THIRD, Stage.SERVING, view.epoch());
    simulated.pass(Duration.ofSeconds(2));
    beat(FIRST, Stage.SERVING, view.epoch());
    beat(SECOND, Stage.SERVING, view.epoch());
    ViewChange change = requireNonNull(next());

    assertThat(change.targets()).containsExactly(FIRST, SECOND);
    assertThat(change.epoch()).isEqualTo(view.epoch() + 1);
  }

  @Test
  void whoHasStartedAgainIsInstalledAgain() {
    allBeat();
    beat(SECOND, Stage.FRESH, 0);

    assertThat(requireNonNull(next()).targets()).containsExactly(FIRST, SECOND, THIRD);
  }

  @Test
  void whomMostComplainOfIsLeftOut() {
    allBeat();
    beat(FIRST, Stage.SERVING, view.epoch(), THIRD);

    assertThat(requireNonNull(next()).targets()).containsExactly(FIRST, SECOND);
  }

  /** Perhaps it owes them something because it waits for the next view. */
  @Test
  void oneWhoseWordTheOthersNeedIsNotLeftOutForComplaints() {
    View kept =
        new Cell(Consistency.SEQUENTIAL, Replication.SHARED_LOG).view(view.epoch(), view.members());
    Register its = new Register(kept, new AtomicLong(kept.epoch()), (same, decided) -> {});
    ViewChoice ofKept = new ViewChoice(simulated.group, loop, its, detector, node -> true);
    beat(FIRST, Stage.FRESH, 0);
    beat(SECOND, Stage.SERVING, view.epoch(), THIRD);
    beat(THIRD, Stage.FROZEN, view.epoch());

    AtomicReference<@Nullable ViewChange> next = new AtomicReference<>();
    simulated.run(() -> next.set(ofKept.next()));
    assertThat(requireNonNull(next.get()).targets()).containsExactly(FIRST, SECOND, THIRD);
  }

  /** None of them knows what was answered since it was gone. */
  @Test
  void thoseWhoWereNotThereDoNotGoOnWithoutOneWhoWas() {
    simulated.pass(Duration.ofSeconds(2));
    beat(FIRST, Stage.FRESH, 0);
    beat(SECOND, Stage.FRESH, 0);
    assertThat(next()).isNull();
    beat(THIRD, Stage.SERVING, view.epoch());

    assertThat(requireNonNull(next()).targets()).containsExactly(FIRST, SECOND, THIRD);
  }

  @Test
  void whoIsNamedIsInTheNextViewInThatOrder() {
    allBeat();
    register.want(List.of(THIRD, FIRST));

    assertThat(requireNonNull(next()).targets()).containsExactly(THIRD, FIRST);
  }

  @Test
  void anotherCellIsEnteredOnlyWithEverybody() {
    Cell another = new Cell(Consistency.SEQUENTIAL, Replication.TOTAL_ORDER);
    allBeat();
    register.want(another);
    assertThat(requireNonNull(next()).cell()).isEqualTo(another);
    assertThat(choice.isMade()).isFalse();
    register.want(List.of(FIRST, SECOND));

    assertThat(requireNonNull(next()).cell()).isEqualTo(Cell.of(view));
  }
}
