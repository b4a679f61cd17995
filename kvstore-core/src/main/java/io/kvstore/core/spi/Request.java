package io.kvstore.core.spi;

import io.kvstore.Consistency;
import io.kvstore.spi.Operation;
import io.kvstore.spi.VectorClock;

/** A client's operation, as its replica gets it. */
public interface Request {
  /** Who asks: a line of requests of which one at most is open. Small numbers, used again. */
  int client();

  /** The number of this request among those of its client; a repetition has the same. */
  long sequence();

  /** What is asked. */
  Operation operation();

  /** What the answer must promise. Never stronger than the group's consistency. */
  Consistency level();

  /** How far the session has seen the group's one order: nothing older may be shown to it. */
  long position();

  /**
   * What the session has seen of the members' independent writes: nothing older may be shown to it.
   */
  VectorClock seen();
}
