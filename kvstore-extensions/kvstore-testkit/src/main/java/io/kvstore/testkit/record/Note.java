package io.kvstore.testkit.record;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Operation;
import io.kvstore.testkit.history.Values;
import org.jspecify.annotations.Nullable;

/** One operation as it was asked and, once {@link #ended}, answered. */
final class Note {
  final int process;
  final Operation operation;
  final Consistency level;
  final @Nullable NodeId node;
  final long invoked;
  final @Nullable Note follows;
  final String caller; // empty where no name is known

  // Written before ended is.
  long returned;
  @Nullable Answer answer; // that fits the operation
  @Nullable String misfit; // what is wrong with another one
  boolean mayHaveBeenApplied;
  long position = Values.NONE;
  volatile boolean ended;

  /** Whether the operation may have taken effect, though it was not answered. */
  boolean mayHaveHappened() {
    return !ended || mayHaveBeenApplied;
  }

  Note(
      int process,
      Operation operation,
      Consistency level,
      @Nullable NodeId node,
      long invoked,
      @Nullable Note follows,
      String caller) {
    this.process = process;
    this.operation = operation;
    this.level = level;
    this.node = node;
    this.invoked = invoked;
    this.follows = follows;
    this.caller = caller;
  }
}
