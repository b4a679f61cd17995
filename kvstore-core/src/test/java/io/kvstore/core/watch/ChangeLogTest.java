package io.kvstore.core.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Limits;
import io.kvstore.core.replication.LamportClock;
import io.kvstore.core.watch.ChangeLog.Watcher;
import io.kvstore.core.watch.Reader.Look;
import io.kvstore.core.watch.Reader.Seen;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Range;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** What a reader is told of a log whose group moves between one order and many. */
final class ChangeLogTest {
  private static final int MEMBERS = 3;
  private static final boolean IN_ONE_ORDER = true;
  private static final Bytes KEY = Bytes.of("k");

  private final ChangeLog log = new ChangeLog(!IN_ONE_ORDER, Limits.DEFAULT);
  private final Reader reader =
      new Reader(new Range(Bytes.EMPTY, Bytes.EMPTY, Integer.MAX_VALUE), null, () -> true);
  private final List<Seen> found = new ArrayList<>();

  @Test
  void aReaderGoesOnThroughAnOrderThatIsWhollyInTheLog() {
    beginWatching();
    beginEpoch(2, IN_ONE_ORDER);
    long second = change(2, 1, IN_ONE_ORDER);
    beginEpoch(3, !IN_ONE_ORDER);
    long third = change(3, 1, !IN_ONE_ORDER);

    assertThat(look()).isEqualTo(Look.FOUND);
    assertThat(found).extracting(Seen::version).containsExactly(second, third);
  }

  @Test
  void aReaderIsToldThatWhatAnOrderDidIsGoneWhenTheMemberHasCaughtUpByACopy() {
    beginWatching();
    beginEpoch(2, IN_ONE_ORDER);
    change(2, 1, IN_ONE_ORDER);
    log.replaced(start(2));
    log.performs(start(2) + 5);
    beginEpoch(3, !IN_ONE_ORDER);
    change(3, 1, !IN_ONE_ORDER);

    assertThat(look()).isEqualTo(Look.GONE);
  }

  @Test
  void aReaderIsToldTheSameWhenTheMemberHasTakenNoPartInTheOrderBeforeItGotTheCopy() {
    beginWatching();
    log.replaced(start(2));
    assertThat(look()).isEqualTo(Look.NOTHING);
    beginEpoch(3, !IN_ONE_ORDER);
    change(3, 1, !IN_ONE_ORDER);

    assertThat(look()).isEqualTo(Look.GONE);
  }

  @Test
  void aReaderIsToldThatChangesAreGoneWhichBelongToAViewThatHasNeverBegunThere() {
    beginWatching();
    log.performs(start(2) + 1);
    beginEpoch(3, !IN_ONE_ORDER);
    change(3, 1, !IN_ONE_ORDER);

    assertThat(look()).isEqualTo(Look.GONE);
  }

  @Test
  void aReaderIsToldThatChangesAreGoneAsSoonAsACopyHasCome() {
    ChangeLog ordered = watchedInOneOrder();
    boolean[] isWoken = new boolean[1];
    ordered.await(
        new Watcher() {
          @Override
          public void onNews() {
            isWoken[0] = true;
          }

          @Override
          public void onEnd() {}
        });
    ordered.replaced(5);
    assertThat(isWoken[0]).isFalse();
    ordered.publish();

    assertThat(isWoken[0]).isTrue();
    assertThat(reader.look(ordered, found)).isEqualTo(Look.GONE);
  }

  @Test
  void aReaderThatWaitedAtAnEmptyMemberIsToldThatAllWasLostAsSoonAsTheFirstViewBegins() {
    beginWatching();
    change(1, 1, !IN_ONE_ORDER);
    assertThat(look()).isEqualTo(Look.FOUND);
    ChangeLog empty = new ChangeLog(!IN_ONE_ORDER, Limits.DEFAULT);
    empty.begin();
    assertThat(reader.look(empty, found)).isEqualTo(Look.NOTHING);
    List<Look> looks = new ArrayList<>();
    empty.await(
        new Watcher() {
          @Override
          public void onNews() {
            looks.add(reader.look(empty, found));
          }

          @Override
          public void onEnd() {}
        });
    empty.lostAllUpTo(start(2), MEMBERS);
    empty.beginEpoch(2, !IN_ONE_ORDER, start(2), MEMBERS);

    assertThat(looks).containsExactly(Look.GONE);
  }

