package io.kvstore.core.storage;

import io.kvstore.Bytes;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Absent;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import java.util.ArrayList;
import java.util.List;

/** A list of entries that is being made, as of a time. */
final class Listing {
  private static final int MOST_TOMBSTONES = 1_000; // else nothing is told of absent keys

  private final AbsentKeys absent;
  private final long asOf;
  private final List<Pair> visible;
  private List<Pair> tombstones = List.of(); // mostly there are none
  private boolean hasTooMany;

  /**
   * An empty list.
   *
   * @param size how many entries are expected
   * @param absent what is known of keys that are not found
   */
  Listing(int size, AbsentKeys absent, long asOf) {
    this.absent = absent;
    this.asOf = asOf;
    visible = new ArrayList<>(size);
  }

  /** Adds what is held under a key. */
  void add(Bytes key, Entry entry) {
    if (entry.isVisibleAt(asOf)) {
      visible.add(new Pair(key, entry));
      return;
    }
    hasTooMany |= tombstones.size() == MOST_TOMBSTONES;
    if (hasTooMany) {
      tombstones = List.of();
      return;
    }
    tombstones = tombstones.isEmpty() ? new ArrayList<>() : tombstones;
    tombstones.add(new Pair(key, Entry.tombstone(entry.version(), entry.context())));
  }

  /** How many entries a client sees. */
  int size() {
    return visible.size();
  }

  Listed listed() {
    Entry settled = absent.settled();
    if (hasTooMany || (settled == null && tombstones.isEmpty())) {
      return new Listed(visible);
    }
    return new Listed(
        visible, new Known(tombstones, settled == null ? Answer.UNKNOWN : settled.version()));
  }

  /**
   * What is known of the keys of one replica.
   *
   * @param settled the version up to which its tombstones were forgotten
   */
  private record Known(List<Pair> tombstones, long settled) implements Absent {
    @Override
    public long gone(Bytes key) {
      for (Pair each : tombstones) {
        if (each.key().equals(key)) {
          return each.entry().version();
        }
      }
      return settled;
    }
  }
}
