package io.kvstore.core.watch;

import io.kvstore.WatchPosition.Place;
import io.kvstore.core.replication.LamportClock;
import io.kvstore.core.replication.Turns;
import io.kvstore.core.spi.KnownWrites;
import io.kvstore.spi.VectorClock;
import org.jspecify.annotations.Nullable;

/**
 * What a replica has seen of the others' writes, where members write independently, and what a
 * watch must have seen to go on at it. Used by one thread.
 *
 * <p>Not everything that was written is among the entries: what removed one is forgotten once every
 * member has it, and what a member alone had is lost with it. So members tell each other up to
 * where they have seen writes, and up to where they have collected tombstones.
 */
public final class SeenWrites {
  private final Versions seen = new Versions(); // with all that may have been written before a view
  private final Versions untold = new Versions(); // what is told to no watch that has not seen it
  private Versions early = new Versions(); // what came before its turn in the last view
  private final Versions known = new Versions(); // none but those of writes
  private final Versions collected = new Versions();
  private long keptUpTo;
  private boolean hasComeBack;
  private long broughtBefore; // where the last view begins for which others brought older writes
  private boolean hasForgottenCopies; // of what several told: who has seen it is not known

  // As the last view began, when all its members had the same.
  private VectorClock knownBefore = VectorClock.ZERO;
  private long start = Long.MIN_VALUE;

  SeenWrites() {}

  void saw(long version) {
    seen.saw(version);
    known.saw(version);
  }

  /** A copy has brought a write before others of its member, which are yet to come. */
  void sawEarly(long version) {
    early.saw(version);
    known.saw(version);
  }

  /** An entry was kept from before, and what it changed was told to no log. */
  void cameBack(long version) {
    seen.saw(version);
    untold.saw(version);
    keptUpTo = Math.max(keptUpTo, version);
  }

  /**
   * The replica goes on with what it had kept. Some of that others may have brought for the view of
   * this epoch: a watch may have seen the beginning of an earlier one without it.
   */
  public void comesBack(long epoch) {
    hasComeBack = true;
    broughtBefore = LamportClock.highestVersionBefore(epoch);
  }

  /** Whether the replica goes on with what it had kept: what comes before a view, it had not. */
  boolean hasComeBack() {
    return hasComeBack;
  }

  /** A tombstone is forgotten. */
  public void collected(long version) {
    collected.saw(version);
  }

  /** What another member knows, whose entries come next. */
  public void learn(KnownWrites others) {
    VectorClock gone = others.collected();
    for (int node = 0; node < gone.length(); node++) {
      long version = gone.get(node);
      if (version > 0 && !seen.hasSeen(version)) {
        untold.saw(version);
        seen.saw(version);
      }
    }
    collected.saw(gone);
    known.saw(others.seen());
    keptUpTo = Math.max(keptUpTo, others.keptUpTo());
  }

  /** What the entries of this replica do not tell. */
  public KnownWrites known() {
    return new KnownWrites(known.toClock(), collected.toClock(), keptUpTo);
  }

  /** Whether the version, or a later one of its member, or a view after it was seen. */
  public boolean hasSeen(long version) {
    return seen.hasSeen(version);
  }

  VectorClock toClock() {
    return seen.toClock();
  }

  /** From now on what changes is told. */
  void beginToTell(Turns turns) {
    untold.replaceBy(seen);
    if (turns == Turns.OF_TELLERS) {
      hasForgottenCopies = !early.areCoveredBy(VectorClock.ZERO);
    } else {
      untold.saw(early.toClock());
    }
  }

  /** A write is told no more. */
  void forget(long turn) {
    untold.saw(turn);
  }

  /** The same of one that a copy has brought. */
  void forgetCopy(long version, Turns turns) {
    if (turns == Turns.OF_TELLERS) {
      hasForgottenCopies = true;
    } else {
      untold.saw(version);
    }
  }

  void forget(VectorClock all) {
    untold.saw(all);
  }

  /** What any member may have written up to this version is told to no watch. */
  void forgetAllUpTo(long version, int members) {
    untold.sawAllUpTo(version, members);
  }

  /** A view begins above this version, and all its members have the same. */
  void beginView(long above, int members) {
    seen.sawAllUpTo(above, members);
    if (hasForgottenCopies) {
      untold.sawAllUpTo(above, members);
      hasForgottenCopies = false;
    }
    early = new Versions();
    knownBefore = known.toClock();
    start = above;
  }

  /** Why a watch that was at this place cannot go on here; nothing if it can. */
  @Nullable String whyGone(Place place) {
    if (hasForgottenCopies || !untold.areCoveredBy(place.seen())) {
      return "what came after " + place + " is not known any more: what is begins later";
    }
    return mayMissWhatWasBrought(place.seen())
        ? "what was brought to a member after " + place + " is not known any more: it was down"
        : whyLost(place);
  }

  private boolean mayMissWhatWasBrought(VectorClock its) {
    VectorClock kept = untold.toClock();
    for (int node = 0; node < kept.length(); node++) {
      long version = its.get(node);
      boolean isOfABeginning = LamportClock.nodeOf(version) != node;
      if (kept.get(node) > 0 && isOfABeginning && version < broughtBefore) {
        return true;
      }
    }
    return false;
  }

  /** Whether the members of the last view began it without a write that a watch had seen. */
  @Nullable String whyLost(Place place) {
    VectorClock its = place.seen();
    for (int node = 0; node < its.length(); node++) {
      long version = its.get(node);
      boolean isOfAWrite = LamportClock.nodeOf(version) == node; // else of the beginning of a view
      if (isOfAWrite && version <= start && version > keptUpTo && version > knownBefore.get(node)) {
        return "the group has gone on without what led to " + place;
      }
    }
    return null;
  }
}
