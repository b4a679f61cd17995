package io.kvstore.core.watch;

import io.kvstore.Bytes;
import io.kvstore.WatchPosition.Place;
import io.kvstore.core.replication.LamportClock;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Range;
import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One watch's place in what a shard changes: reads one replica's log, and after that another's.
 * Used on the loop of the log that it reads.
 */
public final class Reader {
  /** How a look at a log has ended. */
  public enum Look {
    /** Something was found. */
    FOUND,
    /** There is nothing new. */
    NOTHING,
    /** Nothing was found so far, but there is more to look at. */
    MORE,
    /** There will be nothing more here. */
    ENDED,
    /** What comes next is not known any more. */
    GONE
  }

  /**
   * What one operation has changed of what is watched.
   *
   * @param place from where a reader goes on that has seen this
   */
  public record Seen(long version, List<Pair> changed, Place place) {}

  private static final int FOUND_LIMIT = 64;
  private static final int LOOK_LIMIT = 1_024;
  private static final int REMEMBERED_LIMIT = 10_000;
  private static final long NEVER = -1;

  private final Range keys;
  private final BooleanSupplier staysAnyway;
  private @Nullable Place place;
  private @Nullable ChangeLog log;
  private int generation;
  private long cameAheadIn = NEVER; // the epoch of a log that is not as far as it was elsewhere
  private long next;
  private boolean comesFromElsewhere;
  private boolean followsBeginning; // of a view, here or before the replica went down
  private VectorClock seenOfWriters = VectorClock.ZERO; // when one last told its own write
  private final Map<Bytes, Long> newestSeen = new HashMap<>(); // elsewhere, of what is told here
  private final Map<Bytes, Long> remembered = new LinkedHashMap<>(); // what places do not tell
  private String whyGone = "";

  /**
   * A reader that has read nothing.
   *
   * @param after from where it goes on; null begins now
   * @param staysAnyway whether it stays with a replica that its group does without
   */
  public Reader(Range keys, @Nullable Place after, BooleanSupplier staysAnyway) {
    this.keys = keys;
    this.place = after;
    this.staysAnyway = staysAnyway;
  }

  /** The place up to where it has read; null while it has not begun. */
  public @Nullable Place place() {
    return log == null ? null : place;
  }

  /** Why nothing more can be read. */
  public String whyGone() {
    return whyGone;
  }

  /** Reads on, and adds what it finds. */
  public Look look(ChangeLog current, List<Seen> found) {
    if (current.hasEnded() || (current.isLeftOut() && !staysAnyway.getAsBoolean())) {
      return Look.ENDED;
    }
    if (!current.isSettled()) {
      return Look.NOTHING;
    }
    Place here = place;
    if (here == null) {
      here = current.here();
      place = here;
      next = current.next();
      log = current;
      generation = current.generation();
    } else if (log != current || generation != current.generation()) {
      String why = current.whyGone(here);
      if (why != null) {
        return gone(why);
      }
      log = current;
      generation = current.generation();
      next = current.firstAfter(here);
      followsBeginning = next > current.first() || current.seen().hasComeBack();
      comesFromElsewhere = true;
      noteNewestSeen(current, here);
      cameAheadIn = current.isBehind(here) ? current.epoch() : NEVER;
    } else if (cameAheadIn != NEVER && cameAheadIn != current.epoch()) {
      cameAheadIn = NEVER;
      String why = current.whyLost(here);
      if (why != null) {
        return gone(why);
      }
    }
    return read(current, here, found);
  }

  /**
   * Where there is no one order, a replica may have come to the same end another way: what was
   * outdated by something that the watch has seen elsewhere is not told after that.
   */
  private void noteNewestSeen(ChangeLog current, Place here) {
    newestSeen.clear();
    if (here.isInOneOrder()) {
      return;
    }
    for (long number = next; number < current.next(); number++) {
      ChangeRecord told = current.at(number);
      if (!told.isInOneOrder() && hasSeen(current, here, told)) {
        for (Pair pair : told.changed()) {
          newestSeen.merge(pair.key(), told.version(), Math::max);
        }
      }
    }
  }

  private Look gone(String why) {
    whyGone = why;
    return Look.GONE;
  }

