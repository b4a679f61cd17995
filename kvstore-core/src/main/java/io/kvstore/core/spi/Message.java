package io.kvstore.core.spi;

/** What controlets of one group say to each other: an immutable record. */
public interface Message {
  /** The view in which it was said. Other epochs' messages never reach a handler. */
  long epoch();

  /** How many bytes it keeps in memory, roughly: whoever keeps many of them goes by it. */
  default long footprint() {
    return 64;
  }
}
