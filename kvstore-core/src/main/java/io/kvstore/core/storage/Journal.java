package io.kvstore.core.storage;

import io.kvstore.Bytes;
import io.kvstore.core.spi.DurableDatalet;
import io.kvstore.core.spi.DurableState;
import io.kvstore.core.spi.DurableState.KeptAnswer;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.storage.NoteFormat.Installed;
import io.kvstore.core.storage.NoteFormat.Performed;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Notes beside the entries of a durable datalet how far they are, and what clients were answered:
 * each in the group of the write that it belongs to.
 *
 * <p>A client's last answer says its position as well. So one note for each operation is enough,
 * and the highest position in any of them is how far the replica is.
 */
final class Journal {
  private static final Bytes INSTALLED = Bytes.of("installed");
  private static final Bytes COLLECTED = Bytes.of("collected");
  private static final Bytes BROUGHT = Bytes.of("brought");
  private static final String CLIENT = "client ";

  private final DurableDatalet datalet;
  private final long run;
  private final Set<Integer> clients = new TreeSet<>(); // of which there is a note
  private final DurableState kept;
  private long epoch;
  private long position;
  private long time = Long.MIN_VALUE;
  private VectorClock collected = VectorClock.ZERO;
  private long broughtFor; // an epoch
  private boolean isBroughtForNext;
  private int depth; // groups within groups are part of the outermost

  /** Over this datalet, in this run of the store. */
  Journal(DurableDatalet datalet, long run) {
    this.datalet = datalet;
    this.run = run;
    List<KeptAnswer> answers = new ArrayList<>();
    datalet.forEachNote(
        (name, text) -> {
          if (name.equals(INSTALLED)) {
            Installed last = NoteFormat.installed(text);
            epoch = last.epoch();
            raise(last.position(), last.time());
          } else if (name.equals(COLLECTED)) {
            collected = NoteFormat.clock(text);
          } else if (name.equals(BROUGHT)) {
            broughtFor = NoteFormat.clock(text).get(0);
          } else {
            Performed last = NoteFormat.performed(text);
            clients.add(last.answer().client());
            raise(last.answer().position(), last.time());
            if (last.run() == run && last.answer().client() != Ordered.NO_CLIENT) {
              answers.add(last.answer());
            }
          }
        });
    kept = new DurableState(epoch, List.copyOf(answers), VectorClock.ZERO);
  }

  private void raise(long otherPosition, long otherTime) {
    position = Math.max(position, otherPosition);
    time = Math.max(time, otherTime);
  }

  /** What was there when the datalet was opened. */
  DurableState durableState() {
    return kept;
  }

  /** The position of the last operation of which there was a note when the datalet was opened. */
  long position() {
    return position;
  }

  /** Its time. */
  long time() {
    return time;
  }

  /** Up to which version of each member's tombstones had been collected when it was opened. */
  VectorClock collected() {
    return collected;
  }

  /**
   * The epoch of the last view for which others have brought what was written before, 0 if none
   * has: views before it may have begun here without that.
   */
  long broughtFor() {
    return broughtFor;
  }

  /** What follows comes back as a whole or not at all, where anything comes back. */
  static void beginIn(@Nullable Journal journal) {
    if (journal != null) {
      journal.begin();
    }
  }

  /** All of that was done. */
  static void commitIn(@Nullable Journal journal) {
    if (journal != null) {
      journal.commit();
    }
  }

  void begin() {
    if (depth++ == 0) {
      datalet.begin();
    }
  }

  void commit() {
    if (--depth == 0) {
      datalet.commit();
    }
  }

  /**
   * An operation was performed. What a query was answered need not be kept: it can be asked again.
   */
  void performed(Ordered ordered, Answer answer) {
    if (!(ordered.operation() instanceof Query)) {
      remember(
          new KeptAnswer(ordered.client(), ordered.sequence(), ordered.position(), answer),
          ordered.time());
    }
  }

  private void remember(KeptAnswer answer, long ofTime) {
    clients.add(answer.client());
    datalet.note(nameOf(answer.client()), NoteFormat.of(new Performed(run, ofTime, answer)));
  }

  /** The replica has taken its place in a view, with everything up to a position. */
  void installed(long ofEpoch, long upTo, long ofTime) {
    if (isBroughtForNext && ofEpoch > epoch) {
      noteBroughtFor(ofEpoch);
      isBroughtForNext = false;
    }
    epoch = ofEpoch;
    datalet.note(INSTALLED, NoteFormat.of(new Installed(ofEpoch, upTo, ofTime)));
  }

  /** Others have brought what was written before the view that is here, or comes next. */
  void brought() {
    noteBroughtFor(epoch + 1);
    isBroughtForNext = true;
  }

  private void noteBroughtFor(long ofEpoch) {
    if (ofEpoch > broughtFor) {
      broughtFor = ofEpoch;
      datalet.note(BROUGHT, NoteFormat.of(VectorClock.of(ofEpoch)));
    }
  }

  /** Tombstones up to these versions were collected, here or where entries came from. */
  void collected(VectorClock upTo) {
    if (!upTo.equals(collected)) {
      collected = upTo;
      begin();
      datalet.note(COLLECTED, NoteFormat.of(upTo));
      commit();
    }
  }

  /** An order begins after this position, which is not to be given again after a crash. */
  void goesOnAfter(long upTo, long ofTime) {
    begin();
    installed(epoch, upTo, ofTime);
    commit();
  }

  /** All entries were replaced by those of a member that was so far. */
  void replaced(long upTo, long ofTime, List<KeptAnswer> answers) {
    for (int client : clients) {
      datalet.note(nameOf(client), Bytes.EMPTY);
    }
    clients.clear();
    answers.forEach(answer -> remember(answer, Long.MIN_VALUE));
    installed(epoch, upTo, ofTime);
  }

  private static Bytes nameOf(int client) {
    return Bytes.of(CLIENT + client);
  }
}
