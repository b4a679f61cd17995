package io.kvstore.testkit.record;

import io.kvstore.core.Simulation;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Change;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.List;

/**
 * What a write with a lifetime was asked for, and what it was given. All is counted in nanoseconds
 * since the beginning of the simulation.
 *
 * @param key the key that was written
 * @param asked when the write was called
 * @param answered when it was answered
 * @param lasting the lifetime that it asked for
 * @param endsAt when the entry that it made expires, by the clocks of the store
 */
public record Lifetime(String key, long asked, long answered, long lasting, long endsAt) {
  /** What happens at one instant of virtual time is taken down one nanosecond after another. */
  static final long WITHIN_AN_INSTANT = 10_000;

  /** Whether it ends before it can be over, had it begun with the call. */
  public boolean isCutShort() {
    return endsAt < leastEnd(asked, lasting);
  }

  /** Whether it ends later than it may, had it begun with the answer. */
  public boolean isTooLong() {
    return endsAt - WITHIN_AN_INSTANT - lasting > answered;
  }

  /** When a lifetime that begins no earlier than its call may be over. */
  static long leastEnd(long asked, long lasting) {
    long least = asked + lasting - WITHIN_AN_INSTANT;
    return lasting < WITHIN_AN_INSTANT ? asked : least < asked ? Long.MAX_VALUE : least;
  }

  static List<Lifetime> in(List<Note> notes) {
    List<Lifetime> found = new ArrayList<>();
    for (Note note : notes) {
      for (Performed part : Performed.by(note.operation, note.answer)) {
        if (part.step() instanceof Write write) {
          add(found, note, write, (Written) part.answer());
        }
      }
    }
    return found;
  }

  private static void add(List<Lifetime> found, Note note, Write write, Written written) {
    long lasting = of(write);
    if (write.change() instanceof Change.Add && written.before() != null) {
      return; // its lifetime is that of the first addition
    }
    if (lasting != Change.FOREVER
        && written.outcome() == Outcome.APPLIED
        && written.after() != null) {
      long endsAt = written.after().expiresAt() - Simulation.BEGINNING_NANOS;
      found.add(
          new Lifetime(Texts.text(write.key()), note.invoked, note.returned, lasting, endsAt));
    }
  }

  /** How long what is written is to last; {@link Change#FOREVER} if it does not go away. */
  static long of(Write write) {
    if (write.change() instanceof Change.Put put) {
      return put.lifetimeNanos();
    }
    if (write.change() instanceof Change.Add add) {
      return add.lifetimeNanos();
    }
    return write.change() instanceof Change.Touch touch ? touch.lifetimeNanos() : Change.FOREVER;
  }
}
