package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.core.Placement;
import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A short round on real threads; there is a command for long ones. */
final class ChaosTest {
  private static final Duration A_SECOND = Duration.ofSeconds(1);

  @ParameterizedTest
  @EnumSource
  void clientsAndAdministratorsAllAtOnceBreakNothing(Placement placement)
      throws InterruptedException {
    Cell cell = Cell.named("PRIMARY-LINEARIZABLE");
    Chaos.Result result = Chaos.run(cell, placement, 1, A_SECOND);

    assertThat(result.faults()).isEmpty();
    assertThat(result.operations()).isGreaterThan(20);
    assertThat(result.events()).containsKey("ViewDecided");
  }
}
