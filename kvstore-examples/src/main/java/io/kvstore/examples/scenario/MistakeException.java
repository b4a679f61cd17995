package io.kvstore.examples.scenario;

/** What the user has to put right before anything can start, in one line. */
final class MistakeException extends RuntimeException {
  private static final long serialVersionUID = 1;

  MistakeException(String line) {
    super(line.replaceAll("\\s*\\R\\s*", " "));
  }
}
