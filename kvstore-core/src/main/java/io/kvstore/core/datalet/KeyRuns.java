package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * What is known of the order of a hash table's keys. To find the first keys of a range, all entries
 * have to be looked at; so many more than were asked for are found at once, and kept for the next
 * pages.
 */
final class KeyRuns {
  private static final int MOST_RUNS = 4; // as many readers each have one
  private static final int PAGES_AHEAD = 16;
  private static final int FEWEST_KEYS = 1 << 10;
  private static final int MOST_KEYS = 1 << 16;

  private final EntryTable entries;
  private final Deque<KeyRun> runs = new ArrayDeque<>(); // the one that was asked for last first

  KeyRuns(EntryTable entries) {
    this.entries = entries;
  }

  /**
   * Keys from one on, in order: those of a page at least, if there are so many before the end. A
   * table that stands still is looked at by any thread.
   */
  synchronized KeyRun covering(Bytes key, Bytes end, int pageSize) {
    for (KeyRun run : runs) {
      if (run.covers(key)) {
        runs.remove(run);
        runs.addFirst(run);
        return run;
      }
    }
    long wanted = Math.max(FEWEST_KEYS, (long) PAGES_AHEAD * pageSize);
    int most = (int) Math.max(pageSize, Math.min(MOST_KEYS, wanted));
    KeyRun run = KeyRun.of(entries, key, end, most);
    if (runs.size() == MOST_RUNS) {
      runs.removeLast();
    }
    runs.addFirst(run);
    return run;
  }

  /** A key came that the table did not have. */
  void added(Bytes key) {
    if (runs.isEmpty()) {
      return;
    }
    for (KeyRun run : runs) {
      if (run.covers(key)) {
        run.add(key);
      }
    }
    runs.removeIf(KeyRun::isCrowded);
  }

  void clear() {
    runs.clear();
  }
}
