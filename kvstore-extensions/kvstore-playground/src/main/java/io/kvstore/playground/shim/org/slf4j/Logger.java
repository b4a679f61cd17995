package io.kvstore.playground.shim.org.slf4j;

/** Says nothing: what happens in a page is shown on its stage. */
public interface Logger {
  /** Nothing. */
  default void error(String message) {}

  /** Nothing. */
  default void error(String message, Object one) {}

  /** Nothing. */
  default void error(String message, Object one, Object other) {}

  /** Nothing. */
  default void error(String message, Object... all) {}

  /** Nothing. */
  default void error(String message, Throwable thrown) {}

  /** No. */
  default boolean isErrorEnabled() {
    return false;
  }

  /** Nothing. */
  default void warn(String message) {}

  /** Nothing. */
  default void warn(String message, Object one) {}

  /** Nothing. */
  default void warn(String message, Object one, Object other) {}

  /** Nothing. */
  default void warn(String message, Object... all) {}

  /** Nothing. */
  default void warn(String message, Throwable thrown) {}

  /** No. */
  default boolean isWarnEnabled() {
    return false;
  }

  /** Nothing. */
  default void info(String message) {}

  /** Nothing. */
  default void info(String message, Object one) {}

  /** Nothing. */
  default void info(String message, Object one, Object other) {}

  /** Nothing. */
  default void info(String message, Object... all) {}

  /** Nothing. */
  default void info(String message, Throwable thrown) {}

  /** No. */
  default boolean isInfoEnabled() {
    return false;
  }

  /** Nothing. */
  default void debug(String message) {}

  /** Nothing. */
  default void debug(String message, Object one) {}

  /** Nothing. */
  default void debug(String message, Object one, Object other) {}

  /** Nothing. */
  default void debug(String message, Object... all) {}

  /** Nothing. */
  default void debug(String message, Throwable thrown) {}

  /** No. */
  default boolean isDebugEnabled() {
    return false;
  }

  /** Nothing. */
  default void trace(String message) {}

  /** Nothing. */
  default void trace(String message, Object one) {}

  /** Nothing. */
  default void trace(String message, Object one, Object other) {}

  /** Nothing. */
  default void trace(String message, Object... all) {}

  /** Nothing. */
  default void trace(String message, Throwable thrown) {}

  /** No. */
  default boolean isTraceEnabled() {
    return false;
  }
}
