package io.kvstore.labs.grading;

import io.kvstore.core.spi.ControletFactory;
import java.util.Optional;

/**
 * One step of a lab.
 *
 * @param name what is asked for
 * @param seeds how many runs must be passed
 * @param check plays them
 */
record Step(String name, long seeds, Check check) {
  /** What plays the runs of a step. */
  interface Check {
    /** Plays seeds up to the first that fails, and looks for what is enough to fail. */
    Optional<Failure> find(ControletFactory protocol, long firstSeed, long seeds);

    /** Plays one seed. */
    boolean isPassed(ControletFactory protocol, long seed);
  }
}
