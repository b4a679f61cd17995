package io.kvstore.testkit.record;

import io.kvstore.Bytes;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Change;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Range;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The keys that operations and answers name, and those of which not all can be said. */
final class MentionedKeys {
  private final Texts texts;
  private final TreeSet<Bytes> keys = new TreeSet<>();
  private final Set<Bytes> unsaid = new HashSet<>();
  private final Set<Bytes> touched = new HashSet<>();

  /**
   * None yet.
   *
   * @param texts learns the values that are written
   */
  MentionedKeys(Texts texts) {
    this.texts = texts;
  }

  void learnFrom(Note note) {
    Operation operation = note.operation;
    if (operation instanceof Get get) {
      keys.add(get.key());
    } else if (operation instanceof GetMany many) {
      keys.addAll(many.keys());
    } else {
      if (operation instanceof Transaction transaction) {
        transaction.keys().forEach(keys::add);
      }
      Performed.writesOf(operation).forEach(write -> learnFrom(note, write));
    }
    if (note.answer instanceof Listed listed) {
      listed.pairs().forEach(pair -> keys.add(pair.key()));
    }
  }

  private void learnFrom(Note note, Write write) {
    keys.add(write.key());
    texts.learnFrom(write.key(), write.change());
    boolean isUnknown = note.answer == null && note.mayHaveHappened();
    if (isUnknown && write.change() instanceof Change.Prepend) {
      unsaid.add(write.key());
    } else if (isUnknown && write.change() instanceof Change.Touch) {
      touched.add(write.key());
    }
  }

  /** All of them, in their order. */
  Set<Bytes> all() {
    return keys;
  }

  /** Whether the value of this key cannot be said. */
  boolean isUnsaid(Bytes key) {
    return unsaid.contains(key);
  }

  /** Whether the entry of this key may have got another version by a touch. */
  boolean mayBeTouched(Bytes key) {
    return touched.contains(key);
  }

  /** Those that a scan would have shown if they had been there. */
  List<Bytes> in(Range range, List<Pair> found) {
    boolean isCutOff = found.size() >= range.limit();
    Bytes last = isCutOff && !found.isEmpty() ? found.get(found.size() - 1).key() : null;
    List<Bytes> within = new ArrayList<>();
    for (Bytes key : keys.tailSet(range.from())) {
      boolean isWithin = range.to().isEmpty() || key.compareTo(range.to()) < 0;
      if (isWithin && (!isCutOff || (last != null && key.compareTo(last) <= 0))) {
        within.add(key);
      }
    }
    return within;
  }
}
