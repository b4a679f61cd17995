package io.kvstore.core.node;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a replica, step by step. A step for which there was no stack or memory is done again
 * when it is tried once more; those before it are not.
 */
final class Ending {
  private static final Logger logger = LoggerFactory.getLogger(Ending.class);

  private final String whose;
  private final Runnable[] steps;
  private int next;

  Ending(String whose, Runnable... steps) {
    this.whose = whose;
    this.steps = steps;
  }

  /** Does what is left to do. */
  void goOn() {
    while (next < steps.length) {
      try {
        steps[next].run();
      } catch (RuntimeException | AssertionError thrown) {
        logger.error("{} could not end in all its parts", whose, thrown);
      }
      next++;
    }
  }

  /** A step that runs code of a user: once, whatever that throws. */
  static Runnable once(Runnable step) {
    boolean[] isDone = new boolean[1];
    return () -> {
      if (!isDone[0]) {
        isDone[0] = true;
        step.run();
      }
    };
  }
}