  @Test
  void aReaderGoesOnAtAMemberThatHasBegunSinceAllWasLost() {
    log.begin();
    log.lostAllUpTo(start(2), MEMBERS);
    beginEpoch(2, !IN_ONE_ORDER);
    assertThat(look()).isEqualTo(Look.NOTHING);
    log.lostAllUpTo(start(3), MEMBERS); // in a view after the first one
    beginEpoch(3, !IN_ONE_ORDER);

    assertThat(look()).isEqualTo(Look.NOTHING);
  }

  @Test
  void aReaderIsToldThatTheGroupHasGoneOnWithoutWhatItReadThoughACopyEndsAtTheVerySamePosition() {
    assertThat(lookAfterACopyOf(new TreeMap<>(Map.of(1L, 0L, 2L, 4L, 3L, 6L))))
        .isEqualTo(Look.GONE);
  }

  @Test
  void aReaderGoesOnAfterACopyOfWhatItHasReadItselfAlsoWhereAnEpochBeganWithoutTheMember() {
    assertThat(lookAfterACopyOf(new TreeMap<>(Map.of(1L, 0L, 2L, 6L, 3L, 6L))))
        .isEqualTo(Look.NOTHING);
  }

  /** A reader has read six operations of the first epoch here; a copy of six opens the third. */
  private Look lookAfterACopyOf(SortedMap<Long, Long> starts) {
    ChangeLog ordered = watchedInOneOrder();
    for (long position = 1; position <= 6; position++) {
      ordered.performs(position);
      ordered.add(position, List.of(new Pair(KEY, Entry.tombstone(position, null))));
    }
    ordered.publish();
    assertThat(reader.look(ordered, found)).isEqualTo(Look.FOUND);
    ordered.replaced(6);
    ordered.tellEpochs(starts);
    ordered.beginEpoch(3, IN_ONE_ORDER, 6, MEMBERS);
    return reader.look(ordered, new ArrayList<>());
  }

  @Test
  void aReaderIsToldThatChangesAreGoneWhichAMemberHadKeptWhenItCameBack() {
    beginWatching();
    ChangeLog anew = new ChangeLog(!IN_ONE_ORDER, Limits.DEFAULT);
    anew.cameBack(start(1) + 1);
    anew.begin();
    anew.beginEpoch(2, !IN_ONE_ORDER, start(1), MEMBERS);

    assertThat(reader.look(anew, found)).isEqualTo(Look.GONE);
  }

  @Test
  void aReaderThatHasSeenWhatAMemberHadKeptGoesOnThere() {
    beginWatching();
    long version = change(1, 1, !IN_ONE_ORDER);
    assertThat(look()).isEqualTo(Look.FOUND);
    ChangeLog anew = new ChangeLog(!IN_ONE_ORDER, Limits.DEFAULT);
    anew.cameBack(version);
    anew.begin();
    anew.beginEpoch(2, !IN_ONE_ORDER, start(1), MEMBERS);

    assertThat(reader.look(anew, found)).isNotEqualTo(Look.GONE);
    assertThat(found).extracting(Seen::version).containsExactly(version);
  }

  @Test
  void aReaderFromAnotherMemberIsToldThatItCannotGoOnBeforeAnOrder() {
    beginWatching();
    ChangeLog other = new ChangeLog(!IN_ONE_ORDER, Limits.DEFAULT);
    other.begin();
    other.beginEpoch(2, IN_ONE_ORDER, start(2), MEMBERS);
    other.beginEpoch(3, !IN_ONE_ORDER, start(3), MEMBERS);

    assertThat(reader.look(other, found)).isEqualTo(Look.GONE);
  }

  @Test
  void aReaderThatHasSeenTheOrderGoesOnAtAnotherMember() {
    beginWatching();
    beginEpoch(2, IN_ONE_ORDER);
    beginEpoch(3, !IN_ONE_ORDER);
    look();
    ChangeLog other = new ChangeLog(!IN_ONE_ORDER, Limits.DEFAULT);
    other.begin();
    other.beginEpoch(2, IN_ONE_ORDER, start(2), MEMBERS);
    other.replaced(start(2));
    other.beginEpoch(3, !IN_ONE_ORDER, start(3), MEMBERS);

    assertThat(reader.look(other, found)).isEqualTo(Look.NOTHING);
  }

