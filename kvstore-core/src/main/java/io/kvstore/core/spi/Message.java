package io.kvstore.core.spi;

/** What controlets of one group say to each other: an immutable record. */
public interface Message {
  /** The view in which it was said. Other epochs' messages never reach a handler. */
  long epoch();
}
