package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeliveredTimeTest {
  private final FakeGroup group = new FakeGroup(1, 1, Consistency.CAUSAL, Replication.BROADCAST);
  private final FakeGroup.FakeEnv env = group.env(0);
  private final DeliveredTime time = new DeliveredTime(env);

  @Test
  void itGoesOnWithTheClock() {
    long before = time.now();
    group.pass(Duration.ofSeconds(1));
    group.run(() -> {});

    assertThat(time.now()).isEqualTo(env.now()).isGreaterThan(before);
  }

  @Test
  void itIsNeverBeforeWhatWasDelivered() {
    long ahead = env.now() + Duration.ofMinutes(1).toNanos();
    time.observe(ahead);
    assertThat(time.now()).isEqualTo(ahead);
    time.observe(ahead - 1);

    assertThat(time.now()).isEqualTo(ahead);
  }
}
