package io.kvstore.examples;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.testkit.campaign.Counterexample;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The lessons show what they say. */
class LessonsTest {
  @Test
  void linearizableReadsAreNeverOldWhileWeakOnesAre() {
    Transcript transcript = Transcript.of(LinearizableLesson::teach);

    assertThat(transcript.after("bob reads after each:")).isEqualTo("0 old");
    assertThat(transcript.after("which n2 answers alone:")).matches("[1-9]\\d* old");
  }

  @Test
  void aLinearizableWriteInACutIsUnknownAndTheNextIsRefusedAtOnce() {
    Transcript transcript = Transcript.of(LinearizableLesson::teach);

    assertThat(transcript.outcomesOf("ana at n0", "put seat=ana")).containsExactly("UNKNOWN");
    assertThat(transcript.outcomesOf("ana at n0", "put seat=nobody")).containsExactly("REFUSED");
    assertThat(timeOf(transcript, "put seat=nobody")).isEqualTo(timeOf(transcript, "put seat=ana"));
  }

  @Test
  void inACutTheLinearizableReplicaThatIsAloneGivesNoAnswerRatherThanAnOldOne() {
    Transcript transcript = Transcript.of(LinearizableLesson::teach);

    assertThat(transcript.outcomesOf("ana at n0", "get seat")).containsExactly("free");
    assertThat(transcript.outcomesOf("bob at n2", "get seat"))
        .containsExactly("free", "REFUSED", "ana");
  }

  @ParameterizedTest
  @CsvSource({
    "SEQUENTIAL, PRIMARY, LINEARIZABLE",
    "CAUSAL, BROADCAST, SEQUENTIAL",
    "EVENTUAL, BROADCAST, CAUSAL"
  })
  void betweenTwoLevelsThereAreAFewOperationsThatOnlyTheWeakerAllows(
      Consistency weaker, Replication replication, Consistency stronger) {
    Counterexample example = BetweenLevelsLesson.find(weaker, replication, stronger);

    assertThat(example.size()).isLessThan(10);
    assertThat(example.drawing().html())
        .contains("\"" + weaker.name().toLowerCase(Locale.ROOT) + "\",\"holds\"")
        .contains("\"" + stronger.name().toLowerCase(Locale.ROOT) + "\",\"broken\"");
  }

  @Test
  void whatNoClientAskedForAndWhatWasNotAnsweredHaveNoEnd() {
    History.Builder history = History.builder();
    history.invoke(-1, Kind.DELETE, "t", null, 2_000_000);
    history.invoke(0, Kind.WRITE, "t", "v", 3_000_000);
    History both = history.build();

    assertThat(BetweenLevelsLesson.inWords(both.operation(0)))
        .isEqualTo("    2.000 ms or later  \"t\" expires");
    assertThat(BetweenLevelsLesson.inWords(both.operation(1)))
        .isEqualTo("    3.000 to      unknown  process 0: write \"t\" \"v\", unknown");
  }

  @Test
  void aSequentialReadMayBeOldButNeverGoesBack() {
    Transcript transcript = Transcript.of(SequentialLesson::teach);

    assertThat(transcript.outcomesOf("bob at n2", "get price")).containsExactly("1", "3");
    assertThat(transcript.outcomesOf("cem at n0", "get price")).containsExactly("2");
    assertThat(transcript.outcomesOf("cem at n2", "get price")).containsExactly("2");
    assertThat(timeOf(transcript, "cem at n2")).isNotEqualTo(timeOf(transcript, "cem at n0"));
  }

  @Test
  void allSeeSequentialWritesInTheSameOrder() {
    Transcript transcript = Transcript.of(SequentialLesson::teach);

    List<Integer> atN1 = numbers(transcript.after("at n1 they see"));
    List<Integer> atN2 = numbers(transcript.after("at n2 they see").split("   ", 2)[0]);

    assertThat(atN1).isSorted().endsWith(8);
    assertThat(atN2).isSorted().endsWith(8).isNotEqualTo(atN1);
  }

