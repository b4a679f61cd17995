package io.kvstore.core.engine;

import io.kvstore.WatchPosition.Place;
import io.kvstore.core.engine.ShardEntries.Changed;
import io.kvstore.core.watch.ChangeLog;
import io.kvstore.core.watch.Reader;
import io.kvstore.spi.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What a look at the changes of a shard has found.
 *
 * @param changes in their order; at most a small batch
 * @param place up to where was looked
 * @param whyGone why what comes after is not known any more; empty when it is
 */
public record ChangesRead(List<Changed> changes, Place place, Optional<String> whyGone) {
  /** Nothing, up to a place. */
  public static ChangesRead nothing(Place place) {
    return new ChangesRead(List.of(), place, Optional.empty());
  }

  static ChangesRead of(ChangeLog log, Place after, Range keys) {
    Reader reader = new Reader(keys, after, () -> true);
    List<Reader.Seen> seen = new ArrayList<>();
    Reader.Look look;
    do {
      look = reader.look(log, seen);
    } while (look == Reader.Look.MORE);
    if (look == Reader.Look.GONE) {
      return new ChangesRead(List.of(), after, Optional.of(reader.whyGone()));
    }
    Place upTo = reader.place();
    return new ChangesRead(
        seen.stream()
            .map(each -> new Changed(each.version(), each.changed(), each.place()))
            .toList(),
        upTo == null ? after : upTo,
        Optional.empty());
  }
}
