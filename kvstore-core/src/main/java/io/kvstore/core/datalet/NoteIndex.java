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
  private final Map<Bytes, RecordLocation> newest = new LinkedHashMap<>();

  /** Takes note of the newest record of a name. */
  void put(Bytes name, RecordLocation location) {
    RecordLocation before = newest.put(name, location);
    if (before != null) {
      before.segment().release(before.length());
    }
    location.segment().need(location.length());
  }

  /** Whether a record is the newest of its name. */
  boolean isNewest(Bytes name, Segment segment, long offset) {
    RecordLocation location = newest.get(name);
    return location != null && location.isAt(segment, offset);
  }

  void forEach(BiConsumer<Bytes, RecordLocation> visitor) {
    newest.forEach(visitor);
  }
}
