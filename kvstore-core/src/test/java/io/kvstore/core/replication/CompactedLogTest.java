package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codec.NumberFormat;
import io.kvstore.Consistency;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.replication.CompactedLog.Segment;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.core.storage.Applier;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Get;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Range;
import io.kvstore.spi.Step;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Transaction.Requirement;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is left of operations does what all of them did, and is bounded by the keys they touch. */
class CompactedLogTest {
  private static final int CLIENTS = 4;

  private final Applier member = open();
  private final CompactedLog log = new CompactedLog();
  private long position;
  private long time = 1_000;

  private static Applier open() {
    return new Applier(Datalets.tree().open(NodeId.of(0), 0), Limits.DEFAULT.valueBytes());
  }

  private static boolean never(long position) {
    return false;
  }

  private static Write write(String key, Change change) {
    return new Write(Bytes.of(key), Condition.ALWAYS, change);
  }

  private static Change add(long delta) {
    return new Change.Add(delta, NumberFormat.DECIMAL);
  }

  private static Change put(String value) {
    return new Change.Put(Bytes.of(value), 0, Change.FOREVER);
  }

  private Ordered perform(int client, Operation operation) {
    position++;
    Ordered ordered = new Ordered(position, time, client, position, operation);
    return ordered.withEffect(member.apply(ordered));
  }

  private void compact(int client, Operation operation) {
    log.add(perform(client, operation), CompactedLogTest::never);
  }

  private List<Operation> left() {
    return log.segments().stream()
        .flatMap(each -> each.operations().stream())
        .map(Ordered::operation)
        .toList();
  }

  @Test
  void aPutReplacesWhatCameBeforeIt() {
    compact(1, write("k", put("1")));
    compact(1, write("k", add(1)));
    compact(1, write("other", put("2")));
    compact(1, write("k", put("3")));
    compact(1, new Tick());

    assertThat(left()).contains(write("other", put("2")), write("k", put("3"))).hasSize(3);
  }

  @Test
  void whatIsAddedAndAppendedBecomesOne() {
    for (int i = 1; i <= 1_000; i++) {
      compact(1, write("number", add(i)));
      compact(1, write("text", new Change.Append(Bytes.of("x"))));
    }
    compact(1, new Tick());

    assertThat(left())
        .contains(
            write("number", add(500_500)),
            write("text", new Change.Append(Bytes.of("x".repeat(1_000)))))
        .hasSize(3);
  }

  /** Its time began with the first of them. */
  @Test
  void whatIsAddedToANewCounterWithALifetimeBecomesWhatItLedTo() {
    Change counted = new Change.Add(1, NumberFormat.DECIMAL, 500);
    compact(1, write("k", counted));
    time += 200;
    compact(1, write("k", counted));
    compact(1, new Tick());

    assertThat(left()).contains(write("k", new Change.Put(Bytes.of("2"), 0, 300))).hasSize(2);
  }

  @Test
  void sumsThatAreNoNumbersStayTwo() {
    perform(1, write("k", put("" + Long.MIN_VALUE)));
    compact(1, write("k", add(Long.MAX_VALUE)));
    compact(1, write("k", add(Long.MAX_VALUE)));
    compact(1, new Tick());

    assertThat(left()).filteredOn(write("k", add(Long.MAX_VALUE))::equals).hasSize(2);
  }

  /** It may have been asked for again of those who went on without this member. */
  @Test
  void theNewestOperationOfAClientStaysAsItIs() {
    compact(1, write("k", add(1)));
    compact(2, write("k", add(10)));
    compact(2, write("k", add(100)));
    compact(3, write("k", add(1_000)));

    List<Ordered> all = log.segments().get(0).operations();
    assertThat(all).extracting(Ordered::client).containsExactly(1, Ordered.NO_CLIENT, 2, 3);
    assertThat(all).extracting(Ordered::sequence).containsExactly(1L, 0L, 3L, 4L);
  }

  @Test
  void aClearLeavesNothingOfWhatCameBeforeIt() {
    for (int i = 0; i < 100; i++) {
      compact(1, write("k" + i, put("v")));
    }
    compact(1, new Clear());
    compact(1, write("k", put("v")));

    assertThat(left()).containsExactly(new Clear(), write("k", put("v")));
  }

  @Test
  void aSegmentBeginsAfterEachPositionWhereAMemberMayBe() {
    for (int i = 1; i <= 10; i++) {
      log.add(perform(1, write("k", add(1))), end -> end == 3 || end == 7);
    }
    assertThat(log.segments()).extracting(Segment::first).containsExactly(1L, 4L, 8L);
    assertThat(log.segments()).extracting(Segment::last).containsExactly(3L, 7L, 10L);

    log.forgetUpTo(7);
    assertThat(log.segments()).extracting(Segment::first).containsExactly(8L);
  }

  /** Members that stop and go on again leave segments that nobody needs apart any more. */
  @Test
  void segmentsAreMergedWhenMembersHaveGoneOn() {
    for (int i = 1; i <= 20_000; i++) {
      long newest = i;
      log.add(perform(i % CLIENTS, write("k" + i % 5, add(1))), end -> end > newest - 30);
    }
    assertThat(log.segments()).hasSizeLessThan(200);
    assertThat(left()).hasSizeLessThan(2_000);
  }

