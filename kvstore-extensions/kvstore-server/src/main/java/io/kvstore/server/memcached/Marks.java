package io.kvstore.server.memcached;

import io.kvstore.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What one server remembers of items beside their entries: stale and win flags, the unique that an
 * item keeps when it is only touched, and when it was last used.
 *
 * <p>Bounded: the oldest marks are forgotten first, and of two keys that share a slot the last
 * access counts. What is forgotten costs a client nothing but a hint. It is shared by the nodes
 * that one process serves, and not replicated.
 */
final class Marks {
  private static final int STRIPES = 64;
  private static final int STRIPE_LIMIT = 1_024;
  private static final int PLACES = 1 << 16;

  private final Stripe[] stripes = new Stripe[STRIPES];
  private final AtomicReferenceArray<@Nullable Access> accesses =
      new AtomicReferenceArray<>(PLACES);

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
   * Tells what is known of this version, and lets the caller win if it asks to and none has won.
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

  // Accesses

  /**
   * When an item was last used.
   *
   * @param version which version of it; {@link #ANY_VERSION} when it was stored without asking
   * @param isFetched whether it was fetched, and not only stored
   */
  private record Access(Bytes key, long version, long seconds, boolean isFetched) {}

  /** Stands for the version of an item that was stored without asking for it. */
  static final long ANY_VERSION = 0;

  private static int placeOf(Bytes key) {
    return key.hashCode() & (PLACES - 1);
  }

  private @Nullable Access accessTo(Bytes key, long version) {
    Access last = accesses.get(placeOf(key));
    return last != null
            && (last.version() == version || last.version() == ANY_VERSION)
            && last.key().equals(key)
        ? last
        : null;
  }

  /** Whether this version was fetched. */
  boolean isFetched(Bytes key, long version) {
    Access last = accessTo(key, version);
    return last != null && last.isFetched();
  }

  /** How long ago this version was last fetched, or else stored; 0 when that is not known. */
  long secondsSinceAccess(Bytes key, long version, long nowSeconds) {
    Access last = accessTo(key, version);
    return last == null ? 0 : Math.max(0, nowSeconds - last.seconds());
  }

  /** Notes that this version is fetched now. */
  void fetched(Bytes key, long version, long nowSeconds) {
    note(key, version, nowSeconds, true);
  }

  /** Notes that this version is stored now. */
  void stored(Bytes key, long version, long nowSeconds) {
    note(key, version, nowSeconds, false);
  }

  private void note(Bytes key, long version, long nowSeconds, boolean isFetched) {
    int place = placeOf(key);
    Access last = accesses.get(place);
    boolean isKnown =
        last != null
            && last.version() == version
            && last.seconds() == nowSeconds
            && last.isFetched() == isFetched
            && last.key().equals(key);
    if (!isKnown) {
      accesses.set(place, new Access(key, version, nowSeconds, isFetched));
    }
  }

  /** Lets a new version keep the time at which an old one was used. */
  void carryAccess(Bytes key, long from, long to) {
    Access last = accessTo(key, from);
    if (last != null) {
      accesses.set(placeOf(key), new Access(key, to, last.seconds(), last.isFetched()));
    }
  }

  /** Notes that a new version is written now in the place of an old one. */
  void rewritten(Bytes key, long from, long to, long nowSeconds) {
    note(key, to, nowSeconds, isFetched(key, from));
  }
}
