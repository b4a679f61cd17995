package io.kvstore.core.watch;

import io.kvstore.Bytes;
import io.kvstore.Limits;
import io.kvstore.WatchPosition.Place;
import io.kvstore.core.replication.Turns;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import org.jspecify.annotations.Nullable;

/**
 * The last changes of one replica, in its order. Owned by the loop of its datalet.
 *
 * <pre>
 *    forgotten      kept                      not yet durable
 *   ────────────┬─────────────────────────┬────────────────────┐
 *               first                published             next
 * </pre>
 *
 * <p>It keeps nothing before the first watch: until then it only notes how far its replica is.
 */
public final class ChangeLog {
  /** A watch that has read everything that there is. */
  public interface Watcher {
    /** There is more. */
    void onNews();

    /** There will be nothing more here. */
    void onEnd();
  }

  /** The turn of what a copy has brought. */
  public static final long OUT_OF_TURN = 0;

  private static final long UNKNOWN = -1;

  private final int changesLimit;
  private final long bytesLimit;

  // Always kept up.
  private Turns turns;
  private final SeenWrites seen = new SeenWrites(); // where there is no one order
  private final Beginnings beginnings = new Beginnings(); // where there is one order
  private long position = UNKNOWN; // the last operation that was performed
  private long epoch;

  // Kept up while there may be watches.
  private boolean isOn;
  private RecentChanges kept = new RecentChanges();
  private long published;
  private long floor; // everything up to this position is forgotten
  private int generation; // of contents that have nothing to do with those before
  private boolean wasReplaced; // since a view has begun here
  private boolean hasUntoldCopy; // which watches must hear of that wait for news
  private boolean isLeftOut;
  private boolean hasEnded;
  private final Watchers watchers = new Watchers();

  /**
   * Of a replica that has just started.
   *
   * @param turns in which order its group performs operations
   */
  public ChangeLog(Turns turns, Limits limits) {
    this.turns = turns;
    this.changesLimit = limits.changesKept();
    this.bytesLimit = limits.changedBytesKept();
  }

  // For the one who performs operations

  /**
   * An entry of this version was kept from before, and what it changed was told to no log: a watch
   * that has not seen it cannot go on here.
   */
  public void cameBack(long version) {
    if (!hasOneOrder()) {
      seen.cameBack(version);
    }
  }

  /** What was seen of writes, where there is no one order. */
  public SeenWrites seen() {
    return seen;
  }

  private boolean hasOneOrder() {
    return turns == Turns.OF_ALL;
  }

  /** Whether changes are kept. */
  public boolean isOn() {
    return isOn;
  }

  /** Keeps changes from now on. */
  public void begin() {
    if (!isOn && !hasEnded) {
      isOn = true;
      floor = position;
      seen.beginToTell(turns);
    }
  }

  /** An operation of the one order is about to be performed. */
  public void performs(long at) {
    if (!hasOneOrder()) {
      missedAView();
    }
    if (position == UNKNOWN) {
      floor = at - 1;
    }
    position = at;
  }

  /** The next write of a member was performed, or has come and was found to be old. */
  public void saw(long turn) {
    if (hasOneOrder()) {
      missedAView();
    }
    seen.saw(turn);
  }

  /** The same of an entry that a copy has brought. */
  public void sawCopy(long version) {
    if (turns == Turns.OF_WRITERS) {
      saw(version);
    } else {
      seen.sawEarly(version);
    }
  }

  /** What comes belongs to a view that has not begun here, and perhaps never will. */
  private void missedAView() {
    if (epoch > 0 && !wasReplaced) {
      replaced(UNKNOWN);
    }
  }

  /** An operation has changed something. */
  public void add(long version, List<Pair> changed) {
    add(version, version, changed, false);
  }

  private void add(long turn, long version, List<Pair> changed, boolean isEmpty) {
    if (!changed.isEmpty()) {
      boolean isStray = !hasOneOrder() && seen.hasSeen(turn == OUT_OF_TURN ? version : turn);
      append(new ChangeRecord(turn, version, hasOneOrder(), changed, isStray, isEmpty, null));
    }
  }

  /**
   * What others have written has changed something: perhaps many operations of theirs.
   *
   * @param turn which of a member's writes this is, or {@link #OUT_OF_TURN}
   * @param empty the keys under which nothing stood, and nothing does now: tombstones are passed
   *     around once more after some members have collected them
   */
  public void addMerged(long turn, List<Pair> changed, Set<Bytes> empty) {
    List<Pair> sorted = new ArrayList<>(changed);
    sorted.sort(Comparator.comparingLong(pair -> pair.entry().version()));
    for (int from = 0; from < sorted.size(); ) {
      long version = sorted.get(from).entry().version();
      int to = from;
      while (to < sorted.size() && sorted.get(to).entry().version() == version) {
        to++;
      }
      List<Pair> together = List.copyOf(sorted.subList(from, to));
      boolean isEmpty = together.stream().allMatch(pair -> empty.contains(pair.key()));
      boolean hasOwnTurn = turn == OUT_OF_TURN && turns == Turns.OF_WRITERS;
      add(hasOwnTurn ? version : turn, version, together, isEmpty);
      from = to;
    }
  }

  private void append(ChangeRecord told) {
    kept.append(told);
    while (kept.areMoreThan(changesLimit, bytesLimit)) {
      forgetFirst();
    }
  }

  private void forgetFirst() {
    ChangeRecord told = kept.removeFirst();
    published = Math.max(published, kept.first());
    if (told.beginning() != null) {
      seen.forget(told.isInOneOrder() ? VectorClock.ZERO : told.beginning().seen());
    } else if (told.isInOneOrder()) {
      floor = told.version();
    } else if (told.isOutOfTurn()) {
      seen.forgetCopy(told.version(), turns);
    } else {
      seen.forget(told.turn());
    }
  }

