package io.kvstore.testkit.record;

import io.kvstore.Bytes;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Write;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Values;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What has made keys absent, by versions: a removal, or the end of a lifetime.
 *
 * <p>A store tells of a key that it does not find the version of its removal or of the entry that
 * has expired; once it has forgotten that, a version up to which it knows all writes. The second is
 * as good as the first where the versions of all writes are known that may have made the key
 * absent, and no crash may have taken the last of them away.
 */
final class Absences {
  /** The writes of one key. */
  private static final class Writes {
    /** By version: whether it leaves the key absent, at once or when it has expired. */
    final TreeMap<Long, Boolean> mayEnd = new TreeMap<>();

    /** When the first was asked for that may leave the key absent, and has no known version. */
    long untold = Long.MAX_VALUE;
  }

  private final Map<Bytes, Writes> byKey = new HashMap<>();
  private final boolean mayHaveLost; // writes with the only node that had them
  private long cleared = Long.MAX_VALUE; // when all was first asked to be removed

  Absences(boolean mayHaveLost) {
    this.mayHaveLost = mayHaveLost;
  }

  /** Learns the versions of writes from a note. What follows is asked when all are learned. */
  void learnFrom(Note note) {
    if (note.operation instanceof Clear) {
      cleared = Math.min(cleared, note.invoked);
    } else if (note.answer == null) {
      if (note.mayHaveHappened()) {
        Performed.writesOf(note.operation).forEach(write -> learnFromUnknown(note, write));
      }
    } else if (note.answer instanceof Listed listed) {
      listed.pairs().forEach(pair -> learn(pair.key(), pair.entry()));
    } else {
      Performed.by(note.operation, note.answer).forEach(part -> learnFrom(note, part));
    }
  }

  private void learnFrom(Note note, Performed part) {
    if (part.answer() instanceof Found found) {
      learn(part.key(), found.stored());
    } else {
      learnFrom(note, (Write) part.step(), (Written) part.answer());
    }
  }

  private void learnFromUnknown(Note note, Write write) {
    boolean isPut = write.change() instanceof Change.Put;
    if (!isPut || Lifetime.of(write) != Change.FOREVER) {
      Writes writes = of(write.key());
      writes.untold = Math.min(writes.untold, note.invoked);
    }
  }

  private void learnFrom(Note note, Write write, Written written) {
    learn(write.key(), written.before());
    learn(write.key(), written.after());
    if (written.isApplied() && written.before() != null && written.after() == null) {
      Writes writes = of(write.key());
      if (written.goneAfter() == Answer.UNKNOWN) {
        writes.untold = Math.min(writes.untold, note.invoked);
      } else {
        writes.mayEnd.put(written.goneAfter(), true);
      }
    }
  }

  private void learn(Bytes key, @Nullable Entry entry) {
    if (entry != null && !entry.isTombstone()) {
      of(key).mayEnd.putIfAbsent(entry.version(), entry.expiresAt() != Entry.NEVER);
    }
  }

  /** Where members write independently, an eviction may leave a key absent that others know of. */
  void learnFrom(Eviction eviction) {
    Writes writes = of(eviction.key());
    writes.untold = Math.min(writes.untold, eviction.first());
  }

  private Writes of(Bytes key) {
    return byKey.computeIfAbsent(key, first -> new Writes());
  }

  /**
   * The version of what made a key absent: of its removal, or of the entry that has expired; {@link
   * History#NEVER_WRITTEN} if nothing did; {@link Values#NONE} if that is not known.
   *
   * @param gone what the store tells of it
   * @param until when it told
   */
  long versionOf(Bytes key, long gone, long until) {
    Writes writes = byKey.getOrDefault(key, new Writes());
    if (gone == Answer.UNKNOWN || writes.mayEnd.getOrDefault(gone, false)) {
      return gone == Answer.UNKNOWN ? Values.NONE : gone;
    }
    if (Math.min(writes.untold, cleared) <= until) {
      return Values.NONE;
    }
    Map.Entry<Long, Boolean> last = writes.mayEnd.floorEntry(gone);
    if (last == null) {
      return History.NEVER_WRITTEN;
    }
    return last.getValue() && !mayHaveLost ? last.getKey() : Values.NONE;
  }
}
