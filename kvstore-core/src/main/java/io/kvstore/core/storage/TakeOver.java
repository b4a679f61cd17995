package io.kvstore.core.storage;

import io.kvstore.Bytes;
import io.kvstore.core.spi.RemoteEntries;
import io.kvstore.core.watch.ChangeLog;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Takes over entries of other members: those that are newer, or all instead of what is here. */
final class TakeOver {
  private final IndexedEntries entries;
  private final Copies copies;
  private final ChangeLog log;
  private final @Nullable Journal journal;
  private boolean isNews; // some of what is being taken over

  TakeOver(IndexedEntries entries, Copies copies, ChangeLog log, @Nullable Journal journal) {
    this.entries = entries;
    this.copies = copies;
    this.log = log;
    this.journal = journal;
  }

  /**
   * Takes over of copies what is newer.
   *
   * @param isBlank whether nothing is here, and none has to know of what comes
   */
  void mergeCopies(List<Pair> pairs, boolean isBlank) {
    if (pairs instanceof RemoteEntries copy) {
      if (!copies.wereHere(copy)) {
        copies.inParts(copy, this::mergeCopies);
      }
    } else if (!(pairs instanceof StillEntries others)) {
      mergeCopies(pairs);
    } else if (!isBlank || !others.copyTo(entries)) {
      mergeCopies(others.newsFor(entries));
    }
  }

  private void mergeCopies(List<Pair> pairs) {
    mergeEach(ChangeLog.OUT_OF_TURN, pairs);
    for (Pair pair : pairs) {
      log.sawCopy(pair.entry().version());
    }
  }

  /** Takes over what an operation of another member has changed, where it is newer. */
  void mergeUpdate(long turn, List<Pair> pairs) {
    mergeEach(turn, pairs);
    log.saw(turn);
  }

  private void mergeEach(long turn, List<Pair> pairs) {
    isNews = false;
    if (log.isOn()) {
      entries.asOne(() -> mergeAndLog(turn, pairs));
    } else if (pairs.size() == 1) {
      putIfNewer(pairs.get(0));
    } else {
      entries.asOne(() -> pairs.forEach(this::putIfNewer));
    }
    boolean isLate = turn == ChangeLog.OUT_OF_TURN || log.seen().hasSeen(turn);
    if (journal != null && isNews && isLate) {
      journal.brought();
    }
  }

  /** Answers what stood there before. */
  private @Nullable Entry putIfNewer(Pair pair) {
    Entry before = entries.putIfNewer(pair.key(), pair.entry());
    isNews |= isNewer(pair, before);
    return before;
  }

  private static boolean isNewer(Pair pair, @Nullable Entry before) {
    return before == null || before.version() < pair.entry().version();
  }

  private void mergeAndLog(long turn, List<Pair> pairs) {
    List<Pair> changed = new ArrayList<>(pairs.size());
    Set<Bytes> empty = new TreeSet<>();
    for (Pair pair : pairs) {
      Entry before = putIfNewer(pair);
      if (isNewer(pair, before)) {
        changed.add(pair);
        if (pair.entry().isTombstone() && (before == null || before.isTombstone())) {
          empty.add(pair.key());
        }
      }
    }
    log.addMerged(turn, changed, empty);
  }

  /** Refuses what cannot be had: that must be known before anything is thrown away. */
  void require(List<Pair> pairs) {
    if (pairs instanceof RemoteEntries copy) {
      if (!copies.areHere(copy)) {
        copies.require(copy);
      }
    } else if (!pairs.isEmpty()) {
      pairs.get(0);
    }
  }

  /** Makes these the only entries if the datalet can do that at once; tells whether. */
  boolean replaceAtOnce(List<Pair> pairs) {
    return pairs instanceof StillEntries still && still.copyTo(entries);
  }

  /** Makes these the only entries. */
  void replace(List<Pair> pairs) {
    if (!(pairs instanceof RemoteEntries copy)) {
      entries.clear();
      putEach(pairs);
    } else if (!copies.areHere(copy)) {
      entries.clear();
      copies.inParts(copy, this::putEach);
    }
  }

  private void putEach(List<Pair> pairs) {
    pairs.forEach(pair -> entries.put(pair.key(), pair.entry()));
  }
}