  /**
   * Everything was replaced by a copy of what another one has: it is not known what that changed.
   *
   * @param upTo the last operation of the one order that the copy has, if there is one order
   */
  public void replaced(long upTo) {
    while (!kept.isEmpty()) {
      forgetFirst();
    }
    generation++;
    position = upTo;
    floor = upTo;
    wasReplaced = true;
    hasUntoldCopy = true;
  }

  /** What was performed so far is durable, and may be told. */
  public void publish() {
    if (published < kept.next() || hasUntoldCopy) {
      published = kept.next();
      hasUntoldCopy = false;
      watchers.wakeAll();
    }
  }

  // For the replica

  /**
   * The group had lost everything up to this version before the first view begins here, and gave
   * versions that are in no one order: no watch from before goes on here.
   */
  public void lostAllUpTo(long version, int members) {
    if (epoch == 0) {
      seen.forgetAllUpTo(version, members);
    }
  }

  /** The group knows after which positions of the one order its epochs began. */
  public void tellEpochs(SortedMap<Long, Long> starts) {
    beginnings.tell(starts);
  }

  /**
   * A view begins.
   *
   * @param nextTurns in which order its members perform operations
   * @param start where the one order begins; else the highest version that any member may have
   *     written before
   * @param members how many members there have ever been
   */
  public void beginEpoch(long nextEpoch, Turns nextTurns, long start, int members) {
    if (epoch == 0 && !hasOneOrder()) {
      // A replica that has just started took over one member's entries after the other's. What it
      // never showed is not told: a watch from elsewhere may have seen what lies between.
      kept.dropWhatIsOutdated();
    }
    boolean isAnotherKind = (turns == Turns.OF_ALL) != (nextTurns == Turns.OF_ALL);
    turns = nextTurns;
    epoch = nextEpoch;
    isLeftOut = false;
    beginnings.begin(nextEpoch, start);
    if (!hasOneOrder()) {
      seen.beginView(start, members);
      if (isAnotherKind || wasReplaced) {
        seen.forgetAllUpTo(start, members); // what an order did may have come as a copy
      }
    } else if (position == UNKNOWN || isAnotherKind) {
      position = start;
      floor = start;
    }
    if (wasReplaced) {
      generation++; // what was replaced may be of a view that the group has gone on without
    }
    wasReplaced = false;
    if (isOn && (isAnotherKind || !hasOneOrder())) {
      append(ChangeRecord.beginning(here()));
      published = kept.next();
    }
    watchers.wakeAll();
  }

  /** The group goes on without this replica: those who can go elsewhere do. */
  public void leaveOut() {
    isLeftOut = true;
    watchers.wakeAll();
  }

  /** The replica has stopped. */
  public void end() {
    hasEnded = true;
    isOn = false;
    kept = new RecentChanges(); // a watch that was behind reads on elsewhere
    watchers.endAll();
  }

  // For readers

  /** Wakes a watch as soon as there is something new. */
  public void await(Watcher watcher) {
    watchers.add(watcher);
  }

  /** Wakes a watch no more. */
  public void forget(Watcher watcher) {
    watchers.remove(watcher);
  }

  /** Whether its replica has stopped. */
  public boolean hasEnded() {
    return hasEnded;
  }

  boolean isLeftOut() {
    return isLeftOut;
  }

  /** Whether it knows where it is: just after a copy, it does not. */
  boolean isSettled() {
    return isOn && epoch > 0 && (hasOneOrder() ? position != UNKNOWN : !wasReplaced);
  }

  int generation() {
    return generation;
  }

  long epoch() {
    return epoch;
  }

  long first() {
    return kept.first();
  }

  long next() {
    return kept.next();
  }

  long published() {
    return published;
  }

  /** From where a watch reads on that comes from elsewhere: what is before, it has seen. */
  long firstAfter(Place place) {
    for (long number = next() - 1; number >= first(); number--) {
      if (at(number).isBeginningBefore(place)) {
        return number + 1;
      }
    }
    return first();
  }

  ChangeRecord at(long number) {
    return kept.at(number);
  }

  /** Whether what has come out of turn is told by its version from what a watch has seen. */
  boolean hasTurnsOfWriters() {
    return turns != Turns.OF_TELLERS;
  }

  /** Where a watch begins that begins now. */
  Place here() {
    return hasOneOrder() // which begins at 0
        ? new Place(epoch, VectorClock.of(position))
        : new Place(Place.NO_ORDER, seen.toClock());
  }

  /** Whether its replica is not as far in the one order as a watch at this place. */
  boolean isBehind(Place place) {
    return hasOneOrder() && place.isInOneOrder() && place.position() > position;
  }

  /**
   * Why the views of the one order that have begun here do not go on with what a watch at this
   * place has seen; nothing if they do. It may have come before one of them began, from a member
   * that was ahead.
   */
  @Nullable String whyLost(Place place) {
    boolean isLost = hasOneOrder() && place.isInOneOrder() && !beginnings.leadOnFrom(place);
    return isLost ? "the group has gone on without what led to " + place : null;
  }

  /** Why a watch that was at this place cannot go on here; nothing if it can. */
  @Nullable String whyGone(Place place) {
    if (hasOneOrder() != place.isInOneOrder()) {
      return "the store has moved to another level or replication since " + place;
    }
    if (!hasOneOrder()) {
      return seen.whyGone(place);
    }
    String whyLost = whyLost(place);
    if (whyLost != null) {
      return whyLost;
    }
    return place.position() < floor
        ? "what came after " + place + " is not known any more: what is begins after " + floor
        : null;
  }
}
