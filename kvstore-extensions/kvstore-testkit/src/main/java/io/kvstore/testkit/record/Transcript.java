package io.kvstore.testkit.record;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Query;
import io.kvstore.spi.Range;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Transaction.Requirement;
import io.kvstore.spi.Write;
import io.kvstore.testkit.history.Disturbance;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Notes as a history.
 *
 * <table>
 *   <caption>What becomes of an operation</caption>
 *   <tr><td>get</td><td>a read</td></tr>
 *   <tr><td>get of many, scan</td><td>reads at one moment, also of what was not there</td></tr>
 *   <tr><td>put, remove, that took place</td><td>a write or delete that tells what it replaced,
 *       whatever its condition was</td></tr>
 *   <tr><td>append, add</td><td>the same, with what it made</td></tr>
 *   <tr><td>prepend, touch</td><td>a write of what it made</td></tr>
 *   <tr><td>a write whose condition did not hold</td><td>a read</td></tr>
 *   <tr><td>a batch</td><td>writes at one moment</td></tr>
 *   <tr><td>a transaction</td><td>the reads and writes that it did at one moment, and reads of what
 *       it required if that was there</td></tr>
 *   <tr><td>clear</td><td>a delete of every key; below the sequential level one that may have had
 *       no effect, since it is not told which keys were there</td></tr>
 *   <tr><td>a write of unknown outcome</td><td>that write, unknown; on a condition on the value, a
 *       compare-and-set; of a transaction, its writes of either kind at one moment each</td></tr>
 *   <tr><td>a put with a lifetime, touch</td><td>and besides, a delete by no client, for the expiry: it
 *       may happen when a lifetime that begins with the call is over, or at any time where clocks
 *       may be wrong</td></tr>
 *   <tr><td>an eviction</td><td>a delete by no client</td></tr>
 *   <tr><td>count</td><td>nothing</td></tr>
 * </table>
 *
 * <p>A key whose value after an unknown prepend cannot be said is left out altogether.
 */
final class Transcript {
  /** The parts of a batch may have one version, each on its own key. */
  private record Versioned(Bytes key, long version) {}

  private final boolean hasRightClocks;
  private final boolean isOneMoment;
  private final Consistency weakest;
  private final List<Note> notes;
  private final History.Builder history = History.builder();
  private final Values values = history.values();
  private final Texts texts = new Texts();
  private final MentionedKeys keys = new MentionedKeys(texts);
  private final Map<Versioned, Integer> valueOfVersion = new HashMap<>();
  private final List<Eviction> evictions;
  private final Absences absences;
  private final Map<Note, Integer> lastOf = new HashMap<>();
  private int expiryProcess = -1;

  Transcript(Recording recording, Consistency weakest) {
    this.weakest = weakest;
    hasRightClocks = recording.hasRightClocks();
    isOneMoment = recording.shards() == 1;
    notes = recording.notes();
    evictions = recording.evictions();
    absences =
        new Absences(
            recording.disturbances().stream()
                .anyMatch(each -> each.kind() == Disturbance.Kind.CRASH));
  }

  History history() {
    for (Note note : notes) {
      keys.learnFrom(note);
      absences.learnFrom(note);
    }
    evictions.forEach(absences::learnFrom);
    for (Note note : notes) {
      if (!(note.operation instanceof Query) || note.level.isAtLeast(weakest)) {
        write(note);
      }
    }
    evictions.forEach(this::evicted);
    return history.build();
  }

  /**
   * Where there is one order, what was evicted went between the first and the last replica that
   * performed it. Where there is none, a newer write may outdo it, of which nothing is known here.
   */
  private void evicted(Eviction eviction) {
    if (keys.isUnsaid(eviction.key())) {
      return;
    }
    int key = values.of(Texts.text(eviction.key()));
    int row =
        history.invoke(
            expiryProcess--, Kind.DELETE, key, Values.NONE, Values.NONE, eviction.first());
    if (weakest.isAtLeast(Consistency.SEQUENTIAL)) {
      history.ok(row, Values.NONE, eviction.last() + 1);
    }
  }

  // Operations

