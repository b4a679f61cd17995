package io.kvstore.core.watch;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.spi.Answer.Pair;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The records of a log, numbered without end, of which the first are forgotten one by one. */
final class RecentChanges {
  private static final int FIRST_CAPACITY = 64; // a power of two

  private @Nullable ChangeRecord[] ring = new @Nullable ChangeRecord[0];
  private long first;
  private long next;
  private int changes;
  private long bytes;

  long first() {
    return first;
  }

  long next() {
    return next;
  }

  boolean isEmpty() {
    return first == next;
  }

  ChangeRecord at(long number) {
    return requireNonNull(ring[slot(number)]);
  }

  void append(ChangeRecord told) {
    if (next - first == ring.length) {
      grow();
    }
    ring[slot(next)] = told;
    next++;
    changes += told.changed().size();
    bytes += told.bytes();
  }

  private void grow() {
    int capacity = Math.max(FIRST_CAPACITY, ring.length * 2);
    @Nullable ChangeRecord[] larger = new @Nullable ChangeRecord[capacity];
    for (long i = first; i < next; i++) {
      larger[(int) (i & (larger.length - 1))] = ring[slot(i)];
    }
    ring = larger;
  }

  private int slot(long number) {
    return (int) (number & (ring.length - 1));
  }

  /** Whether there are more changes than this, or more bytes, and one can be forgotten. */
  boolean areMoreThan(int changesLimit, long bytesLimit) {
    return (changes > changesLimit || bytes > bytesLimit) && first < next - 1;
  }

  ChangeRecord removeFirst() {
    ChangeRecord told = at(first);
    ring[slot(first)] = null;
    first++;
    changes -= told.changed().size();
    bytes -= told.bytes();
    return told;
  }

  /** Of each key there is only what the newest record has of it. */
  void dropWhatIsOutdated() {
    Map<Bytes, Long> newest = new HashMap<>();
    for (long number = first; number < next; number++) {
      ChangeRecord told = at(number);
      told.changed().forEach(pair -> newest.merge(pair.key(), told.version(), Math::max));
    }
    for (long number = first; number < next; number++) {
      ChangeRecord told = at(number);
      List<Pair> left =
          told.changed().stream()
              .filter(pair -> told.version() >= newest.getOrDefault(pair.key(), told.version()))
              .toList();
      if (left.size() < told.changed().size()) {
        replace(number, told.with(left));
      }
    }
  }

  private void replace(long number, ChangeRecord smaller) {
    ChangeRecord told = at(number);
    ring[slot(number)] = smaller;
    changes -= told.changed().size() - smaller.changed().size();
    bytes -= told.bytes() - smaller.bytes();
  }
}
