package io.kvstore.core.membership;

import static io.kvstore.core.store.SimulatedGroup.FIRST;
import static io.kvstore.core.store.SimulatedGroup.SECOND;
import static io.kvstore.core.store.SimulatedGroup.THIRD;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Faults;
import io.kvstore.Replication;
import io.kvstore.core.membership.Control.Beat;
import io.kvstore.core.membership.Control.Stage;
import io.kvstore.core.store.SimulatedGroup;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class RestTest {
  private static final Duration LONG = Duration.ofSeconds(5);
  private static final long INCARNATION_OF_THIRD = 3;
  private static final Duration SHORT = Duration.ofMillis(100);

  private final SimulatedGroup simulated =
      new SimulatedGroup(Consistency.LINEARIZABLE, Replication.PRIMARY, Failover.DEFAULT);
  private final Rest rest = simulated.group.rest();

  @Test
  void noMemberBeatsWhileAllIsWell() {
    simulated.pass(LONG);
    assertThat(rest.isOn()).isTrue();
    long events = simulated.driver.steps();
    simulated.pass(LONG);

    assertThat(simulated.driver.steps()).isEqualTo(events);
  }

  @Test
  void aNodeThatCrashesIsMissedAfterARest() {
    simulated.pass(LONG);
    simulated.cluster.crash(SECOND);
    simulated.pass(Duration.ZERO);
    assertThat(rest.isOn()).isFalse();
    simulated.pass(LONG);

    assertThat(simulated.group.view().members()).containsExactly(FIRST, THIRD);
    assertThat(rest.isOn()).as("all is well without it").isTrue();
  }

  /** It is left out, and the others rest: what ends their rest is the end of its pause. */
  @Test
  void aNodeThatPausesForLongIsTakenBackAfterwards() {
    simulated.pass(LONG);
    simulated.cluster.pause(THIRD, LONG);
    simulated.pass(LONG.dividedBy(2));
    assertThat(simulated.group.view().members()).containsExactly(FIRST, SECOND);
    assertThat(rest.isOn()).isTrue();
    simulated.pass(LONG);

    assertThat(simulated.group.view().members()).contains(THIRD);
  }

  /** Its pause ends when they begin to rest, and its beat is on its way then. */
  @Test
  void aBeatOfAMemberThatWasSilentEndsARest() {
    simulated.pass(LONG);
    simulated.cluster.pause(THIRD, LONG);
    simulated.pass(LONG.dividedBy(2));
    assertThat(rest.isOn()).isTrue();
    Coordinator coordinator = requireNonNull(simulated.group.coordinatorOf(FIRST));
    Beat beat = new Beat(INCARNATION_OF_THIRD, Stage.SERVING, 1, 1, 0, 0, List.of());
    simulated.run(() -> coordinator.receive(THIRD, beat));

    assertThat(rest.isOn()).isFalse();
  }

  @Test
  void itDoesNotBeginBeforeADetectionHasPassedOrWhileLinksLose() {
    simulated.pass(LONG);
    simulated.cluster.network().faults(Faults.lossy(0.01));
    simulated.pass(Duration.ZERO);
    assertThat(rest.isOn()).isFalse();
    simulated.pass(LONG);
    assertThat(rest.isOn()).as("something may be lost").isFalse();
    simulated.cluster.network().heal();
    simulated.pass(SHORT);
    assertThat(rest.isOn()).as("what has just happened may have been noticed by none").isFalse();
    simulated.pass(LONG);

    assertThat(rest.isOn()).isTrue();
  }

  @Test
  void inRealTimeItBeginsOnceNothingWasAskedForLatelyAndARequestEndsIt() {
    SimulatedGroup real =
        new SimulatedGroup(
            Consistency.LINEARIZABLE,
            Replication.PRIMARY,
            Failover.DEFAULT,
            /* isVirtual= */ false);
    Rest its = real.group.rest();
    real.pass(LONG);
    assertThat(its.isOn()).isTrue();
    for (int i = 0; i < 10; i++) {
      real.run(its::onRequest);
      real.pass(Failover.DEFAULT.detection());
      assertThat(its.isOn()).isFalse();
    }
    real.pass(LONG);
    assertThat(its.isOn()).isTrue();
  }

  @Test
  void aComplaintEndsIt() {
    simulated.pass(LONG);
    simulated.run(simulated.group::wake);

    assertThat(rest.isOn()).isFalse();
  }
}
