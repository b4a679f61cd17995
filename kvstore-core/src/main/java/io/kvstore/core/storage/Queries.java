package io.kvstore.core.storage;

import io.kvstore.Bytes;
import io.kvstore.core.eviction.Evictor;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Count;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Query;
import io.kvstore.spi.Range;
import org.jspecify.annotations.Nullable;

/** What the entries of a replica answer to queries. */
final class Queries {
  private final IndexedEntries entries;

  Queries(IndexedEntries entries) {
    this.entries = entries;
  }

  /** The answer to a query as of a time. */
  Answer answer(Query query, long asOf) {
    if (query instanceof Get get) {
      Entry stored = entries.absent().stored(entries.get(get.key()), asOf);
      Found found = stored == null ? Found.NOTHING : new Found(stored);
      Evictor evictor = entries.evictor();
      if (evictor != null) {
        evictor.read(get.key(), found.entry() != null);
      }
      return found;
    }
    if (query instanceof GetMany many) {
      return many(many, asOf).listed();
    }
    if (query instanceof Range range) {
      return list(range, asOf).listed();
    }
    if (query instanceof Count) {
      return entries.count(asOf);
    }
    throw new AssertionError("no such query: " + query);
  }

  private Listing many(GetMany many, long asOf) {
    Listing listing = new Listing(many.keys().size(), entries.absent(), asOf);
    Evictor evictor = entries.evictor();
    for (Bytes key : many.keys()) {
      Entry entry = entries.get(key);
      if (entry != null) {
        listing.add(key, entry);
      }
      if (evictor != null) {
        evictor.read(key, entry != null && entry.isVisibleAt(asOf));
      }
    }
    return listing;
  }

  /** What is in a range as of a time. */
  private Listing list(Range range, long asOf) {
    Listing found = new Listing(0, entries.absent(), asOf);
    Bytes next = range.from();
    while (next != null && (range.to().isEmpty() || next.compareTo(range.to()) < 0)) {
      next = list(next, range, found);
    }
    return found;
  }

  /** Adds what is visible of the next entries; from where to go on if that was not enough. */
  private @Nullable Bytes list(Bytes from, Range range, Listing found) {
    int wanted = range.limit() - found.size();
    int[] shown = {0};
    Bytes[] last = {from};
    entries
        .datalet()
        .scan(
            from,
            range.to(),
            wanted,
            (key, entry) -> {
              shown[0]++;
              last[0] = key;
              found.add(key, entry);
              return true;
            });
    boolean goesOn = shown[0] == wanted && found.size() < range.limit();
    return goesOn ? last[0].concat(Bytes.of((byte) 0)) : null;
  }
}
