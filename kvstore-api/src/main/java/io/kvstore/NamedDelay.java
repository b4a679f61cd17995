package io.kvstore;

import java.util.random.RandomGenerator;

/** A delay that can be printed. */
final class NamedDelay implements Delay {
  private final String name;
  private final Delay delay;

  NamedDelay(String name, Delay delay) {
    this.name = name;
    this.delay = delay;
  }

  @Override
  public long nextNanos(RandomGenerator random) {
    return delay.nextNanos(random);
  }

  @Override
  public String toString() {
    return name;
  }
}
