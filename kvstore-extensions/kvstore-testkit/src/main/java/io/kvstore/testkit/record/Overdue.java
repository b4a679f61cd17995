package io.kvstore.testkit.record;

import io.kvstore.Consistency;
import io.kvstore.core.Simulation;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Query;
import java.util.ArrayList;
import java.util.List;

/**
 * An operation that has shown an entry whose lifetime was over before it was asked for: a read, or
 * a write that tells what it replaced. All is counted in nanoseconds since the beginning of the
 * simulation.
 *
 * @param level the level at which was asked
 * @param endedAt when the entry expired, by the clocks of the store
 * @param asked when the operation was called
 */
public record Overdue(Consistency level, long endedAt, long asked) {
  static List<Overdue> in(List<Note> notes) {
    List<Overdue> found = new ArrayList<>();
    for (Note note : notes) {
      Answer answer = note.ended ? note.answer : null;
      if (answer != null) {
        long endedAt = endOfShown(note.operation, answer) - Simulation.BEGINNING_NANOS;
        if (endedAt < note.invoked - Lifetime.WITHIN_AN_INSTANT) {
          found.add(new Overdue(note.level, endedAt, note.invoked));
        }
      }
    }
    return found;
  }

  private static long endOfShown(Operation operation, Answer answer) {
    if (answer instanceof Written written) {
      Entry before = written.before();
      return before == null ? Entry.NEVER : before.expiresAt();
    }
    if (answer instanceof WrittenTogether together) {
      return together.parts().stream()
          .mapToLong(part -> endOfShown(operation, part))
          .min()
          .orElse(Entry.NEVER);
    }
    if (answer instanceof Transacted transacted) {
      return transacted.parts().stream()
          .mapToLong(
              part -> part instanceof Written ? endOfShown(operation, part) : part.validUntil())
          .min()
          .orElse(Entry.NEVER);
    }
    return operation instanceof Query ? answer.validUntil() : Entry.NEVER;
  }
}
