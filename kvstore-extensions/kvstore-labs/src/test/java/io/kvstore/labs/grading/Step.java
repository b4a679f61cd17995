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
  /** Plays seeds up to the first that fails. */
  @FunctionalInterface
  interface Check {
    Optional<Failure> find(ControletFactory protocol, long firstSeed, long seeds);
  }
}
