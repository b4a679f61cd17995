package io.kvstore.core.eviction;

import io.kvstore.Bytes;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which entry is worth least: W-TinyLFU (Einziger, Friedman and Manes, TinyLFU: A Highly Efficient
 * Cache Admission Policy, ACM Transactions on Storage 2017).
 *
 * <pre>
 *   new ──▶ window ── used more often than the oldest on probation? ──▶ probation ◀──▶ protected
 *              └───────────────── no: it is evicted                       │  used again ▲
 *                                                yes: the oldest is evicted
 * </pre>
 *
 * <p>An entry begins in a small window, the oldest of which has to compete with the oldest entry on
 * probation: that goes which was used less often, as a {@link FrequencySketch} has it. So entries
 * that are used once, as in a scan, take no other's place. How large the window is follows from
 * what hit more often (hill climbing; Einziger, Eytan, Friedman and Manes, Adaptive Software Cache
 * Management, Middleware 2018).
 *
 * <p>It holds exactly the keys that its replica holds. One that is to be evicted is out of its
 * segment at once, and forgotten when it is gone.
 */
final class TinyLfu {
  private static final double WINDOW = 0.01;
  private static final double PROTECTED = 0.8; // of what is not in the window
  private static final double STEP = 0.0625;
  private static final double STEP_DECAY = 0.98;
  private static final double RESTART = 0.05; // of the hit ratio: then the load has changed
  private static final int SAMPLE_PER_ENTRY = 10;
  private static final int FIRST_ENTRIES = 64;
  private static final int FREQUENT = 6; // enough to be admitted now and then all the same
  private static final int SELDOM = 127;

  private final long most;
  private final Map<Bytes, Candidate> all = new HashMap<>();
  private final Segment window = new Segment();
  private final Segment probation = new Segment();
  private final Segment protectedOnes = new Segment();
  private FrequencySketch sketch = new FrequencySketch(FIRST_ENTRIES);
  private long windowMost;
  private long protectedMost;
  private long hits; // of the present sample
  private long misses;
  private double hitRatioBefore;
  private double step;
  private int draws;

  /**
   * No entries yet.
   *
   * @param most what all entries may weigh together
   */
  TinyLfu(long most) {
    this.most = most;
    windowMost = Math.max(1, (long) (most * WINDOW));
    protectedMost = (long) ((most - windowMost) * PROTECTED);
    step = -STEP * most;
  }

  /** What the entries weigh together that are not on their way out. */
  long weight() {
    return window.weight() + probation.weight() + protectedOnes.weight();
  }

  /** What the entry of a key weighs; 0 if there is none, or it is on its way out. */
  long weightOf(Bytes key) {
    Candidate its = all.get(key);
    return its == null || its.segment == null ? 0 : its.weight;
  }

  /** A key has an entry of this weight from now on. */
  void wrote(Bytes key, long weight) {
    Candidate there = all.get(key);
    if (there == null) {
      enter(new Candidate(key, weight));
    } else if (there.segment == null) {
      there.weight = weight;
    } else {
      there.segment.reweigh(there, weight);
      use(there);
    }
  }

  private void enter(Candidate entered) {
    all.put(entered.key, entered);
    if (all.size() > sketch.capacity()) {
      sketch = new FrequencySketch(2L * all.size());
    }
    sketch.use(entered.key.hashCode());
    misses++;
    window.add(entered);
    while (window.weight() > windowMost && window.oldest() != entered) {
      move(window.oldest(), probation);
    }
    climb();
  }

  /** An entry is used, if it is there. */
  void read(Bytes key) {
    Candidate there = all.get(key);
    if (there != null) {
      use(there);
    }
  }

  private void use(Candidate used) {
    sketch.use(used.key.hashCode());
    hits++;
    if (used.segment == window) {
      move(used, window);
    } else if (used.segment != null) {
      move(used, protectedOnes);
      demote();
    }
    climb();
  }

  private void demote() {
    while (protectedOnes.weight() > protectedMost && protectedOnes.oldest() != null) {
      move(protectedOnes.oldest(), probation);
    }
  }

  private static void move(@Nullable Candidate moved, Segment to) {
    if (moved != null && moved.segment != null) {
      moved.segment.remove(moved);
      to.add(moved);
    }
  }

  /** A key has no entry any more. */
  void left(Bytes key) {
    Candidate gone = all.remove(key);
    if (gone != null && gone.segment != null) {
      gone.segment.remove(gone);
    }
  }

  /**
   * Chooses an entry that is to go, and takes it out of its segment.
   *
   * @param incoming what those weigh that are about to enter
   * @param allowed which keys may go
   * @return its key; null if there is none
   */
  @Nullable Bytes choose(long incoming, Predicate<Bytes> allowed) {
    boolean isWindowFull = window.weight() + incoming > windowMost;
    Candidate fromWindow = isWindowFull ? window.oldest(allowed) : null;
    Candidate fromMain = probation.oldest(allowed);
    fromMain = fromMain == null ? protectedOnes.oldest(allowed) : fromMain;
    Candidate chosen;
    if (fromMain == null) {
      chosen = fromWindow == null ? window.oldest(allowed) : fromWindow;
    } else if (fromWindow != null && isWorthMore(fromWindow, fromMain)) {
      move(fromWindow, probation);
      chosen = fromMain;
    } else {
      chosen = fromWindow == null ? fromMain : fromWindow;
    }
    if (chosen == null) {
      return null;
    }
    takeOut(chosen.key);
    return chosen.key;
  }

  /** Whether an entry of the window takes the place of another. */
  private boolean isWorthMore(Candidate challenger, Candidate other) {
    int its = sketch.count(challenger.key.hashCode());
    int others = sketch.count(other.key.hashCode());
    if (its > others) {
      return true;
    }
    // Keys whose counters collide with the oldest one's must not keep everything out for ever.
    return its >= FREQUENT && (++draws & SELDOM) == 0;
  }

  /** The entry of a key is on its way out. */
  void takeOut(Bytes key) {
    Candidate chosen = all.get(key);
    if (chosen != null && chosen.segment != null) {
      chosen.segment.remove(chosen);
    }
  }

  /** The entry of a key that was on its way out stays, if there is one. */
  void giveBack(Bytes key) {
    Candidate kept = all.get(key);
    if (kept != null && kept.segment == null) {
      probation.addAsOldest(kept);
    }
  }

  /** There are no entries any more. */
  void clear() {
    all.values().forEach(each -> takeOut(each.key));
    all.clear();
  }

  // The size of the window

  private void climb() {
    if (hits + misses < SAMPLE_PER_ENTRY * Math.max(FIRST_ENTRIES, (long) all.size())) {
      return;
    }
    if (weight() >= most - windowMost) { // before it is full, nothing is told by what hits
      double hitRatio = (double) hits / (hits + misses);
      double change = hitRatio - hitRatioBefore;
      double amount = change >= 0 ? step : -step;
      step = Math.abs(change) >= RESTART ? Math.copySign(STEP * most, amount) : STEP_DECAY * amount;
      hitRatioBefore = hitRatio;
      resize((long) amount);
    }
    hits = 0;
    misses = 0;
  }

  private void resize(long amount) {
    long change = Math.max(1 - windowMost, Math.min(amount, protectedMost));
    windowMost += change;
    protectedMost -= change;
    demote();
    while (change > 0
        && probation.oldest() != null
        && window.weight() + probation.oldest().weight <= windowMost) {
      move(probation.oldest(), window);
    }
    while (window.weight() > windowMost) {
      move(window.oldest(), probation);
    }
  }
}
