package io.kvstore.core.spi;

import io.kvstore.core.spi.Storage.Contents;
import org.jspecify.annotations.Nullable;

/** What controlets of one group say to each other: an immutable record. */
public interface Message {
  /** The view in which it was said. Other epochs' messages never reach a handler. */
  long epoch();

  /**
   * The copy of everything that it brings, null when it brings none. A handler gets it once that
   * copy is at hand.
   */
  default @Nullable Contents contents() {
    return null;
  }

  /** How many bytes it keeps in memory, roughly: a member that keeps many of them goes by it. */
  default long footprint() {
    return 64;
  }
}
