package io.kvstore.testkit.transaction;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.testkit.history.HistoryFormatException;
import io.kvstore.testkit.history.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each anomaly by its name, in the smallest history that shows it. */
class ListAppendTest {
  private final ListAppend lists = new ListAppend();
  private int number;
  @TempDir private Path folder;

  @Test
  void transactionsOneAfterAnotherShowNothing() {
    committed("ana", append("x", 1), read("x", 1));
    committed("bob", read("x", 1), append("x", 2), read("x", 1, 2));
    committed("ana", read("x", 1, 2), read("y"));

    assertThat(lists.check().all()).isEmpty();
    assertThat(lists.check().allow(Isolation.STRICT_SERIALIZABLE)).isTrue();
  }

  @Test
  void dirtyWritesAreG0() {
    committedAtOnce("ana", append("x", 1), append("y", 1));
    committedAtOnce("bob", append("x", 2), append("y", 2));
    committedAtOnce("cem", read("x", 1, 2), read("y", 2, 1));

    assertFound("G0", Isolation.READ_UNCOMMITTED, 0, 1);
    assertThat(lists.check().toString())
        .contains(
            "G0, a dirty write: transaction 0 appended 1 to x before transaction 1 appended 2; yet"
                + " transaction 1 appended 2 to y before transaction 0 appended 1");
  }

  @Test
  void aReadOfWhatWasAbortedIsG1a() {
    add("ana", Outcome.FAIL, 0, 10, append("x", 1));
    committedAtOnce("bob", read("x", 1));

    assertFound("G1a", Isolation.READ_COMMITTED, 0, 1);
    assertThat(lists.check().allow(Isolation.READ_UNCOMMITTED)).isTrue();
  }

  @Test
  void aReadInTheMiddleOfATransactionIsG1b() {
    committedAtOnce("ana", append("x", 1), append("x", 2));
    committedAtOnce("bob", read("x", 1));

    assertFound("G1b", Isolation.READ_COMMITTED, 0, 1);
  }

  @Test
  void transactionsThatSeeOfEachOtherAreG1c() {
    committedAtOnce("ana", append("x", 1), read("y", 2));
    committedAtOnce("bob", append("y", 2), read("x", 1));

    assertFound("G1c", Isolation.READ_COMMITTED, 0, 1);
  }

  @Test
  void aTransactionThatDoesNotSeeItsOwnStepsIsInternal() {
    committedAtOnce("ana", append("x", 1), read("x"));

    assertFound("internal", Isolation.SNAPSHOT, 0);
    assertThat(lists.check().allow(Isolation.READ_COMMITTED)).isTrue();
  }

  @Test
  void aListThatChangesWithinATransactionIsInternal() {
    committedAtOnce("ana", append("x", 1));
    committedAtOnce("bob", read("x"), read("x", 1));

    assertFound("internal", Isolation.REPEATABLE_READ, 1);
  }

  @Test
  void aValueThatIsReadTwiceIsADuplicate() {
    committedAtOnce("ana", append("x", 1));
    committedAtOnce("bob", read("x", 1, 1));

    assertFound("duplicate", Isolation.READ_UNCOMMITTED, 1);
  }

  @Test
  void aValueOfNoTransactionIsUnwritten() {
    committedAtOnce("bob", read("x", 7));

    assertFound("unwritten", Isolation.READ_UNCOMMITTED, 0);
  }

  @Test
  void readsThatAreNotOfOneListAreAnIncompatibleOrder() {
    committedAtOnce("ana", append("x", 1));
    committedAtOnce("bob", append("x", 2));
    committedAtOnce("cem", read("x", 1, 2));
    committedAtOnce("dan", read("x", 2));

    assertFound("incompatible order", Isolation.READ_COMMITTED, 2, 3);
  }

  @Test
  void twoUpdatesOfOneVersionAreALostUpdate() {
    committedAtOnce("ana", read("x"), append("x", 1));
    committedAtOnce("bob", read("x"), append("x", 2));

    assertFound("lost update", Isolation.SNAPSHOT, 0, 1);
    assertThat(lists.check().allow(Isolation.READ_COMMITTED)).isTrue();
  }

  @Test
  void aTransactionThatIsSeenInPartIsGSingle() {
    committedAtOnce("ana", append("x", 1), append("y", 1));
    committedAtOnce("bob", read("x", 1), read("y"));

    assertFound("G-single", Isolation.SNAPSHOT, 0, 1);
    assertThat(lists.check().allow(Isolation.READ_COMMITTED)).isTrue();
  }

  @Test
  void aLongForkIsNoSnapshot() {
    committedAtOnce("ana", append("x", 1));
    committedAtOnce("bob", append("y", 1));
    committedAtOnce("cem", read("x", 1), read("y"));
    committedAtOnce("dan", read("x"), read("y", 1));

    assertFound("G-nonadjacent", Isolation.SNAPSHOT, 0, 1, 2, 3);
  }

  @Test
  void aWriteSkewIsASnapshotButNotSerializable() {
    committedAtOnce("ana", read("x"), append("y", 1));
    committedAtOnce("bob", read("y"), append("x", 1));

    assertFound("G2-item", Isolation.SERIALIZABLE, 0, 1);
    assertThat(lists.check().allow(Isolation.STRONG_SNAPSHOT)).isTrue();
  }

