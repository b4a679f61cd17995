package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.replication.LockService.Lock;
import io.kvstore.core.replication.LockTable.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class LockTableTest {
  private static final NodeId MEMBER = NodeId.of(0);
  private static final LockSet WHOLE_TO_READ = new LockSet(List.of(), true, false);
  private static final LockSet WHOLE_TO_WRITE = new LockSet(List.of(), true, true);

  private final LockTable table = new LockTable();
  private long numbers;

  private static LockSet set(boolean isExclusive, String... keys) {
    return new LockSet(Stream.of(keys).map(Bytes::of).toList(), false, isExclusive);
  }

  private static LockSet toRead(String... keys) {
    return set(false, keys);
  }

  private static LockSet toWrite(String... keys) {
    return set(true, keys);
  }

  private Claim claim(LockSet set) {
    return table.add(MEMBER, new Lock(1, ++numbers, set, 1, 0, numbers));
  }

  @Test
  void manyReadAKeyAndOneWritesIt() {
    Claim reader = claim(toRead("k"));
    Claim another = claim(toRead("k"));
    Claim writer = claim(toWrite("k"));
    assertThat(reader.isGranted()).isTrue();
    assertThat(another.isGranted()).isTrue();
    assertThat(writer.isGranted()).isFalse();
    assertThat(reader.isWaitedFor()).isTrue();
    assertThat(table.readersBefore(writer)).containsExactly(reader, another);

    assertThat(table.remove(reader)).isEmpty();
    assertThat(table.remove(another)).containsExactly(writer);
    assertThat(writer.isGranted()).isTrue();
    assertThat(claim(toRead("k")).isGranted()).isFalse();
    assertThat(claim(toWrite("k")).isGranted()).isFalse();
  }

  @Test
  void otherKeysAreFree() {
    claim(toWrite("k"));
    assertThat(claim(toWrite("other")).isGranted()).isTrue();
  }

  @Test
  void aReaderDoesNotOvertakeAWriterThatWaits() {
    Claim reader = claim(toRead("k"));
    Claim writer = claim(toWrite("k"));
    Claim late = claim(toRead("k"));
    assertThat(late.isGranted()).isFalse();

    assertThat(table.remove(reader)).containsExactly(writer);
    assertThat(table.remove(writer)).containsExactly(late);
  }

  @Test
  void aClaimToSeveralKeysWaitsForAllOfThem() {
    Claim first = claim(toWrite("a"));
    Claim second = claim(toWrite("b"));
    Claim both = claim(toWrite("a", "b"));

    assertThat(table.remove(first)).isEmpty();
    assertThat(table.remove(second)).containsExactly(both);
  }

  @Test
  void theWholeShardIsEveryKey() {
    Claim writer = claim(toWrite("k"));
    Claim all = claim(WHOLE_TO_READ);
    Claim reader = claim(toRead("other"));
    Claim next = claim(toWrite("other"));
    assertThat(all.isGranted()).isFalse();
    assertThat(reader.isGranted()).isTrue();
    assertThat(next.isGranted()).isFalse();

    assertThat(table.remove(writer)).containsExactly(all);
    table.remove(reader);
    assertThat(table.remove(all)).containsExactly(next);
    Claim clear = claim(WHOLE_TO_WRITE);
    assertThat(clear.isGranted()).isFalse();
    assertThat(table.remove(next)).containsExactly(clear);
  }

  @Test
  void aClaimToNothingConflictsWithNone() {
    claim(WHOLE_TO_WRITE);
    Claim nothing = claim(toWrite());
    assertThat(nothing.isGranted()).isTrue();
    Claim after = claim(toWrite("k"));
    table.remove(nothing);
    assertThat(after.isGranted()).isFalse();
  }

  @Test
  void aClaimIsFoundByItsNumberUntilItIsTakenOut() {
    Claim claim = claim(toWrite("k"));
    assertThat(table.find(MEMBER, claim.lock().number())).isSameAs(claim);
    assertThat(table.find(NodeId.of(1), claim.lock().number())).isNull();

    table.remove(claim);
    assertThat(table.find(MEMBER, claim.lock().number())).isNull();
    assertThat(table.remove(claim)).isEmpty();
    assertThat(table.size()).isZero();
  }

  @Test
  void oneThatGaveUpWaitingIsNotGranted() {
    Claim holder = claim(toWrite("k"));
    Claim waiting = claim(toWrite("k"));
    Claim behind = claim(toWrite("k"));
    table.remove(waiting);

    assertThat(table.remove(holder)).containsExactly(behind);
  }

  @Test
  void afterItIsClearedAllIsFree() {
    claim(toWrite("k"));
    claim(WHOLE_TO_READ);
    table.clear();

    assertThat(claim(WHOLE_TO_WRITE).isGranted()).isTrue();
  }

  /** Whatever claims are made, and in whatever order they end, all are granted. */
  @Test
  void everyClaimIsGrantedInTheEndAndNeverTwoThatConflict() {
    for (long seed = 1; seed <= 200; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      LockTable some = new LockTable();
      List<Claim> open = new ArrayList<>();
      int granted = 0;
      for (int number = 1; number <= 60; number++) {
        open.add(some.add(MEMBER, new Lock(1, number, drawn(random), 1, 0, number)));
        if (random.nextInt(3) == 0) {
          granted += endOne(some, open, random, seed);
        }
      }
      while (!open.isEmpty()) {
        granted += endOne(some, open, random, seed);
      }
      assertThat(granted).as("seed %s", seed).isEqualTo(60);
    }
  }

  private static LockSet drawn(SplittableRandom random) {
    TreeSet<Bytes> keys = new TreeSet<>();
    for (int i = random.nextInt(3); i >= 0; i--) {
      keys.add(Bytes.of("k" + random.nextInt(5)));
    }
    boolean isWhole = random.nextInt(8) == 0;
    return new LockSet(isWhole ? List.of() : List.copyOf(keys), isWhole, random.nextBoolean());
  }

  private static int endOne(LockTable table, List<Claim> open, SplittableRandom random, long seed) {
    List<Claim> held = open.stream().filter(Claim::isGranted).toList();
    assertThat(held).as("those that go on, seed %s", seed).isNotEmpty();
    for (Claim one : held) {
      for (Claim another : held) {
        assertThat(one == another || areCompatible(one, another)).as("seed %s", seed).isTrue();
      }
    }
    Claim ended = held.get(random.nextInt(held.size()));
    open.remove(ended);
    table.remove(ended);
    return 1;
  }

  private static boolean areCompatible(Claim one, Claim another) {
    LockSet first = one.lock().set();
    LockSet second = another.lock().set();
    boolean areBothToRead = !first.isExclusive() && !second.isExclusive();
    boolean touch =
        first.isWhole()
            || second.isWhole()
            || first.keys().stream().anyMatch(second.keys()::contains);
    return areBothToRead || !touch;
  }
}
