package io.kvstore.testkit.check;

import io.kvstore.testkit.history.Operation;
import java.util.List;

/** What a checker says of a history. */
public sealed interface Verdict {

  /** The history is what it should be. */
  record Holds() implements Verdict {
    @Override
    public String toString() {
      return "holds";
    }
  }

  /**
   * The history is not what it should be.
   *
   * @param key the key whose operations cannot be put in order
   * @param reason why, in a sentence
   * @param conflict the few operations around the point where no order could go on
   * @param order the longest order of the key's operations that was found, which ends there
   */
  record Broken(String key, String reason, List<Operation> conflict, List<Operation> order)
      implements Verdict {

    /** Takes copies of the lists. */
    public Broken {
      conflict = List.copyOf(conflict);
      order = List.copyOf(order);
    }

    @Override
    public String toString() {
      StringBuilder text = new StringBuilder("broken: ").append(reason);
      for (Operation operation : conflict) {
        text.append("\n  ").append(operation);
      }
      return text.toString();
    }
  }

  /**
   * The search ended before it found out.
   *
   * @param reason which part of the budget was used up
   */
  record Undecided(String reason) implements Verdict {
    @Override
    public String toString() {
      return "undecided: " + reason;
    }
  }

  /** Whether the history is shown to be what it should be. */
  default boolean holds() {
    return this instanceof Holds;
  }
}