  @Test
  void aClientThatDoesNotSeeItsOwnLastTransactionIsASessionsAnomaly() {
    committed("ana", append("x", 1));
    committed("ana", read("x"));

    assertFound("G-single-process", Isolation.STRONG_SESSION_SNAPSHOT, 0, 1);
    assertThat(lists.check().allow(Isolation.SERIALIZABLE)).isTrue();
  }

  @Test
  void aReadOfTheOldAfterTheEndOfAWriteIsAnAnomalyOfTime() {
    committed("ana", append("x", 1));
    committed("bob", read("x"));

    assertFound("G-single-realtime", Isolation.STRONG_SNAPSHOT, 0, 1);
    assertThat(lists.check().allow(Isolation.STRONG_SESSION_SERIALIZABLE)).isTrue();
    assertThat(lists.check().allow(Isolation.STRICT_SERIALIZABLE)).isFalse();
  }

  @Test
  void aTransactionOfUnknownOutcomeMayTakeEffectLateOrNever() {
    add("ana", Outcome.UNKNOWN, 0, Long.MAX_VALUE, append("x", 1));
    add("bob", Outcome.OK, 10, 11, read("x"));
    add("cem", Outcome.OK, 20, 21, read("x", 1));

    assertThat(lists.check().all()).isEmpty();
  }

  @Test
  void aValueIsAppendedToAListOnce() {
    committed("ana", append("x", 1), append("y", 1));

    assertThatThrownBy(() -> lists.begin("bob").append("x", 1))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a second append 1 to x, expected each value to be appended to a key once");
  }

  @Test
  void aTransactionEndsOnce() {
    ListAppend.Open open = lists.begin("ana");
    open.committed();

    assertThatThrownBy(open::aborted).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void manyThreadsAreTakenDown() throws InterruptedException {
    List<Integer> store = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(4);
    for (int i = 0; i < 400; i++) {
      int value = i;
      threads.execute(
          () -> {
            try (ListAppend.Open open = lists.begin(Thread.currentThread().getName())) {
              synchronized (store) {
                open.read("x", store).append("x", value);
                store.add(value);
              }
              open.committed();
            }
          });
    }
    threads.shutdown();

    assertThat(threads.awaitTermination(1, TimeUnit.MINUTES)).isTrue();
    assertThat(lists.transactions()).hasSize(400);
    assertThat(lists.check().all()).isEmpty();
  }

  @Test
  void jepsensHistoriesAreRead() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("history.edn"),
            """
            {:process 0, :type :invoke, :f :txn, :value [[:append x 1] [:r y nil]]}
            {:process 1, :type :invoke, :f :txn, :value [[:append y 1] [:r x nil]]}
            {:process :nemesis, :type :info, :f :start, :value nil}
            {:process 0, :type :ok, :f :txn, :value [[:append x 1] [:r y []]]}
            {:process 1, :type :ok, :f :txn, :value [[:append y 1] [:r x nil]]}
            {:process 2, :type :invoke, :f :txn, :value [[:append x 2]]}
            """);

    assertThat(ListAppend.read(file).transactions())
        .extracting(Transaction::toString)
        .containsExactly(
            "transaction 0 of process 0: append 1 to x, read [] of y; committed",
            "transaction 1 of process 1: append 1 to y, read [] of x; committed",
            "transaction 2 of process 2: append 2 to x; of unknown outcome");
    assertThat(ListAppend.read(file).check().worst(Isolation.SERIALIZABLE).orElseThrow().name())
        .isEqualTo("G2-item");
  }

  @Test
  void whatIsNoHistoryOfListsIsNamedWithItsLine() throws IOException {
    Path file =
        Files.writeString(
            folder.resolve("odd.edn"), "[{:process 0, :type :ok,\n :value [[:w x 1]]}]");

    assertThatThrownBy(() -> ListAppend.read(file))
        .isInstanceOf(HistoryFormatException.class)
        .hasMessageContaining("odd.edn:2: expected [:append KEY VALUE] or [:r KEY VALUES]");
  }

  /** The worst that the level does not have is this, and it is made by these transactions. */
  private void assertFound(String name, Isolation level, Integer... transactions) {
    Finding found = lists.check().worst(level).orElseThrow();
    assertThat(found.name()).as(found.toString()).isEqualTo(name);
    assertThat(found.breaks()).contains(level);
    assertThat(found.transactions())
        .extracting(Transaction::number)
        .containsExactlyInAnyOrder(transactions);
  }

  private void committed(String client, Step... steps) {
    add(client, Outcome.OK, 100L * number, 100L * number + 50, steps);
  }

  private void committedAtOnce(String client, Step... steps) {
    add(client, Outcome.OK, number, 1_000L + number, steps);
  }

  private void add(String client, Outcome outcome, long begun, long ended, Step... steps) {
    lists.add(new Transaction(number++, client, List.of(steps), outcome, begun, ended));
  }

  private static Step append(Object key, Object value) {
    return new Step.Append(key, value);
  }

  private static Step read(Object key, Object... seen) {
    return new Step.Read(key, List.of(seen));
  }
}
