package io.kvstore.core.watch;

import io.kvstore.WatchPosition.Place;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * After which positions of a group's one order its last epochs began, as far as one replica knows:
 * what an epoch has ordered after the beginning of the next one, the group has gone on without.
 */
final class Beginnings {
  private static final int LIMIT = 256;

  private final TreeMap<Long, Long> positions = new TreeMap<>(); // by epoch
  private SortedMap<Long, Long> told = Collections.emptySortedMap(); // counts when a view begins
  private long forgotten = -1; // epochs up to this one are not in there any more

  /** What the group knows, also of epochs in which this replica took no part. */
  void tell(SortedMap<Long, Long> starts) {
    told = starts;
  }

  /** An epoch begins after this position, unless the group knows better. */
  void begin(long epoch, long position) {
    positions.put(epoch, position);
    positions.putAll(told);
    told = Collections.emptySortedMap();
    while (positions.size() > LIMIT) {
      forgotten = positions.pollFirstEntry().getKey();
    }
  }

  /** Whether what comes now comes after this place, as far as that is known. */
  boolean leadOnFrom(Place place) {
    Map.Entry<Long, Long> next = positions.higherEntry(place.epoch());
    return place.epoch() >= forgotten && (next == null || place.position() <= next.getValue());
  }
}
