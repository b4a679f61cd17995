package io.kvstore.testkit.record;

import io.kvstore.Consistency;
import io.kvstore.core.Simulation;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Query;
import java.util.ArrayList;
import java.util.List;

/**
 * A read that has shown an entry whose lifetime was over before the read was asked for. All is
 * counted in nanoseconds since the beginning of the simulation.
 *
 * @param level the level at which was read
 * @param endedAt when the entry expired, by the clocks of the store
 * @param asked when the read was called
 */
public record Overdue(Consistency level, long endedAt, long asked) {
  static List<Overdue> in(List<Note> notes) {
    List<Overdue> found = new ArrayList<>();
    for (Note note : notes) {
      Answer answer = note.ended && note.operation instanceof Query ? note.answer : null;
      if (answer != null) {
        long endedAt = answer.validUntil() - Simulation.BEGINNING_NANOS;
        if (endedAt < note.invoked - Lifetime.WITHIN_AN_INSTANT) {
          found.add(new Overdue(note.level, endedAt, note.invoked));
        }
      }
    }
    return found;
  }
}
