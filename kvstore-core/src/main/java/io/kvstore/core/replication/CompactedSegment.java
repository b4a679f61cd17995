package io.kvstore.core.replication;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Performed operations that follow each other, of which only that is kept which still matters to
 * each key after them.
 *
 * <p>The newest operation of each client stays as it was asked for: it may have been asked for, and
 * performed, elsewhere, too.
 */
final class CompactedSegment {
  /** As many steps of a key that cannot become one become a put of what they led to. */
  static final int MOST_STEPS = 8;

  /**
   * What is done to a key.
   *
   * @param isFirst whether there was nothing under the key before
   * @param after what there was under the key then
   */
  private record Step(
      long position, long time, int client, Change change, boolean isFirst, @Nullable Entry after) {
    Step changedBy(Change another, boolean isItsFirst) {
      return new Step(position, time, client, another, isItsFirst, after);
    }

    /** Whether it does not matter what was there before. */
    boolean isAbsolute() {
      return change instanceof Change.Put || change instanceof Change.Remove;
    }

    /** The same effect, whatever was there before. */
    Step absolute() {
      if (after == null) {
        return changedBy(Change.REMOVE, isFirst);
      }
      boolean isForever = after.expiresAt() == Entry.NEVER;
      long lifetime = isForever ? Change.FOREVER : Math.max(1, after.expiresAt() - time);
      return changedBy(new Change.Put(after.presentValue(), after.flags(), lifetime), isFirst);
    }

    Ordered on(Bytes key) {
      Write write = new Write(key, Condition.ALWAYS, change);
      return new Ordered(position, time, Ordered.NO_CLIENT, 0, write);
    }
  }

  private final Ordered begin;
  private long last;
  private boolean isCompact; // else there is nothing but the first operation
  private final Map<Bytes, List<Step>> steps = new LinkedHashMap<>(0);
  private final TreeMap<Integer, Ordered> newest = new TreeMap<>(); // by client
  private @Nullable Ordered cleared;

  /** Of one operation. */
  CompactedSegment(Ordered begin) {
    this.begin = begin;
    last = begin.position();
  }

  long first() {
    return begin.position();
  }

  long last() {
    return last;
  }

  /** Adds the next operation, with what it did. */
  void add(Ordered performed) {
    compact();
    take(performed);
    last = performed.position();
  }

  /** Adds all that comes next. */
  void add(CompactedSegment next) {
    compact();
    next.compact();
    if (next.cleared != null) {
      clear(next.cleared);
    }
    next.steps.forEach((key, more) -> more.forEach(step -> add(key, step)));
    next.newest.values().forEach(this::noteNewest);
    next.steps.keySet().forEach(this::fold);
    last = next.last;
  }

  private void compact() {
    if (!isCompact) {
      isCompact = true;
      take(begin);
    }
  }

  private void take(Ordered performed) {
    performed.victims().forEach(steps::remove); // nothing of them is left
    Answer answer = requireNonNull(performed.effect(), "what a performed operation did");
    if (!answer.isApplied()) {
      release(newest.remove(performed.client())); // its client was told of that one
      return;
    }
    if (performed.operation() instanceof Clear) {
      clear(performed);
    }
    noteNewest(performed);
    if (performed.operation() instanceof Write write) {
      add(performed, write, (Written) answer);
    } else if (performed.operation() instanceof Batch batch) {
      for (int i = 0; i < batch.writes().size(); i++) {
        add(performed, batch.writes().get(i), ((WrittenTogether) answer).parts().get(i));
      }
    } else if (performed.operation() instanceof Transaction transaction) {
      add(performed, transaction, (Transacted) answer);
    }
  }

  private void add(Ordered performed, Transaction transaction, Transacted transacted) {
    for (int i = 0; i < transacted.parts().size(); i++) {
      if (transaction.steps(transacted.isMet()).get(i) instanceof Write write) {
        add(performed, write, (Written) transacted.parts().get(i));
      }
    }
  }

  private void clear(Ordered performed) {
    steps.clear();
    cleared = performed;
  }

