package io.kvstore.core.node;

/** What was thrown, in words. */
public final class Failures {
  private Failures() {}

  /** What it says of itself, or else what it is: a user's exception may throw when it is asked. */
  public static String inWords(Throwable failure) {
    try {
      return failure.toString();
    } catch (RuntimeException | Error again) {
      return failure.getClass().getName();
    }
  }
}