  private void write(Note note) {
    int first = history.size();
    Answer answer = note.answer;
    if (answer == null) {
      writeUnanswered(note);
    } else if (note.operation instanceof Get get) {
      Found found = (Found) answer;
      read(note, get.key(), found.entry(), found.gone());
    } else if (note.operation instanceof GetMany many) {
      readAll(note, many.keys(), (Listed) answer);
    } else if (note.operation instanceof Range range) {
      readAll(note, keys.in(range, ((Listed) answer).pairs()), (Listed) answer);
    } else if (note.operation instanceof Write write) {
      written(note, write, (Written) answer, true);
    } else if (note.operation instanceof Batch batch) {
      writtenTogether(note, Performed.by(batch, answer));
    } else if (note.operation instanceof Transaction transaction) {
      if (((Transacted) answer).isMet()) {
        transaction.requirements().forEach(each -> required(note, each));
      }
      writtenTogether(note, Performed.by(transaction, answer));
    } else if (note.operation instanceof Clear) {
      cleared(note);
    }
    int end = history.size();
    boolean isTransaction = note.operation instanceof Transaction;
    boolean isAlways = isTransaction || note.operation instanceof Batch; // of one shard
    if ((isOneMoment || isAlways) && !(isTransaction && answer == null)) {
      together(first);
    }
    boolean mayExpire = end > first || (answer == null && note.mayHaveHappened()); // touched
    for (Write write : mayExpire ? Performed.writesOf(note) : List.<Write>of()) {
      writeExpiry(note, write);
    }
    if (end > first) {
      lastOf.put(note, end - 1);
      Integer followed = note.follows == null ? null : lastOf.get(note.follows);
      if (followed != null) {
        history.follows(first, followed);
      }
    }
  }

  private void together(int first) {
    if (history.size() - first > 1) {
      history.together(first);
    }
  }

  private void readAll(Note note, List<Bytes> asked, Listed found) {
    Map<Bytes, Entry> entries = new HashMap<>();
    found.pairs().forEach(pair -> entries.put(pair.key(), pair.entry()));
    new TreeSet<>(asked).forEach(key -> read(note, key, entries.get(key), found.gone(key)));
  }

  private void read(Note note, Bytes key, @Nullable Entry entry, long gone) {
    int row = ok(note, Kind.READ, key, Values.NONE, number(key, entry));
    version(row, key, versionSeen(note, key, entry, gone), number(key, entry));
  }

  /** A touch gives what is there another version: where there may have been one, none is known. */
  private long versionSeen(Note note, Bytes key, @Nullable Entry entry, long gone) {
    if (keys.mayBeTouched(key)) {
      return Values.NONE;
    }
    return entry == null ? absences.versionOf(key, gone, note.returned) : entry.version();
  }

  private void written(Note note, Write write, Written written, boolean isLast) {
    Bytes key = write.key();
    Entry replaced = written.before();
    Entry after = written.after();
    if (!written.isApplied()) {
      read(note, key, replaced, written.goneBefore());
      return;
    }
    int valueBefore = number(key, replaced);
    Change change = write.change();
    int row;
    if (after == null) {
      row = ok(note, Kind.DELETE, key, Values.NONE, valueBefore);
    } else if (change instanceof Change.Append append) {
      int tail = values.of(texts.value(key, append.tail()));
      row = ok(note, Kind.APPEND, key, tail, number(key, after));
    } else if (change instanceof Change.Add add) {
      row = ok(note, Kind.ADD, key, values.of(add.delta()), number(key, after));
    } else {
      row = ok(note, Kind.WRITE, key, number(key, after), valueBefore);
    }
    if (row == Values.NONE) {
      return;
    }
    history.replaced(row, versionSeen(note, key, replaced, written.goneBefore()));
    if (after != null) {
      version(row, key, after.version(), number(key, after));
    } else if (replaced != null && isLast) {
      version(row, key, written.goneAfter(), Values.NIL);
    }
  }

  /** All writes have one version: what is removed and then written has none. */
  private void writtenTogether(Note note, List<Performed> parts) {
    for (int i = 0; i < parts.size(); i++) {
      Performed part = parts.get(i);
      if (part.answer() instanceof Written written) {
        written(note, (Write) part.step(), written, Performed.isLastOfKey(parts, i));
      } else if (Performed.isOfWrittenKey(parts, i)) {
        Entry entry = ((Found) part.answer()).entry();
        ok(note, Kind.READ, part.key(), Values.NONE, number(part.key(), entry));
      } else {
        Found found = (Found) part.answer();
        read(note, part.key(), found.entry(), found.gone());
      }
    }
  }

  /** What was required is read, too, where it is a value. */
  private void required(Note note, Requirement requirement) {
    int value = expected(requirement.key(), requirement.condition());
    if (value != Values.NONE) {
      ok(note, Kind.READ, requirement.key(), Values.NONE, value);
    }
  }

