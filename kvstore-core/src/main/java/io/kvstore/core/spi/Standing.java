package io.kvstore.core.spi;

/** How a frozen member stands: each protocol has its own, which only its own controlets read. */
public interface Standing {
  /** Whether there is nothing at all that the member knows of. */
  default boolean isBlank() {
    return false;
  }
}
