package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BiConsumer;

/**
 * Knows for each note which record holds it. A record that forgets a note is needed for as long as
 * the log may have an older one, so it stays, as small as it is.
 */
final class NoteIndex {
  private final Map<Bytes, Place> newest = new LinkedHashMap<>();

  /** Takes note of the newest record of a name. */
  void put(Bytes name, Place place) {
    Place before = newest.put(name, place);
    if (before != null) {
      before.segment().release(before.length());
    }
    place.segment().need(place.length());
  }

  /** Whether a record is the newest of its name. */
  boolean isNewest(Bytes name, Segment segment, long offset) {
    Place place = newest.get(name);
    return place != null && place.isAt(segment, offset);
  }

  void forEach(BiConsumer<Bytes, Place> visitor) {
    newest.forEach(visitor);
  }
}