  @Test
  void aReplyIsSeenBeforeItsQuestionAtTheEventualLevelOnly() {
    Transcript transcript = Transcript.of(CausalLesson::teach);

    assertThat(transcript.outcomesOf("cem at n2", "get reply"))
        .containsExactly("Yes!", "nothing", "Yes!");
    assertThat(transcript.outcomesOf("cem at n2", "get question"))
        .containsExactly("nothing", "nothing", "Tea?");
  }

  @Test
  void aPositionIsKeptByRefusingWhatIsOlder() {
    Transcript transcript = Transcript.of(CausalLesson::teach);

    assertThat(transcript.outcomesOf("dora at n2", "get question")).containsExactly("REFUSED");
  }

  @Test
  void concurrentWritesAreSeenInDifferentOrders() {
    Transcript transcript = Transcript.of(CausalLesson::teach);

    assertThat(transcript.outcomesOf("ana at n0", "get cake")).containsExactly("nothing", "sweet");
    assertThat(transcript.outcomesOf("cem at n2", "get tea")).containsExactly("nothing", "hot");
  }

  @Test
  void eventualReplicasDisagreeInACutAndAgreeAfterIt() {
    Transcript transcript = Transcript.of(EventualLesson::teach);

    List<String> anas = transcript.outcomesOf("ana at n0", "get color");
    List<String> bobs = transcript.outcomesOf("bob at n2", "get color");

    assertThat(anas).hasSize(2).startsWith("red");
    assertThat(bobs).hasSize(2).startsWith("blue").endsWith(anas.get(1));
  }

  @Test
  void whatWasRemovedDoesNotComeBackAndOneOfTwoConcurrentAdditionsIsLost() {
    Transcript transcript = Transcript.of(EventualLesson::teach);

    assertThat(transcript.outcomesOf("bob at n2", "get note")).containsExactly("old", "nothing");
    assertThat(transcript.outcomesOf("bob at n2", "get visits")).containsExactly("1");
  }

  @Test
  void inAChainTheTailAnswersAndTheNextIsTheTailWhenItIsLost() {
    Transcript transcript = Transcript.of(ChainLesson::teach);

    assertThat(transcript.outcomesOf("bob at n2", "get price")).containsExactly("1", "2");
    assertThat(transcript.outcomesOf("cem at n1", "get price")).containsExactly("1", "2");
    assertThat(transcript.outcomesOf("ana at n0", "put price=2")).containsExactly("done");
    assertThat(timeOf(transcript, "at once, like any tail"))
        .isEqualTo(timeOf(transcript, "and holds a lease"));
    assertThat(transcript.after("the chain is [")).isEqualTo("n0, n1, n2]");
  }

  @Test
  void aDirtyKeyIsAskedOfTheTailAndACleanOneIsNot() {
    Transcript transcript = Transcript.of(ChainLesson::teach);

    assertThat(transcript.outcomesOf("dora at n0", "get price")).containsExactly("1", "1", "2");
    assertThat(timeOf(transcript, "get stock"))
        .isEqualTo(timeOf(transcript, "dirty: n0 asks the tail"));
  }

  @Test
  void aMajorityElectsAnotherLeaderWithoutAChangeOfView() {
    Transcript transcript = Transcript.of(RaftLesson::teach);

    assertThat(transcript.outcomesOf("bob at n1", "put price=2")).containsExactly("done");
    assertThat(transcript.outcomesOf("cem at n2", "get price")).containsExactly("2");
    assertThat(transcript.outcomesOf("ana at n0", "get price")).startsWith("1").endsWith("2");
    assertThat(transcript.outcomesOf("bob at n1", "get price")).containsExactly("1", "3");
    assertThat(transcript.after("views since: ")).isEqualTo("0");
  }

  @Test
  void aMemberFetchesManyWritesAtOnceAndReadsUpToTheTail() {
    Transcript transcript = Transcript.of(SharedLogLesson::teach);

    assertThat(transcript.outcomesOf("cem at n2", "look at count"))
        .containsExactly("nothing", "31");
    assertThat(transcript.outcomesOf("cem at n2", "get count")).containsExactly("1", "32");
    assertThat(transcript.after("messages of n2 for all of them: ")).isEqualTo("2");
    assertThat(transcript.outcomesOf("bob at n1", "put count=32")).containsExactly("done");
  }

