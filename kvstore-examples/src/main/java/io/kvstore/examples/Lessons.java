package io.kvstore.examples;

import java.io.PrintStream;

/**
 * All lessons, from the strongest level to the weakest, and those of a chain, Raft, a log,
 * registers, locks and tables.
 */
public final class Lessons {
  private Lessons() {}

  /** Prints them. */
  public static void main(String... arguments) {
    teach(System.out);
  }

  static void teach(PrintStream out) {
    LinearizableLesson.teach(out);
    SequentialLesson.teach(out);
    CausalLesson.teach(out);
    EventualLesson.teach(out);
    ChainLesson.teach(out);
    RaftLesson.teach(out);
    SharedLogLesson.teach(out);
    QuorumLesson.teach(out);
    QuorumLesson.teachCopies(out);
    LockingLesson.teach(out);
    TablesLesson.teach(out);
  }
}