  private void noteNewest(Ordered performed) {
    if (performed.client() != Ordered.NO_CLIENT) {
      release(newest.put(performed.client(), performed));
    }
  }

  /** An operation that is not its client's newest any more becomes one with others. */
  private void release(@Nullable Ordered performed) {
    if (performed == null) {
      return;
    }
    if (performed.operation() instanceof Write write) {
      fold(write.key());
    } else if (performed.operation() instanceof Batch batch) {
      batch.writes().forEach(write -> fold(write.key()));
    } else if (performed.operation() instanceof Transaction transaction) {
      transaction.writes().forEach(write -> fold(write.key()));
    }
  }

  private void add(Ordered performed, Write write, Written written) {
    if (write.change() instanceof Change.Touch && written.after() == null) {
      return; // there was nothing to touch
    }
    Step step =
        new Step(
            performed.position(),
            performed.time(),
            performed.client(),
            write.change(),
            written.before() == null,
            written.after());
    add(write.key(), step);
    fold(write.key());
  }

  private void add(Bytes key, Step step) {
    steps.computeIfAbsent(key, its -> new ArrayList<>(1)).add(step);
  }

  private boolean isNewest(Step step) {
    return isNewest(step.client(), step.position());
  }

  private boolean isNewest(int client, long position) {
    Ordered its = newest.get(client);
    return its != null && its.position() == position;
  }

  private void fold(Bytes key) {
    List<Step> all = steps.getOrDefault(key, List.of());
    int begin = 0; // of the steps up to i of which none is the newest of its client
    for (int i = 0; i < all.size(); i++) {
      if (isNewest(all.get(i))) {
        begin = i + 1;
        continue;
      }
      if (i - begin >= MOST_STEPS) {
        all.set(i, all.get(i).absolute());
      }
      Step joined = i == begin ? null : joined(all.get(i - 1), all.get(i));
      if (all.get(i).isAbsolute()) {
        all.subList(begin, i).clear();
        i = begin;
      } else if (joined != null) {
        all.set(i - 1, joined);
        all.remove(i--);
      }
    }
  }

  /** Two steps in one; null if there is none that does the same. */
  private static @Nullable Step joined(Step one, Step next) {
    if (one.isAbsolute()) {
      return next.absolute();
    }
    if (next.isFirst() && one.after() != null) { // it has expired since
      return one.change() instanceof Change.Touch ? next.absolute() : next;
    }
    if (one.isFirst() && hasLifetime(one.change())) { // which began then
      return next.absolute();
    }
    Change both = joined(one.change(), next.change());
    return both == null ? null : next.changedBy(both, one.isFirst());
  }

  private static boolean hasLifetime(Change change) {
    return change instanceof Change.Add add && add.lifetimeNanos() != Change.FOREVER;
  }

  private static @Nullable Change joined(Change one, Change next) {
    if (one instanceof Change.Add add
        && next instanceof Change.Add more
        && add.format() == more.format()) {
      long sum = add.delta() + more.delta();
      boolean overflows = ((add.delta() ^ sum) & (more.delta() ^ sum)) < 0;
      return overflows ? null : new Change.Add(sum, add.format());
    }
    if (one instanceof Change.Append append && next instanceof Change.Append more) {
      return new Change.Append(append.tail().concat(more.tail()));
    }
    if (one instanceof Change.Prepend prepend && next instanceof Change.Prepend more) {
      return new Change.Prepend(more.head().concat(prepend.head()));
    }
    return one instanceof Change.Touch && next instanceof Change.Touch ? next : null;
  }

  /** The operations that are left, in their order. */
  List<Ordered> operations() {
    if (!isCompact) {
      return List.of(begin);
    }
    List<Ordered> all = new ArrayList<>(newest.values());
    if (cleared != null && !isNewest(cleared.client(), cleared.position())) {
      all.add(
          new Ordered(
              cleared.position(), cleared.time(), Ordered.NO_CLIENT, 0, cleared.operation()));
    }
    steps.forEach(
        (key, its) ->
            its.stream().filter(step -> !isNewest(step)).forEach(step -> all.add(step.on(key))));
    all.sort(Comparator.comparingLong(Ordered::position));
    return all;
  }
}
