package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What one server remembers of items beside their entries: stale and win flags, the unique that an
 * item keeps when it is only touched, and when it was last fetched.
 *
 * <p>Bounded: the oldest marks are forgotten first, and of two keys that share a place the last
 * fetch counts. What is forgotten costs a client nothing but a hint. It is shared by the nodes that
 * one process serves, and not replicated.
 */
final class Marks {
  private static final int STRIPES = 64;
  private static final int STRIPE_LIMIT = 1_024;
  private static final int PLACES = 1 << 16;

  private final Stripe[] stripes = new Stripe[STRIPES];
  private final AtomicReferenceArray<@Nullable Fetch> fetches = new AtomicReferenceArray<>(PLACES);

  Marks() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  /** The marks of some of the keys, the oldest first. */
  private static final class Stripe extends LinkedHashMap<Bytes, Mark> {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<Bytes, Mark> eldest) {
      return size() > STRIPE_LIMIT;
    }
  }

  private Stripe stripeOf(Bytes key) {
    return stripes[(key.hashCode() >>> 16) & (STRIPES - 1)];
  }

  /** What is known of this version of an item. */
  Mark get(Bytes key, long version) {
    Stripe stripe = stripeOf(key);
    synchronized (stripe) {
      Mark mark = stripe.get(key);
      return mark != null && mark.version() == version ? mark : Mark.none(version);
    }
  }

  /** The version that an item must have for a client that knows it by this unique. */
  long versionFor(Bytes key, long unique) {
    Stripe stripe = stripeOf(key);
    synchronized (stripe) {
      Mark mark = stripe.get(key);
      return mark != null && mark.unique() == unique ? mark.version() : unique;
    }
  }

  /** Sets what is known of an item. */
  void put(Bytes key, Mark mark) {
    Stripe stripe = stripeOf(key);
    synchronized (stripe) {
      Mark before = stripe.get(key);
      if (before == null || before.version() <= mark.version()) {
        stripe.remove(key); // a new mark is the youngest
        stripe.put(key, mark);
      }
    }
  }

  /**
   * Tells what is known of this version, and lets the caller win if it asks to and nobody has won.
   */
  Mark claim(Bytes key, long version, boolean asks) {
    Stripe stripe = stripeOf(key);
    synchronized (stripe) {
      Mark mark = get(key, version);
      if (!mark.isWon() && (asks || mark.isStale())) {
        put(key, mark.won());
      }
      return mark;
    }
  }

  // Fetches

  private record Fetch(Bytes key, long version, long seconds) {}

  private static int placeOf(Bytes key) {
    return key.hashCode() & (PLACES - 1);
  }

  /** When this version was last fetched, in seconds since 1970; -1 when it never was. */
  long lastFetch(Bytes key, long version) {
    Fetch last = fetches.get(placeOf(key));
    return last != null && last.version() == version && last.key().equals(key)
        ? last.seconds()
        : -1;
  }

  /** Notes that this version is fetched now. */
  void fetched(Bytes key, long version, long nowSeconds) {
    int place = placeOf(key);
    Fetch last = fetches.get(place);
    boolean isKnown =
        last != null
            && last.version() == version
            && last.seconds() == nowSeconds
            && last.key().equals(key);
    if (!isKnown) {
      fetches.set(place, new Fetch(key, version, nowSeconds));
    }
  }

  /** Lets a new version keep the time at which an old one was fetched. */
  void carryFetch(Bytes key, long from, long to) {
    long seconds = lastFetch(key, from);
    if (seconds >= 0) {
      fetches.set(placeOf(key), new Fetch(key, to, seconds));
    }
  }
}
