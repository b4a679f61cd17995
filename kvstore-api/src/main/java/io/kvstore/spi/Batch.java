package io.kvstore.spi;

import java.util.List;

/**
 * Performs writes as one: all of them if every condition holds when its turn comes, none otherwise;
 * answered by {@link Answer.WrittenTogether}.
 *
 * @param writes the writes, in the order in which they are performed
 */
public record Batch(List<Write> writes) implements Command {
  /** Copies the list. */
  public Batch {
    writes = List.copyOf(writes);
  }
}
