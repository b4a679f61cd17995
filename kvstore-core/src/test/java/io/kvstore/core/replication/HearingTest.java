package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** When a member is complained of that is to do something for another. */
class HearingTest {
  private static final NodeId OTHER = NodeId.of(0);
  private static final Duration SHORT = Duration.ofMillis(300);

  private final FakeGroup group =
      new FakeGroup(2, 1, Consistency.LINEARIZABLE, Replication.PRIMARY);
  private final Hearing hearing = new Hearing(group.env(1));

  @Test
  void oneThatIsSilentForLongIsComplainedOf() {
    group.run(hearing::restart);
    group.pass(SHORT);
    group.run(() -> hearing.complainIfSilent(OTHER));
    assertThat(hearing.isSilent()).isFalse();
    assertThat(group.env(1).suspected()).isEmpty();

    group.pass(SHORT);
    group.run(() -> hearing.complainIfSilent(OTHER));
    assertThat(hearing.isSilent()).isTrue();
    assertThat(group.env(1).suspected()).containsExactly(OTHER);
  }

  @Test
  void oneThatIsHeardIsNot() {
    group.run(hearing::restart);
    for (int i = 0; i < 5; i++) {
      group.pass(SHORT);
      group.run(hearing::restart);
    }
    group.run(() -> hearing.complainIfSilent(OTHER));
    assertThat(group.env(1).suspected()).isEmpty();
  }

  @Test
  void aMemberDoesNotComplainOfItself() {
    group.run(hearing::restart);
    group.pass(SHORT.multipliedBy(2));
    group.run(() -> hearing.complainIfSilent(NodeId.of(1)));
    assertThat(group.env(1).suspected()).isEmpty();
  }

  @Test
  void atTheEventualLevelEachGoesOnByItself() {
    FakeGroup eventual = new FakeGroup(2, 1, Consistency.EVENTUAL, Replication.PRIMARY);
    Hearing its = new Hearing(eventual.env(1));
    eventual.run(its::restart);
    eventual.pass(SHORT.multipliedBy(2));
    eventual.run(() -> its.complainIfSilent(OTHER));
    assertThat(its.isSilent()).isTrue();
    assertThat(eventual.env(1).suspected()).isEmpty();
  }
}