  @Test
  void noMemberIsMissed() {
    Transcript transcript = Transcript.of(QuorumLesson::teach);

    assertThat(transcript.outcomesOf("bob at n1", "put price=2")).containsExactly("done");
    assertThat(transcript.outcomesOf("cem at n2", "get price")).containsExactly("2");
    assertThat(transcript.outcomesOf("ana at n0", "get price")).containsExactly("2");
    assertThat(transcript.after("views since: ")).isEqualTo("0");
    assertThat(milliseconds(transcript.after("by PRIMARY: "))).isGreaterThan(400);
    assertThat(milliseconds(transcript.after("by QUORUM: "))).isLessThan(100);
  }

  @Test
  void aMemberIsBroughtWhatItHasMissedByHintsRepairsAndAnotherMember() {
    Transcript transcript = Transcript.of(QuorumLesson::teachCopies);

    assertThat(transcript.outcomesOf("cem at n2", "look at cart"))
        .containsExactly("tea", "milk", "milk", "rice", "rice", "figs");
    assertThat(transcript.outcomesOf("cem at n2", "get cart")).containsExactly("rice");
    assertThat(transcript.outcomesOf("bob at n1", "get cart")).containsExactly("tea");
  }

  @Test
  void aReadLockIsKeptAndCalledBackAndALostHoldersWriteIsOnAllOrOnNone() {
    Transcript transcript = Transcript.of(LockingLesson::teach);

    assertThat(transcript.outcomesOf("cem at n2", "get seat"))
        .startsWith("free", "free", "ana", "ana")
        .hasSize(5);
    String last = transcript.outcomesOf("cem at n2", "get seat").get(4);
    assertThat(last).isIn("ana+", "bob+");
    assertThat(transcript.outcomesOf("bob at n1", "get seat")).containsExactly(last);
    assertThat(timeOf(transcript, "has it: no message"))
        .isEqualTo(timeOf(transcript, "asks for a read lock"));
  }

  private static int milliseconds(String text) {
    return Integer.parseInt(text.replace(" ms", ""));
  }

  @Test
  void inACutATableGoesOnOrRefusesAsItsLevelSays() {
    Transcript transcript = Transcript.of(TablesLesson::teach);

    assertThat(transcript.outcomesOf("bob at n2", "visits: add home 1")).containsExactly("done");
    assertThat(transcript.outcomesOf("bob at n2", "accounts: add bob 5"))
        .doesNotContain("done")
        .hasSize(1);
    assertThat(transcript.outcomesOf("ana at n0", "accounts: get ana")).containsExactly("10");
    assertThat(transcript.after("visits is dropped: tables are")).isEqualTo("[accounts]");
  }

  @Test
  void everyRunPrintsTheSame() {
    assertThat(Transcript.of(Lessons::teach)).isEqualTo(Transcript.of(Lessons::teach));
  }

  @Test
  void allLessonsAreGiven() {
    List<String> expected = new ArrayList<>();
    expected.addAll(Transcript.of(LinearizableLesson::teach).lines());
    expected.addAll(Transcript.of(SequentialLesson::teach).lines());
    expected.addAll(Transcript.of(CausalLesson::teach).lines());
    expected.addAll(Transcript.of(EventualLesson::teach).lines());
    expected.addAll(Transcript.of(ChainLesson::teach).lines());
    expected.addAll(Transcript.of(RaftLesson::teach).lines());
    expected.addAll(Transcript.of(SharedLogLesson::teach).lines());
    expected.addAll(Transcript.of(QuorumLesson::teach).lines());
    expected.addAll(Transcript.of(QuorumLesson::teachCopies).lines());
    expected.addAll(Transcript.of(LockingLesson::teach).lines());
    expected.addAll(Transcript.of(TablesLesson::teach).lines());

    assertThat(Transcript.of(Lessons::teach).lines()).isEqualTo(expected);
  }

  private static String timeOf(Transcript transcript, String text) {
    return transcript.lines().stream()
        .filter(line -> line.contains(text))
        .map(line -> line.substring(0, line.indexOf(" ms")))
        .findFirst()
        .orElseThrow();
  }

  private static List<Integer> numbers(String text) {
    return Arrays.stream(text.split(" ")).map(Integer::valueOf).toList();
  }
}
