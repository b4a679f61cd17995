package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.replication.Registers.Answered;
import io.kvstore.core.replication.Registers.State;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the reports of members whose keys are registers come to together. */
final class RegistersReportTest {
  private static final Bytes KEY = Bytes.of("k");
  private static final Bytes OTHER = Bytes.of("other");

  private record Holdings(Contents contents) implements MemberReport {}

  private static RegistersReport report(long epoch, Map<Bytes, Accepted> registers) {
    return new RegistersReport(new Holdings(new Contents(List.of(), 7, 0)), registers, epoch);
  }

  private static Accepted accepted(long ballot, long time) {
    Entry entry = Entry.of(Bytes.of("v" + ballot), ballot);
    Answered answer = new Answered(1, ballot, Found.NOTHING);
    return new Accepted(ballot, new State(entry, time, List.of(answer)));
  }

  @Test
  void ofEachKeyTheHighestBallotGoesOn() {
    List<MemberReport> reports =
        List.of(
            report(3, Map.of(KEY, accepted(5, 1), OTHER, accepted(2, 1))),
            report(3, Map.of(KEY, accepted(4, 1), OTHER, accepted(6, 9))));
    Map<Bytes, Accepted> latest = RegistersReport.latest(reports);
    assertThat(latest)
        .containsExactlyInAnyOrderEntriesOf(Map.of(KEY, accepted(5, 1), OTHER, accepted(6, 9)));
    assertThat(RegistersReport.entriesOf(latest))
        .containsExactlyInAnyOrder(
            new Pair(KEY, Entry.of(Bytes.of("v5"), 5)),
            new Pair(OTHER, Entry.of(Bytes.of("v6"), 6)));
    assertThat(RegistersReport.timeOf(reports, List.of())).isEqualTo(9);
  }

  /** What it had accepted may have been passed over when that view began. */
  @Test
  void aMemberThatHasMissedTheLastViewHasNothingToAdd() {
    List<MemberReport> reports =
        List.of(report(3, Map.of()), report(2, Map.of(KEY, accepted(5, 1))));
    assertThat(RegistersReport.latest(reports)).isEmpty();
  }

  @Test
  void clientsAreRememberedByTheirLastRequest() {
    RememberedAnswers answers = new RememberedAnswers();
    RegistersReport.remember(Map.of(KEY, accepted(5, 1), OTHER, accepted(6, 1)), answers);
    assertThat(answers.find(1, 6)).isNotNull();
    assertThat(answers.find(1, 5)).isNull();
    assertThat(answers.hasBegun(1, 5)).isTrue();
  }

  @Test
  void aMemberWithoutMemoryAndEntriesIsBlank() {
    assertThat(report(0, Map.of()).isBlank()).isTrue();
    assertThat(report(0, Map.of()).remembers()).isFalse();
    assertThat(report(1, Map.of()).isBlank()).isFalse();
    assertThat(report(1, Map.of()).remembers()).isTrue();
  }
}
