package io.kvstore.core.spi;

import io.kvstore.spi.Answer;
import io.kvstore.spi.VectorClock;

/**
 * Where the answer to a request goes. What comes after the first answer is ignored.
 *
 * <p>A controlet calls {@link #begin} just before a command may take effect. Until then the client
 * may give up and be sure that nothing happens; from then on, it can not.
 */
public interface Reply {
  /**
   * From here on the command may take effect. False when the client has given up: then it must not.
   */
  boolean begin();

  /** The operation is done, and has no place in an order. */
  void answer(Answer answer);

  /** The operation is done, and shows the group up to this place in its one order. */
  void answer(Answer answer, long position);

  /** The operation is done, and depends on all that this clock counts. */
  void answer(Answer answer, VectorClock seen);

  /** The operation was not and will not be applied. */
  void refuse(String why);

  /** What the request waits for, in case its time runs out. */
  void waitFor(String what);

  /** Whether the client has given up, so that there is no caller to wait for an answer. */
  boolean isAbandoned();
}
