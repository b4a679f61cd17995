package io.kvstore.core.simulation;

/** What should never be seen. */
final class Violation extends AssertionError {
  private static final long serialVersionUID = 1L;

  Violation(String message) {
    super(message);
  }

  /** A violation that concerns one key, with what happened to it. */
  static Violation of(History history, String key, String what) {
    return new Violation(what + "\nThe history of " + key + ":\n" + history.of(key));
  }
}
