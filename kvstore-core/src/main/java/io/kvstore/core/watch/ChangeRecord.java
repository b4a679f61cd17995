package io.kvstore.core.watch;

import io.kvstore.WatchPosition.Place;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.VectorClock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What one operation has changed; or that a view begins, which changes nothing.
 *
 * @param turn where there is no one order, which of its member's writes it is, by the number of a
 *     version, or {@link ChangeLog#OUT_OF_TURN}
 * @param version the number of the operation
 * @param isInOneOrder whether it belongs to an order that all members share
 * @param changed the keys with what stands there now, or a tombstone
 * @param isStray whether something that its member wrote later was told before: it came around
 * @param isEmpty whether nothing stood under these keys before, and nothing does now: a removal
 *     that is news only to those who have seen elsewhere what it took away
 * @param beginning where a view begins, the place of a watch that has seen all before
 */
record ChangeRecord(
    long turn,
    long version,
    boolean isInOneOrder,
    List<Pair> changed,
    boolean isStray,
    boolean isEmpty,
    @Nullable Place beginning) {
  private static final int OVERHEAD = 64;

  /** A view begins at this place. */
  static ChangeRecord beginning(Place place) {
    long at = place.position();
    return new ChangeRecord(at, at, place.isInOneOrder(), List.of(), false, false, place);
  }

  /** The same with fewer changes. */
  ChangeRecord with(List<Pair> fewer) {
    return new ChangeRecord(turn, version, isInOneOrder, fewer, isStray, isEmpty, beginning);
  }

  /** Whether a member tells in its turn what it has written itself. */
  boolean isOwn() {
    return turn == version && !isInOneOrder && beginning == null;
  }

  /** Whether it came before its member's earlier writes, or by a copy. */
  boolean isOutOfTurn() {
    return turn == ChangeLog.OUT_OF_TURN && beginning == null;
  }

  long bytes() {
    long bytes = OVERHEAD;
    for (Pair pair : changed) {
      bytes += OVERHEAD + pair.key().size();
      bytes += pair.entry().value() == null ? 0 : pair.entry().presentValue().size();
    }
    return bytes;
  }

  /** Whether a view begins here, and a watch at that place has seen all before. */
  boolean isBeginningBefore(Place place) {
    return beginning != null
        && isInOneOrder == place.isInOneOrder()
        && beginning.epoch() <= place.epoch()
        && place.seen().covers(beginning.seen());
  }

  /** The place of a watch that was there, and has seen this. */
  Place after(Place place, long epoch) {
    if (beginning != null) {
      return isInOneOrder || place.isInOneOrder()
          ? beginning
          : new Place(Place.NO_ORDER, place.seen().merge(beginning.seen()));
    }
    if (isInOneOrder) {
      return new Place(epoch, VectorClock.of(version));
    }
    return isOutOfTurn() ? place : new Place(Place.NO_ORDER, Versions.saw(place.seen(), turn));
  }
}
