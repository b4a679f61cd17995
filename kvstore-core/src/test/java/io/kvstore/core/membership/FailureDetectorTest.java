package io.kvstore.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Failover;
import io.kvstore.NodeId;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.loop.SimulatedDriver;
import io.kvstore.core.membership.Control.Beat;
import io.kvstore.core.membership.Control.Stage;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FailureDetectorTest {
  private static final NodeId NODE = NodeId.of(1);
  private static final Failover FAILOVER = Failover.after(Duration.ofMillis(500));

  private final SimulatedDriver driver = new SimulatedDriver(1);
  private final EventLoop loop = driver.newLoop("coordinator");
  private final Set<NodeId> running = new HashSet<>();
  private final FailureDetector detector = new FailureDetector(loop, FAILOVER, running::contains);

  private void run(Runnable task) {
    loop.execute(cause -> {}, task);
    driver.runFor(0);
  }

  private void pass(long millis) {
    driver.runFor(Duration.ofMillis(millis).toNanos());
    run(() -> {});
  }

  private void beat() {
    run(
        () ->
            detector
                .of(NODE)
                .onBeat(
                    new Beat(1, Stage.SERVING, 1, 1, loop.now(), 0, List.of()),
                    loop.now(),
                    detector.interval()));
  }

  @Test
  void aReplicaIsLostOnceItHasNotBeatenForAsLongAsDetectionTakes() {
    run(detector::start);
    beat();
    pass(400);
    assertThat(detector.isSilent(NODE)).isFalse();
    pass(200);
    assertThat(detector.isSilent(NODE)).isTrue();
    beat();

    assertThat(detector.isSilent(NODE)).isFalse();
  }

  @Test
  void nobodyIsLostByWhatWentByBeforeItBegan() {
    pass(10_000);
    run(detector::start);

    assertThat(detector.isSilent(NODE)).isFalse();
  }

  @Test
  void timeInWhichItWasAsleepCountsAgainstNobody() {
    run(detector::start);
    beat();
    pass(5_000);
    assertThat(detector.isSilent(NODE)).isTrue();
    run(detector::tick);

    assertThat(detector.isSilent(NODE)).isFalse();
  }

  @Test
  void aLeaseThatWasGivenIsWaitedOutAlsoWhenItsHolderIsForgotten() {
    run(detector::start);
    pass(1_000);
    assertThat(detector.leaseLeft(NODE)).isNegative();
    run(() -> detector.of(NODE).givesLease(loop.clockNow()));
    pass(100);
    assertThat(detector.leaseLeft(NODE)).isEqualTo(Duration.ofMillis(400).toNanos());
    detector.forget(NODE);

    assertThat(detector.ofOrNull(NODE)).isNull();
    assertThat(detector.leaseLeft(NODE)).isEqualTo(Duration.ofMillis(400).toNanos());
  }

  @Test
  void aReplicaIsHeardOfLatelyForTwoBeats() {
    run(detector::start);
    assertThat(detector.isHeardLately(NODE)).isFalse();
    beat();
    pass(200);
    assertThat(detector.isHeardLately(NODE)).isTrue();
    pass(1);

    assertThat(detector.isHeardLately(NODE)).isFalse();
    assertThat(detector.isSilent(NODE)).isFalse();
  }

  @Test
  void whereViewsAreSetByHandOnlyOneThatHasStoppedIsLost() {
    FailureDetector byHand = new FailureDetector(loop, Failover.byHand(), running::contains);
    running.add(NODE);
    pass(60_000);
    assertThat(byHand.isSilent(NODE)).isFalse();
    running.clear();

    assertThat(byHand.isSilent(NODE)).isTrue();
  }
}