  private Look read(ChangeLog current, Place from, List<Seen> found) {
    if (next < current.first()) {
      return gone("the watch is too far behind: " + (current.first() - next) + " changes are lost");
    }
    Place here = from;
    long end = Math.min(current.published(), next + LOOK_LIMIT);
    while (next < end && found.size() < FOUND_LIMIT) {
      ChangeRecord told = current.at(next);
      if (isCopyOfWhatItsWriterTold(current, told)) {
        next++;
        continue;
      }
      if (hasSeen(current, here, told)) {
        if (comesFromElsewhere && mayHaveBeenMissed(here, told)) {
          if (!found.isEmpty()) {
            break;
          }
          return gone("a member has come back with what it wrote while it was away");
        }
        next++;
        continue;
      }
      boolean isNewView = told.beginning() != null && !told.isInOneOrder() && !here.isInOneOrder();
      String whyLost = comesFromElsewhere && isNewView ? current.seen().whyLost(here) : null;
      if (whyLost != null) {
        if (!found.isEmpty()) {
          break;
        }
        return gone(whyLost);
      }
      next++;
      here = told.after(here, current.epoch());
      if (told.isOwn()) {
        seenOfWriters = here.seen();
      }
      boolean isNews = comesFromElsewhere || !told.isEmpty();
      List<Pair> watched = isNews ? watchedOf(told) : List.of();
      if (!watched.isEmpty()) {
        remember(current, told, watched);
        found.add(new Seen(told.version(), watched, here));
      }
    }
    place = here;
    if (!found.isEmpty()) {
      return Look.FOUND;
    }
    return next < current.published() ? Look.MORE : Look.NOTHING;
  }

  /**
   * Whether a write of before a view, which a watch has seen the beginning of, may have been
   * unknown to the members of that view: it came around later, or this member was left out of that
   * view.
   */
  private boolean mayHaveBeenMissed(Place here, ChangeRecord told) {
    long turn = turnOf(told);
    if (told.isInOneOrder() || isOfAnEarlierOrder(here, turn)) {
      return false;
    }
    int node = LamportClock.nodeOf(turn);
    boolean isOfAWrite = LamportClock.nodeOf(here.seen().get(node)) == node; // else of a beginning
    return told.isStray() || (followsBeginning && !isOfAWrite);
  }

  /** Before members told each other's writes, this one came in its writer's turn. */
  private boolean isCopyOfWhatItsWriterTold(ChangeLog current, ChangeRecord told) {
    if (!comesFromElsewhere || !told.isOutOfTurn() || current.hasTurnsOfWriters()) {
      return false;
    }
    int writer = LamportClock.nodeOf(told.version());
    long last = seenOfWriters.get(writer);
    return LamportClock.nodeOf(last) == writer && last >= told.version();
  }

  private static long turnOf(ChangeRecord told) {
    return told.isOutOfTurn() ? told.version() : told.turn();
  }

  private boolean hasSeen(ChangeLog current, Place here, ChangeRecord told) {
    if (told.beginning() != null) {
      return false;
    }
    if (told.isInOneOrder()) {
      return told.version() <= here.position();
    }
    if (!comesFromElsewhere || (told.isOutOfTurn() && !current.hasTurnsOfWriters())) {
      return false;
    }
    long turn = turnOf(told);
    return here.seen().get(LamportClock.nodeOf(turn)) >= turn || isOfAnEarlierOrder(here, turn);
  }

  /** What comes once more elsewhere, in its turn or by a copy. */
  private void remember(ChangeLog current, ChangeRecord told, List<Pair> watched) {
    if (told.isOutOfTurn() || !current.hasTurnsOfWriters()) {
      for (Pair pair : watched) {
        remembered.merge(pair.key(), told.version(), Math::max);
      }
      for (var oldest = remembered.keySet().iterator(); remembered.size() > REMEMBERED_LIMIT; ) {
        oldest.next();
        oldest.remove();
      }
    }
  }

  /**
   * Whether a version was given by an order that was over before what has been seen began: it names
   * no writer, though it may look like one of a node that was no member then.
   */
  private static boolean isOfAnEarlierOrder(Place here, long version) {
    VectorClock seen = here.seen();
    boolean isOfNoMember = seen.get(LamportClock.nodeOf(version)) == 0;
    for (int node = 0; isOfNoMember && node < seen.length(); node++) {
      if (version <= seen.get(node)) {
        return true;
      }
    }
    return false;
  }

  private List<Pair> watchedOf(ChangeRecord told) {
    List<Pair> changed = told.changed();
    if (changed.size() == 1) {
      return isNews(changed.get(0).key(), told) ? changed : List.of();
    }
    List<Pair> watched = new ArrayList<>();
    for (Pair pair : changed) {
      if (isNews(pair.key(), told)) {
        watched.add(pair);
      }
    }
    return watched;
  }

  private boolean isNews(Bytes key, ChangeRecord told) {
    return isWatched(key)
        && (newestSeen.isEmpty() || newestSeen.getOrDefault(key, told.version()) <= told.version())
        && (!comesFromElsewhere || remembered.getOrDefault(key, Long.MIN_VALUE) < told.version());
  }

  private boolean isWatched(Bytes key) {
    return key.compareTo(keys.from()) >= 0 && (keys.to().isEmpty() || key.compareTo(keys.to()) < 0);
  }
}