  @Test
  void stepsThatCannotBecomeOneAreBounded() {
    for (int i = 0; i < 10_000; i++) {
      compact(1, write("k", new Change.Append(Bytes.of("a"))));
      compact(1, write("k", new Change.Prepend(Bytes.of("b"))));
    }
    assertThat(left()).hasSizeLessThan(2 * CompactedSegment.MOST_STEPS);
  }

  // Random operations

  private static Operation random(SplittableRandom random) {
    return switch (random.nextInt(40)) {
      case 0 -> random.nextInt(4) == 0 ? new Clear() : new Tick();
      case 1, 2, 3, 4, 5 ->
          new Batch(
              IntStream.rangeClosed(0, random.nextInt(4))
                  .mapToObj(i -> randomWrite(random))
                  .toList());
      case 6, 7, 8, 9 ->
          new Transaction(
              List.of(randomRequirement(random)), randomSteps(random), randomSteps(random));
      default -> randomWrite(random);
    };
  }

  private static Requirement randomRequirement(SplittableRandom random) {
    Write write = randomWrite(random);
    return new Requirement(write.key(), write.condition());
  }

  private static List<Step> randomSteps(SplittableRandom random) {
    List<Step> steps = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      Write write = randomWrite(random);
      boolean isRead = random.nextInt(4) == 0;
      steps.add(isRead ? new Get(write.key()) : write(write.key().toText(), write.change()));
    }
    return steps;
  }

  private static Write randomWrite(SplittableRandom random) {
    Bytes value = Bytes.of(random.nextInt(4) == 0 ? "text" : "" + random.nextInt(100));
    long lifetime = random.nextInt(3) > 0 ? Change.FOREVER : random.nextLong(1, 40);
    Change change =
        switch (random.nextInt(10)) {
          case 0 -> Change.REMOVE;
          case 1, 2 -> new Change.Append(value);
          case 3, 4 -> new Change.Prepend(value);
          case 5, 6, 7 -> new Change.Add(random.nextInt(-5, 6), NumberFormat.DECIMAL, lifetime);
          case 8 -> new Change.Touch(lifetime);
          default -> new Change.Put(value, random.nextInt(3), lifetime);
        };
    Condition condition =
        switch (random.nextInt(8)) {
          case 0 -> Condition.ABSENT;
          case 1 -> Condition.PRESENT;
          case 2 -> new Condition.ValueIs(value);
          default -> Condition.ALWAYS;
        };
    return new Write(Bytes.of("k" + random.nextInt(6)), condition, change);
  }

  private static List<String> shown(Applier applier, long asOf) {
    Listed all = (Listed) applier.query(new Range(Bytes.EMPTY, Bytes.EMPTY, 100), asOf);
    return all.pairs().stream().map(CompactedLogTest::shown).toList();
  }

  /** Without the version. */
  private static String shown(Pair pair) {
    return pair.key()
        + "="
        + pair.entry().value()
        + " "
        + pair.entry().flags()
        + " "
        + pair.entry().expiresAt();
  }

  @Test
  void whatIsLeftDoesWhatAllDid() {
    for (long seed = 1; seed <= 500; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Applier all = open();
      Applier other = open();
      CompactedLog compacted = new CompactedLog();
      List<Ordered> recent = new ArrayList<>();
      long shared = random.nextInt(60); // up to where the other has the same
      long end = shared + random.nextInt(200);
      long firstRecent = random.nextLong(end + 1);
      long now = 1_000;
      for (long next = 1; next <= end; next++) {
        now += random.nextInt(5);
        Ordered asked = new Ordered(next, now, random.nextInt(CLIENTS), next, random(random));
        Ordered ordered = asked.withEffect(all.apply(asked));
        if (next <= shared) {
          other.apply(ordered);
        }
        if (next < firstRecent) {
          compacted.add(ordered, last -> last == shared || random.nextInt(20) == 0);
        } else {
          recent.add(ordered);
        }
      }
      OrderedLog brought = new OrderedLog();
      brought.restartAfter(shared);
      bringBack(shared, end, recent, compacted.segments(), brought);
      brought.from(0, Integer.MAX_VALUE).forEach(other::apply);
      other.apply(new Ordered(2 * end, now, Ordered.NO_CLIENT, 0, new Tick()));

      assertThat(shown(other, now)).as("seed %s", seed).isEqualTo(shown(all, now));
    }
  }

  private static void bringBack(
      long shared, long end, List<Ordered> recent, List<Segment> compacted, OrderedLog log) {
    EpochStarts starts = new EpochStarts();
    starts.begin(1, 0);
    starts.begin(2, shared);
    RememberedAnswers none = new RememberedAnswers();
    OrderReport strayed =
        new OrderReport(
            NodeId.of(0),
            true,
            true,
            new Contents(List.of(), 0, 0),
            end,
            List.of(),
            none,
            1,
            starts,
            recent,
            compacted,
            null,
            null,
            null);
    FakeGroup group = new FakeGroup(1, 1, Consistency.EVENTUAL, Replication.PRIMARY);
    LeftOverUpdates.bringBack(group.env(0), strayed, starts, strayed, log);
  }
}
