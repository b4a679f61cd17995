package io.kvstore.core.cluster;

/** What was thrown, in words. */
final class Failures {
  private Failures() {}

  /** What it says of itself, or else what it is: a user's exception may throw when it is asked. */
  static String inWords(Throwable failure) {
    try {
      return failure.toString();
    } catch (RuntimeException | Error again) {
      return failure.getClass().getName();
    }
  }
}
