package io.kvstore.recipes;

import static java.util.Objects.requireNonNull;

import io.kvstore.IndeterminateException;
import io.kvstore.Item;
import io.kvstore.Scan;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Written;
import io.kvstore.spi.Nanos;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A queue of texts that all processes which use the store share. Each text is given to one taker,
 * and is lost with it if that is lost before it is done.
 *
 * <p>Texts that one thread offers are taken in that order; at the sequential level only where the
 * store has one shard. Those of several come about in the order in which they were offered.
 *
 * <p>What is taken leaves a mark for a minute, by which a write of unknown outcome is resolved. So
 * it is a queue for hundreds of texts in a second, not for thousands.
 */
public final class SharedQueue {
  private static final Duration MARK_KEPT = Duration.ofMinutes(1);
  private static final int PAGE = 100;
  private static final int MOST_UNKNOWN = 3;
  private static final String THERE = "+";
  private static final String TAKEN = "-";

  private final Context context;
  private final String tail;
  private final String first;
  private final Scan<String> all;

  SharedQueue(Context context, String name) {
    this.context = context;
    tail = "queue-tail/" + name;
    first = "queue/" + name + " ";
    all = Scan.from(first).until("queue/" + name + "!"); // the next after the space
  }

  /**
   * Puts a text at the end.
   *
   * @throws IndeterminateException when it is not known whether it is in the queue
   */
  public void offer(String text) {
    requireNonNull(text, "text");
    context.requireOpen();
    String key = first + String.format(Locale.ROOT, "%019d", number());
    // One that has been taken meanwhile has left its mark, so that it is not put there again.
    resolve(Update.put(key, THERE + text).ifAbsent());
  }

  private long number() {
    for (int unknown = 1; ; unknown++) {
      try {
        return context.store().add(tail, 1);
      } catch (IndeterminateException perhaps) {
        if (unknown == MOST_UNKNOWN) {
          throw perhaps; // a number that was taken all the same is never used
        }
      }
    }
  }

  /** Takes the first text, if there is one. At the sequential level it may miss the latest. */
  public Optional<String> poll() {
    context.requireOpen();
    Scan<String> next = all.limit(PAGE);
    while (true) {
      List<Item<String, String>> page = context.store().scan(next);
      for (Item<String, String> item : page) {
        if (item.value().startsWith(THERE) && take(item)) {
          return Optional.of(item.value().substring(THERE.length()));
        }
      }
      if (page.size() < PAGE) {
        return Optional.empty();
      }
      next = next.startAfter(page.get(PAGE - 1).key());
    }
  }

  private boolean take(Item<String, String> item) {
    String mark = TAKEN + Context.newId();
    Written<String> written =
        resolve(Update.put(item.key(), mark).lifetime(MARK_KEPT).ifVersion(item.version()));
    return written.applied() || written.before().map(Versioned::value).equals(Optional.of(mark));
  }

  /**
   * Repeats a conditional write of unknown outcome: what is there then tells whether it was done.
   */
  private Written<String> resolve(Update<String, String> update) {
    for (int unknown = 1; ; unknown++) {
      try {
        return context.store().update(update);
      } catch (IndeterminateException perhaps) {
        if (unknown == MOST_UNKNOWN) {
          throw perhaps;
        }
      }
    }
  }

  /**
   * Takes the first text, and waits for one if there is none.
   *
   * @param atMost how long to wait
   */
  public Optional<String> poll(Duration atMost) throws InterruptedException {
    long nanos = Nanos.of("atMost", atMost);
    Optional<String> taken = poll();
    if (taken.isPresent() || nanos <= 0) {
      return taken;
    }
    long start = context.clockwork().nanoTime();
    try (Bell bell = new Bell(context, all)) {
      while (true) {
        var rung = bell.next();
        taken = poll();
        long left = nanos - (context.clockwork().nanoTime() - start);
        if (taken.isPresent() || left <= 0) {
          return taken;
        }
        bell.await(rung, left);
      }
    }
  }

  /** How many texts there are, as a scan shows. */
  public long size() {
    context.requireOpen();
    return context.store().stream(all).filter(item -> item.value().startsWith(THERE)).count();
  }
}
