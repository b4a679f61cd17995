package io.kvstore.core.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Position;
import io.kvstore.spi.VectorClock;
import org.junit.jupiter.api.Test;

/** What a session has seen, and what it tells of that. */
final class SessionStateTest {
  private static final int CAUSAL = 0;
  private static final int ORDERED = 1;

  /** A store that moves to one order does so one shard after the other. */
  @Test
  void aPositionHasOfEachShardWhatThatCountsByAtPresent() {
    SessionState session = new SessionState(2, Position.START, true);
    VectorClock seen = VectorClock.ZERO.with(0, 3).with(2, 1);
    session.saw(CAUSAL, seen);
    session.saw(ORDERED, seen);
    session.sawUpTo(ORDERED, 17);

    Position position = session.position(shard -> shard == CAUSAL);

    assertThat(position.in(CAUSAL)).isEqualTo(seen);
    assertThat(position.in(ORDERED)).isEqualTo(VectorClock.of(17));
    SessionState next = new SessionState(2, position, true);
    assertThat(next.positionIn(ORDERED)).isEqualTo(17);
    assertThat(next.seenIn(CAUSAL)).isEqualTo(seen);
  }
}