  /**
   * A position of an order names no writer, but looks like a version of a node that is not there.
   */
  @Test
  void whatAnOrderDidIsNotToldAgainAtAnotherMemberThatTakesItOverLater() {
    beginWatching();
    beginEpoch(2, IN_ONE_ORDER);
    long ordered = change(2, 1 + MEMBERS, IN_ONE_ORDER);
    assertThat(LamportClock.nodeOf(ordered)).isEqualTo(MEMBERS);
    beginEpoch(3, !IN_ONE_ORDER);
    assertThat(look()).isEqualTo(Look.FOUND);
    assertThat(found).extracting(Seen::version).containsExactly(ordered);
    found.clear();
    assertThat(look()).isEqualTo(Look.NOTHING);
    ChangeLog other = new ChangeLog(!IN_ONE_ORDER, Limits.DEFAULT);
    other.begin();
    other.beginEpoch(3, !IN_ONE_ORDER, start(3), MEMBERS);
    other.saw(ordered);
    other.addMerged(List.of(new Pair(KEY, Entry.tombstone(ordered, null))), Set.of());
    other.publish();

    assertThat(reader.look(other, found)).isEqualTo(Look.NOTHING);
    assertThat(found).isEmpty();
  }

  /** One that lost its memory takes over from one that has not heard of the last change. */
  @Test
  void whatIsOutdatedByWhatAReaderHasSeenElsewhereIsNotToldAfterThat() {
    beginWatching();
    long older = start(1) + 1;
    long newer = change(1, 2, !IN_ONE_ORDER);
    assertThat(look()).isEqualTo(Look.FOUND);
    ChangeLog anew = new ChangeLog(!IN_ONE_ORDER, Limits.DEFAULT);
    anew.begin();
    anew.addMerged(List.of(new Pair(KEY, Entry.tombstone(older, null))), Set.of());
    anew.addMerged(List.of(new Pair(KEY, Entry.tombstone(newer, null))), Set.of());
    anew.beginEpoch(2, !IN_ONE_ORDER, start(2), MEMBERS);

    reader.look(anew, found);
    assertThat(found).extracting(Seen::version).containsExactly(newer);
  }

  @Test
  void aReaderFromAMemberThatWasAheadIsToldWhenTheViewBeginsThatGoesOnWithoutThat() {
    ChangeLog ahead = watchedInOneOrder();
    ahead.performs(1);
    ahead.add(1, List.of(new Pair(KEY, Entry.of(KEY, 1))));
    ahead.publish();
    assertThat(reader.look(ahead, found)).isEqualTo(Look.FOUND);
    found.clear();

    ChangeLog behind = watchedInOneOrder();
    behind.beginEpoch(2, IN_ONE_ORDER, 0, MEMBERS);
    assertThat(reader.look(behind, found)).isEqualTo(Look.GONE);
  }

  /** The first epoch begins, and the reader finds nothing there yet. */
  private ChangeLog watchedInOneOrder() {
    ChangeLog ordered = new ChangeLog(IN_ONE_ORDER, Limits.DEFAULT);
    ordered.beginEpoch(1, IN_ONE_ORDER, 0, MEMBERS);
    ordered.begin();
    assertThat(reader.look(ordered, found)).isEqualTo(Look.NOTHING);
    return ordered;
  }

  private void beginWatching() {
    beginEpoch(1, !IN_ONE_ORDER);
    log.begin();
    assertThat(look()).isEqualTo(Look.NOTHING);
  }

  private void beginEpoch(long epoch, boolean inOneOrder) {
    log.beginEpoch(epoch, inOneOrder, start(epoch), MEMBERS);
  }

  private static long start(long epoch) {
    return LamportClock.highestVersionBefore(epoch);
  }

  private long change(long epoch, int number, boolean inOneOrder) {
    long version = start(epoch) + number;
    if (inOneOrder) {
      log.performs(version);
    } else {
      log.saw(version);
    }
    log.add(version, List.of(new Pair(KEY, Entry.tombstone(version, null))));
    log.publish();
    return version;
  }

  private Look look() {
    return reader.look(log, found);
  }
}
