package io.kvstore.testkit.record;

import io.kvstore.spi.Operation;
import java.util.Optional;

/**
 * Who has asked for something.
 *
 * @param process of the history, in which it is the only one that began at this time
 * @param invoked when, as in the history
 * @param client the name of the client; empty where none is known
 * @param operation the very object that was handed to the store, if it is one of kvstore's
 */
public record Asked(int process, long invoked, String client, Optional<Operation> operation) {
  static Asked of(Note note) {
    return new Asked(note.process, note.invoked, note.caller, Optional.of(note.operation));
  }
}
