package io.kvstore.examples.scenario;

import java.util.OptionalLong;

/** One request of a client. */
sealed interface Request {
  record Write(String key, String value) implements Request {}

  record Read(String key) implements Request {}

  /** Waits; for a random time where the file names none. */
  record Sleep(OptionalLong millis) implements Request {}
}
