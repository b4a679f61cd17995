package io.kvstore.core.watch;

import static io.kvstore.core.replication.Turns.OF_ALL;
import static io.kvstore.core.replication.Turns.OF_TELLERS;
import static io.kvstore.core.replication.Turns.OF_WRITERS;
import static io.kvstore.core.replication.Turns.OF_WRITERS_WITH_REPAIRS;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Limits;
import io.kvstore.core.replication.LamportClock;
import io.kvstore.core.replication.Turns;
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
  private static final Bytes KEY = Bytes.of("k");
  private static final Range ALL = new Range(Bytes.EMPTY, Bytes.EMPTY, Integer.MAX_VALUE);
  private static final long MEMBER = 1 << 16; // from one version of a member to its next

  private ChangeLog log = new ChangeLog(OF_WRITERS, Limits.DEFAULT);
  private final Reader reader = new Reader(ALL, null, () -> true);
  private final List<Seen> found = new ArrayList<>();

  @Test
  void aReaderGoesOnThroughAnOrderThatIsWhollyInTheLog() {
    beginWatching();
    beginEpoch(2, OF_ALL);
    long second = change(2, 1, OF_ALL);
    beginEpoch(3, OF_WRITERS);
    long third = change(3, 1, OF_WRITERS);

    assertThat(look()).isEqualTo(Look.FOUND);
    assertThat(found).extracting(Seen::version).containsExactly(second, third);
  }

  @Test
  void aReaderIsToldThatWhatAnOrderDidIsGoneWhenTheMemberHasCaughtUpByACopy() {
    beginWatching();
    beginEpoch(2, OF_ALL);
    change(2, 1, OF_ALL);
    log.replaced(start(2));
    log.performs(start(2) + 5);
    beginEpoch(3, OF_WRITERS);
    change(3, 1, OF_WRITERS);

    assertThat(look()).isEqualTo(Look.GONE);
  }

  @Test
  void aReaderIsToldTheSameWhenTheMemberHasTakenNoPartInTheOrderBeforeItGotTheCopy() {
    beginWatching();
    log.replaced(start(2));
    assertThat(look()).isEqualTo(Look.NOTHING);
    beginEpoch(3, OF_WRITERS);
    change(3, 1, OF_WRITERS);

    assertThat(look()).isEqualTo(Look.GONE);
  }

  @Test
  void aReaderIsToldThatChangesAreGoneWhichBelongToAViewThatHasNeverBegunThere() {
    beginWatching();
    log.performs(start(2) + 1);
    beginEpoch(3, OF_WRITERS);
    change(3, 1, OF_WRITERS);

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
    change(1, 1, OF_WRITERS);
    assertThat(look()).isEqualTo(Look.FOUND);
    ChangeLog empty = new ChangeLog(OF_WRITERS, Limits.DEFAULT);
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
    empty.beginEpoch(2, OF_WRITERS, start(2), MEMBERS);

    assertThat(looks).containsExactly(Look.GONE);
  }

  @Test
  void aReaderGoesOnAtAMemberThatHasBegunSinceAllWasLost() {
    log.begin();
    log.lostAllUpTo(start(2), MEMBERS);
    beginEpoch(2, OF_WRITERS);
    assertThat(look()).isEqualTo(Look.NOTHING);
    log.lostAllUpTo(start(3), MEMBERS); // in a view after the first one
    beginEpoch(3, OF_WRITERS);

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
    ordered.beginEpoch(3, OF_ALL, 6, MEMBERS);
    return reader.look(ordered, new ArrayList<>());
  }

  @Test
  void aReaderIsToldThatChangesAreGoneWhichAMemberHadKeptWhenItCameBack() {
    beginWatching();
    ChangeLog anew = new ChangeLog(OF_WRITERS, Limits.DEFAULT);
    anew.cameBack(start(1) + 1);
    anew.begin();
    anew.beginEpoch(2, OF_WRITERS, start(1), MEMBERS);

    assertThat(reader.look(anew, found)).isEqualTo(Look.GONE);
  }

  @Test
  void aReaderThatHasSeenWhatAMemberHadKeptGoesOnThere() {
    beginWatching();
    long version = change(1, 1, OF_WRITERS);
    assertThat(look()).isEqualTo(Look.FOUND);
    ChangeLog anew = new ChangeLog(OF_WRITERS, Limits.DEFAULT);
    anew.cameBack(version);
    anew.begin();
    anew.beginEpoch(2, OF_WRITERS, start(1), MEMBERS);

    assertThat(reader.look(anew, found)).isNotEqualTo(Look.GONE);
    assertThat(found).extracting(Seen::version).containsExactly(version);
  }

  @Test
  void aReaderIsToldThatAMemberMayHoldWhatWasBroughtBeforeItWentDown() {
    beginWatching();
    ChangeLog anew = backWithWhatWasBroughtFor(2);

    assertThat(reader.look(anew, found)).isEqualTo(Look.GONE);
    assertThat(reader.whyGone()).contains("brought");
  }

  @Test
  void aReaderGoesOnAtAMemberThatHeldEverythingAsTheViewBegan() {
    beginWatching();
    ChangeLog anew = backWithWhatWasBroughtFor(1);

    assertThat(reader.look(anew, found)).isNotEqualTo(Look.GONE);
  }

  @Test
  void aReaderIsToldThatAMemberLackedWhatACopyBringsBeforeItsFirstView() {
    beginWatching();
    ChangeLog anew = new ChangeLog(OF_WRITERS, Limits.DEFAULT);
    anew.seen().comesBack(0);
    anew.begin();
    long brought = writtenBefore(1);
    anew.addMerged(
        ChangeLog.OUT_OF_TURN, List.of(new Pair(KEY, Entry.tombstone(brought, null))), Set.of());
    anew.sawCopy(brought);
    anew.beginEpoch(3, OF_WRITERS, start(3), MEMBERS);

    assertThat(reader.look(anew, found)).isEqualTo(Look.GONE);
  }

  @Test
  void aReaderFromAnotherMemberIsToldThatItCannotGoOnBeforeAnOrder() {
    beginWatching();
    ChangeLog other = new ChangeLog(OF_WRITERS, Limits.DEFAULT);
    other.begin();
    other.beginEpoch(2, OF_ALL, start(2), MEMBERS);
    other.beginEpoch(3, OF_WRITERS, start(3), MEMBERS);

    assertThat(reader.look(other, found)).isEqualTo(Look.GONE);
  }

  @Test
  void aReaderThatHasSeenTheOrderGoesOnAtAnotherMember() {
    beginWatching();
    beginEpoch(2, OF_ALL);
    beginEpoch(3, OF_WRITERS);
    look();
    ChangeLog other = new ChangeLog(OF_WRITERS, Limits.DEFAULT);
    other.begin();
    other.beginEpoch(2, OF_ALL, start(2), MEMBERS);
    other.replaced(start(2));
    other.beginEpoch(3, OF_WRITERS, start(3), MEMBERS);

    assertThat(reader.look(other, found)).isEqualTo(Look.NOTHING);
  }

  /**
   * A position of an order names no writer, but looks like a version of a node that is not there.
   */
  @Test
  void whatAnOrderDidIsNotToldAgainAtAnotherMemberThatTakesItOverLater() {
    beginWatching();
    beginEpoch(2, OF_ALL);
    long ordered = change(2, 1 + MEMBERS, OF_ALL);
    assertThat(LamportClock.nodeOf(ordered)).isEqualTo(MEMBERS);
    beginEpoch(3, OF_WRITERS);
    assertThat(look()).isEqualTo(Look.FOUND);
    assertThat(found).extracting(Seen::version).containsExactly(ordered);
    long byNewNode = change(3, 2 + MEMBERS, OF_WRITERS); // with a higher number than that
    found.clear();
    assertThat(look()).isEqualTo(Look.FOUND);
    assertThat(found).extracting(Seen::version).containsExactly(byNewNode);
    found.clear();
    ChangeLog other = new ChangeLog(OF_WRITERS, Limits.DEFAULT);
    other.begin();
    other.beginEpoch(3, OF_WRITERS, start(3), MEMBERS);
    other.saw(ordered);
    other.addMerged(
        ChangeLog.OUT_OF_TURN, List.of(new Pair(KEY, Entry.tombstone(ordered, null))), Set.of());
    other.publish();

    assertThat(reader.look(other, found)).isEqualTo(Look.NOTHING);
    assertThat(found).isEmpty();
  }

  /** One that lost its memory takes over from one that has not heard of the last change. */
  @Test
  void whatIsOutdatedByWhatAReaderHasSeenElsewhereIsNotToldAfterThat() {
    beginWatching();
    long older = start(1) + 1;
    long newer = change(1, 2, OF_WRITERS);
    assertThat(look()).isEqualTo(Look.FOUND);
    ChangeLog anew = new ChangeLog(OF_WRITERS, Limits.DEFAULT);
    anew.begin();
    anew.addMerged(
        ChangeLog.OUT_OF_TURN, List.of(new Pair(KEY, Entry.tombstone(older, null))), Set.of());
    anew.addMerged(
        ChangeLog.OUT_OF_TURN, List.of(new Pair(KEY, Entry.tombstone(newer, null))), Set.of());
    anew.beginEpoch(2, OF_WRITERS, start(2), MEMBERS);

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
    behind.beginEpoch(2, OF_ALL, 0, MEMBERS);
    assertThat(reader.look(behind, found)).isEqualTo(Look.GONE);
  }

  /** Read repair has brought a member's second write; its first one was lost with the replica. */
  @Test
  void whatAReaderHasMissedIsToldElsewhereThoughARepairHasShownItsMembersNextWrite() {
    beginWatching(OF_WRITERS_WITH_REPAIRS);
    long first = start(1) + 1;
    long second = first + MEMBER;
    copy(log, "b", second);
    assertThat(look()).isEqualTo(Look.FOUND);
    assertThat(found).extracting(Seen::version).containsExactly(second);
    found.clear();

    ChangeLog other = anotherLog(OF_WRITERS_WITH_REPAIRS);
    tell(other, first, put("a", first));
    tell(other, second, put("b", second));

    assertThat(reader.look(other, found)).isEqualTo(Look.FOUND);
    assertThat(found).extracting(Seen::version).containsExactly(first);
  }

  /**
   * A member shows what another one has written once more: by that nothing of the other is seen.
   */
  @Test
  void whereMembersTellWhatOthersHaveWrittenTheTurnOfWhoTellsCounts() {
    beginWatching(OF_TELLERS);
    long older = start(1) + 1;
    long newer = older + MEMBER;
    long turnOfAnother = newer + MEMBER + 1;
    tell(log, turnOfAnother, put("b", newer));
    assertThat(look()).isEqualTo(Look.FOUND);
    found.clear();

    ChangeLog other = anotherLog(OF_TELLERS);
    tell(other, newer + 2 * MEMBER, put("a", older));
    tell(other, turnOfAnother, put("b", newer));

    assertThat(reader.look(other, found)).isEqualTo(Look.FOUND);
    assertThat(found).extracting(Seen::version).containsExactly(older);
  }

  /** Of what a copy has brought it is not known who told it: so what was told of a key counts. */
  @Test
  void whereMembersTellWhatOthersHaveWrittenACopyIsToldOnce() {
    beginWatching(OF_TELLERS);
    long version = start(1) + 1;
    tell(log, version + MEMBER + 1, put("a", version));
    assertThat(look()).isEqualTo(Look.FOUND);
    found.clear();

    ChangeLog other = anotherLog(OF_TELLERS);
    copy(other, "a", version);
    copy(other, "b", version + MEMBER);

    assertThat(reader.look(other, found)).isEqualTo(Look.FOUND);
    assertThat(found).extracting(Seen::version).containsExactly(version + MEMBER);
  }

  @Test
  void aReaderIsToldThatWhatACopyHasBroughtIsForgotten() {
    beginWatching(OF_TELLERS);
    ChangeLog other = new ChangeLog(OF_TELLERS, Limits.DEFAULT.withChangesKept(1));
    other.begin();
    other.beginEpoch(1, OF_TELLERS, start(1), MEMBERS);
    copy(other, "a", start(1) + 1);
    copy(other, "b", start(1) + 2);
    copy(other, "c", start(1) + 3);

    assertThat(reader.look(other, found)).isEqualTo(Look.GONE);
    other.beginEpoch(2, OF_TELLERS, start(2), MEMBERS);
    Reader later = new Reader(ALL, other.here(), () -> true);
    assertThat(later.look(other, found)).isEqualTo(Look.NOTHING);
  }

  private static void copy(ChangeLog log, String key, long version) {
    log.addMerged(ChangeLog.OUT_OF_TURN, put(key, version), Set.of());
    log.sawCopy(version);
    log.publish();
  }

  private static ChangeLog anotherLog(Turns turns) {
    ChangeLog other = new ChangeLog(turns, Limits.DEFAULT);
    other.beginEpoch(1, turns, start(1), MEMBERS);
    other.begin();
    return other;
  }

  private static List<Pair> put(String key, long version) {
    return List.of(new Pair(Bytes.of(key), Entry.of(Bytes.of("v"), version)));
  }

  private static void tell(ChangeLog log, long turn, List<Pair> changed) {
    log.addMerged(turn, changed, Set.of());
    log.saw(turn);
    log.publish();
  }

  /** The first epoch begins, and the reader finds nothing there yet. */
  private ChangeLog watchedInOneOrder() {
    ChangeLog ordered = new ChangeLog(OF_ALL, Limits.DEFAULT);
    ordered.beginEpoch(1, OF_ALL, 0, MEMBERS);
    ordered.begin();
    assertThat(reader.look(ordered, found)).isEqualTo(Look.NOTHING);
    return ordered;
  }

  private void beginWatching() {
    beginWatching(OF_WRITERS);
  }

  private void beginWatching(Turns turns) {
    log = new ChangeLog(turns, Limits.DEFAULT);
    beginEpoch(1, turns);
    log.begin();
    assertThat(look()).isEqualTo(Look.NOTHING);
  }

  private void beginEpoch(long epoch, Turns turns) {
    log.beginEpoch(epoch, turns, start(epoch), MEMBERS);
  }

  private static long start(long epoch) {
    return LamportClock.highestVersionBefore(epoch);
  }

  /**
   * Of a member that comes back with an old write, and for this epoch had last been brought any.
   */
  private static ChangeLog backWithWhatWasBroughtFor(long epoch) {
    ChangeLog anew = new ChangeLog(OF_WRITERS, Limits.DEFAULT);
    anew.seen().comesBack(epoch);
    anew.cameBack(writtenBefore(1));
    anew.begin();
    anew.beginEpoch(3, OF_WRITERS, start(3), MEMBERS);
    return anew;
  }

  /** By the last member, before a view that has begun without that. */
  private static long writtenBefore(long epoch) {
    return start(epoch) - MEMBER + MEMBERS;
  }

  private long change(long epoch, int number, Turns turns) {
    long version = start(epoch) + number;
    if (turns == OF_ALL) {
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
