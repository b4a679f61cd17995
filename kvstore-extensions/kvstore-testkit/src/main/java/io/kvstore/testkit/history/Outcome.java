package io.kvstore.testkit.history;

import java.util.Locale;

/** What a client knows of its operation. */
public enum Outcome {
  /** It happened between the invocation and the return. */
  OK,
  /** It did not happen, and will not. */
  FAIL,
  /** It may happen at any time after the invocation, or never. */
  UNKNOWN;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
