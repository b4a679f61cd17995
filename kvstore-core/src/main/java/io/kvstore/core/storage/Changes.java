package io.kvstore.core.storage;

import io.kvstore.Bytes;
import io.kvstore.Codec.NumberFormat;
import io.kvstore.Codecs;
import io.kvstore.core.storage.Applier.Stamp;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.VectorClock;
import io.kvstore.spi.Write;
import org.jspecify.annotations.Nullable;

/** What becomes of an entry under a write: a function of the two, and of the write's place. */
final class Changes {
  private final int valueLimit;

  Changes(int valueLimit) {
    this.valueLimit = valueLimit;
  }

  /**
   * Whether the new entry does not depend on the old one, so that it need not be looked up first.
   */
  boolean isPlainPut(Write write) {
    return write.condition() == Condition.ALWAYS && write.change() instanceof Change.Put;
  }

  /** Whether, moreover, its entry does not depend on the time. */
  boolean isLastingPut(Write write) {
    return isPlainPut(write) && ((Change.Put) write.change()).lifetimeNanos() == Change.FOREVER;
  }

  Entry put(Write write, long version, long time, @Nullable VectorClock context) {
    Change.Put put = (Change.Put) write.change();
    return new Entry(put.value(), put.flags(), version, expiry(put.lifetimeNanos(), time), context);
  }

  /**
   * What the write does to what is there now.
   *
   * @param stored the entry that a client sees, or else what is known of its absence
   */
  Written compute(Write write, @Nullable Entry stored, Stamp stamp) {
    Entry before = stored == null || stored.isTombstone() ? null : stored;
    if (!write.condition().holdsFor(before)) {
      return new Written(Outcome.CONDITION_FAILED, stored, stored);
    }
    Written written = change(write, before, stamp);
    if (before != null || stored == null) {
      return written;
    }
    return new Written(
        written.outcome(), stored, written.after() == null ? stored : written.after());
  }

  private Written change(Write write, @Nullable Entry before, Stamp stamp) {
    Change change = write.change();
    if (change instanceof Change.Put) {
      return applied(before, put(write, stamp.version(), stamp.time(), stamp.context()));
    }
    if (change instanceof Change.Remove) {
      boolean leavesTombstone = before != null && stamp.leavesTombstones();
      return applied(
          before, leavesTombstone ? Entry.tombstone(stamp.version(), stamp.context()) : null);
    }
    if (change instanceof Change.Add add) {
      return add(add, before, stamp);
    }
    if (change instanceof Change.Append append) {
      return join(before, valueOf(before), append.tail(), stamp);
    }
    if (change instanceof Change.Prepend prepend) {
      return join(before, prepend.head(), valueOf(before), stamp);
    }
    if (change instanceof Change.Touch touch) {
      return applied(before, before == null ? null : limited(before, touch.lifetimeNanos(), stamp));
    }
    throw new AssertionError("no such change: " + change);
  }

  private static Written applied(@Nullable Entry before, @Nullable Entry after) {
    return new Written(Outcome.APPLIED, before, after);
  }

  private Written add(Change.Add add, @Nullable Entry before, Stamp stamp) {
    try {
      long sum =
          Math.addExact(
              before == null ? 0 : parse(before.presentValue(), add.format()), add.delta());
      Entry after = withValue(before, format(sum, add.format()), stamp);
      return applied(before, before == null ? limited(after, add.lifetimeNanos(), stamp) : after);
    } catch (ArithmeticException | IllegalArgumentException noNumber) {
      return new Written(Outcome.NOT_A_NUMBER, before, before);
    }
  }

  private static long parse(Bytes value, NumberFormat format) {
    return format == NumberFormat.BINARY
        ? Codecs.LONG.decode(value)
        : Long.parseLong(value.toText());
  }

  private static Bytes format(long number, NumberFormat format) {
    return format == NumberFormat.BINARY
        ? Codecs.LONG.encode(number)
        : Bytes.of(Long.toString(number));
  }

  private Written join(@Nullable Entry before, Bytes head, Bytes tail, Stamp stamp) {
    if ((long) head.size() + tail.size() > valueLimit) {
      return new Written(Outcome.TOO_LARGE, before, before);
    }
    return applied(before, withValue(before, head.concat(tail), stamp));
  }

  private static Bytes valueOf(@Nullable Entry entry) {
    return entry == null ? Bytes.EMPTY : entry.presentValue();
  }

  private static Entry withValue(@Nullable Entry before, Bytes value, Stamp stamp) {
    int flags = before == null ? 0 : before.flags();
    long expiresAt = before == null ? Entry.NEVER : before.expiresAt();
    return new Entry(value, flags, stamp.version(), expiresAt, stamp.context());
  }

  /** The entry with a lifetime from now on. */
  private static Entry limited(Entry entry, long lifetimeNanos, Stamp stamp) {
    return new Entry(
        entry.value(),
        entry.flags(),
        stamp.version(),
        expiry(lifetimeNanos, stamp.time()),
        stamp.context());
  }

  private static long expiry(long lifetimeNanos, long time) {
    boolean forever = lifetimeNanos == Change.FOREVER || lifetimeNanos >= Entry.NEVER - time;
    return forever ? Entry.NEVER : time + lifetimeNanos;
  }
}