  /**
   * It is not told which keys were there. Where there is one order, the others are as if they had
   * been removed; where there is none, that would outdate what made them absent.
   */
  private void cleared(Note note) {
    boolean hasOneOrder = weakest.isAtLeast(Consistency.SEQUENTIAL);
    for (Bytes key : keys.all()) {
      if (hasOneOrder) {
        ok(note, Kind.DELETE, key, Values.NONE, Values.NONE);
      } else {
        begin(note, Kind.DELETE, key, Values.NONE, Values.NONE);
      }
    }
  }

  private void writeUnanswered(Note note) {
    if (note.operation instanceof Get get) {
      unanswered(note, Kind.READ, get.key(), Values.NONE, Values.NONE);
    } else if (note.operation instanceof Clear) {
      keys.all().forEach(key -> unanswered(note, Kind.DELETE, key, Values.NONE, Values.NONE));
    } else if (note.operation instanceof Transaction transaction) {
      int first = history.size();
      Performed.conditional(transaction).forEach(write -> writeUnanswered(note, write));
      together(first);
      int second = history.size();
      Performed.writesIn(transaction.otherwise()).forEach(write -> writeUnanswered(note, write));
      together(second);
    } else {
      Performed.writesOf(note.operation).forEach(write -> writeUnanswered(note, write));
    }
  }

  private void writeUnanswered(Note note, Write write) {
    Bytes key = write.key();
    Change change = write.change();
    if (change instanceof Change.Put put) {
      int value = values.of(texts.value(key, put.value()));
      int expected = expected(key, write.condition());
      Kind kind = expected == Values.NONE ? Kind.WRITE : Kind.CAS;
      unanswered(note, kind, key, value, expected);
    } else if (change instanceof Change.Remove) {
      unanswered(note, Kind.DELETE, key, Values.NONE, Values.NONE);
    } else if (change instanceof Change.Append append) {
      unanswered(note, Kind.APPEND, key, values.of(texts.value(key, append.tail())), Values.NONE);
    } else if (change instanceof Change.Add add) {
      unanswered(note, Kind.ADD, key, values.of(add.delta()), Values.NONE);
    }
  }

  /** The value that a condition asks for, if it is known. */
  private int expected(Bytes key, Condition condition) {
    if (condition instanceof Condition.Absent) {
      return Values.NIL;
    }
    if (condition instanceof Condition.ValueIs is) {
      return values.of(texts.value(key, is.value()));
    }
    if (condition instanceof Condition.VersionIs is) {
      return valueOfVersion.getOrDefault(new Versioned(key, is.version()), Values.NONE);
    }
    return Values.NONE;
  }

  /** What lives for a while goes away after that; if clocks are wrong, by any amount, any time. */
  private void writeExpiry(Note note, Write write) {
    long lasting = Lifetime.of(write);
    if (lasting != Change.FOREVER && !keys.isUnsaid(write.key())) {
      int key = values.of(Texts.text(write.key()));
      long from = hasRightClocks ? Lifetime.leastEnd(note.invoked, lasting) : note.invoked;
      history.invoke(expiryProcess--, Kind.DELETE, key, Values.NONE, Values.NONE, from);
    }
  }

  // Rows

  private int ok(Note note, Kind kind, Bytes key, int argument, int result) {
    int row = begin(note, kind, key, argument, Values.NONE);
    if (row != Values.NONE) {
      history.ok(row, result, note.returned);
      if (note.position != Values.NONE) {
        history.position(row, note.position);
      }
    }
    return row;
  }

  private void unanswered(Note note, Kind kind, Bytes key, int argument, int expected) {
    int row = begin(note, kind, key, argument, expected);
    boolean isKnown = kind == Kind.READ || !note.mayHaveHappened();
    if (row != Values.NONE && note.ended && isKnown) {
      history.fail(row, note.returned);
    }
  }

  private int begin(Note note, Kind kind, Bytes key, int argument, int expected) {
    if (keys.isUnsaid(key)) {
      return Values.NONE;
    }
    int row =
        history.invoke(
            note.process, kind, values.of(Texts.text(key)), argument, expected, note.invoked);
    if (note.node != null) {
      history.node(row, note.node.number());
    }
    return row;
  }

  private void version(int row, Bytes key, long version, int value) {
    if (row != Values.NONE && version != Values.NONE) {
      history.version(row, version);
      if (value != Values.NIL) {
        valueOfVersion.put(new Versioned(key, version), value);
      }
    }
  }

  private int number(Bytes key, @Nullable Entry entry) {
    return entry == null || entry.value() == null
        ? Values.NIL
        : values.of(texts.value(key, requireNonNull(entry.value())));
  }
}
