package io.kvstore.core.replication;

import static java.util.Objects.requireNonNull;

import io.kvstore.core.spi.Bounds;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The operations of one order that are still needed, without a gap; those that come too early are
 * kept aside.
 */
public final class OrderedLog {
  private static final int SHOWN = 4;

  private final int limit;
  private final int earlyLimit;
  private final long bytesLimit;
  private long bytes; // also of those that are early
  private final PositionRing<Ordered> operations = new PositionRing<>();
  private final PositionRing<Answer> effects = new PositionRing<>(); // where they are noted
  private long first = 1;
  private long last;
  private int early;

  /** A log that is as long as it is not told to forget. */
  public OrderedLog() {
    this(Integer.MAX_VALUE, Bounds.DEFAULT.early(), Long.MAX_VALUE);
  }

  /** A log that can be told to forget what is more than its environment allows. */
  public OrderedLog(Env env) {
    this(env.bounds().kept(), env.bounds().early(), env.settings().limits().owedBytes());
    env.show("log", this::latest);
  }

  OrderedLog(int limit, int earlyLimit, long bytesLimit) {
    this.limit = limit;
    this.earlyLimit = earlyLimit;
    this.bytesLimit = bytesLimit;
  }

  /** The position of the newest operation without a gap before it. */
  public long last() {
    return last;
  }

  /** The position of the oldest operation that is kept, or the one after the last when none is. */
  public long first() {
    return first;
  }

  /**
   * Adds an operation if its turn has come, with those that have waited for it; keeps it aside if
   * it is early.
   */
  public void offer(Ordered ordered) {
    long position = ordered.position();
    if (position == last + 1) {
      put(ordered);
      last = position;
      while (early > 0 && operations.get(last + 1) != null) {
        last++;
        early--;
      }
    } else if (position > last
        && position - last < earlyLimit
        && bytes < bytesLimit
        && operations.get(position) == null) {
      put(ordered);
      early++;
    }
  }

  private void put(Ordered ordered) {
    operations.put(ordered.position(), ordered);
    bytes += Footprint.of(ordered);
    if (ordered.effect() != null) {
      effects.put(ordered.position(), ordered.effect());
    }
  }

  /** Whether it has, or had, the operation at a position, perhaps earlier than those before it. */
  public boolean holds(long position) {
    return position <= last || operations.get(position) != null;
  }

  /** The operation at a position that is kept. */
  public Ordered at(long position) {
    return requireNonNull(operations.get(position), "an operation that is kept");
  }

  /** Notes what an operation did here, if it is still kept. */
  public void noteEffect(long position, Answer effect) {
    if (position >= first && position <= last) {
      effects.put(position, effect);
    }
  }

  /** All operations that are kept, each with what it did if that is noted. */
  public List<Ordered> withEffects() {
    List<Ordered> found = new ArrayList<>();
    for (long p = first; p <= last; p++) {
      found.add(withEffect(at(p), effects.get(p)));
    }
    return found;
  }

  private static Ordered withEffect(Ordered ordered, @Nullable Answer effect) {
    return effect == null || ordered.effect() != null ? ordered : ordered.withEffect(effect);
  }

  /** Copies the operations from a position on, at most so many. */
  public List<Ordered> from(long position, int most) {
    List<Ordered> found = new ArrayList<>();
    for (long p = Math.max(position, first); p <= last && found.size() < most; p++) {
      found.add(at(p));
    }
    return found;
  }

  private List<Ordered> latest() {
    return from(last - SHOWN + 1, SHOWN);
  }

  /** Forgets the operations up to a position. */
  public void forgetUpTo(long position) {
    while (first <= Math.min(position, last)) {
      forgetFirst();
    }
  }

  /** Whether it is twice as long as it should ever be. */
  public boolean isFull() {
    return bytes / 2 > bytesLimit || (last - first) / 2 > limit;
  }

  /**
   * Forgets operations up to a position, the oldest first, as long as there are too many.
   *
   * @param then is told of each when it is forgotten, with what it did if that is noted
   */
  public void forgetSurplusUpTo(long position, Consumer<Ordered> then) {
    while (first <= Math.min(position, last) && (bytes > bytesLimit || last - first >= limit)) {
      Answer effect = effects.get(first);
      then.accept(withEffect(forgetFirst(), effect));
    }
  }

  /** Takes back the operations after a position, also those that are early. */
  public void truncateAfter(long position) {
    for (long p = position + 1; p <= last || early > 0; p++) {
      Ordered removed = operations.remove(p);
      effects.remove(p);
      bytes -= footprint(removed);
      early -= removed == null || p <= last ? 0 : 1;
    }
    last = Math.min(last, position);
  }

  private Ordered forgetFirst() {
    effects.remove(first);
    Ordered forgotten = requireNonNull(operations.remove(first++), "an operation that is kept");
    bytes -= Footprint.of(forgotten);
    return forgotten;
  }

  private static long footprint(@Nullable Ordered ordered) {
    return ordered == null ? 0 : Footprint.of(ordered);
  }

  /** Forgets everything; the next operation is the one after this position. */
  public void restartAfter(long position) {
    forgetUpTo(last);
    for (long p = last + 1; early > 0; p++) {
      Ordered removed = operations.remove(p);
      effects.remove(p);
      bytes -= footprint(removed);
      early -= removed == null ? 0 : 1;
    }
    last = position;
    first = position + 1;
  }
}
