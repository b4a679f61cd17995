package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.replication.CompactedLog.Segment;
import io.kvstore.core.replication.OrderReport.Terms;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Tick;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class OrderReportTest {
  private static final NodeId FIRST = NodeId.of(0);
  private static final NodeId SECOND = NodeId.of(1);

  private final EpochStarts starts = new EpochStarts();
  private boolean hasServed = true;
  private List<Pair> entries = List.of();
  private List<Segment> compacted = List.of();
  private Terms terms;

  private static List<Ordered> between(long first, long last) {
    return LongStream.rangeClosed(first, last)
        .mapToObj(position -> new Ordered(position, 0, 1, position, new Tick()))
        .toList();
  }

  /** Of a member that holds all from a position to the last, and has performed a part. */
  private OrderReport report(NodeId node, long epoch, long first, long applied, long last) {
    return new OrderReport(
        node,
        hasServed,
        true,
        new Contents(entries, 0, 0),
        applied,
        between(applied + 1, last),
        new RememberedAnswers(),
        epoch,
        starts,
        between(first, last),
        compacted,
        null,
        null,
        terms);
  }

  @Test
  void theLastIsHeldAndTheFirstIsRecentOrCompacted() {
    OrderReport report = report(FIRST, 1, 4, 6, 9);
    assertThat(report.last()).isEqualTo(9);
    assertThat(report.firstKept()).isEqualTo(4);
    assertThat(report(FIRST, 1, 10, 9, 9).firstKept()).isEqualTo(10);

    compacted = List.of(new Segment(2, 3, List.of()));
    assertThat(report(FIRST, 1, 4, 6, 9).firstKept()).isEqualTo(2);
  }

  @Test
  void oneGoesOnFromAnotherIfItHoldsAllThatTheOtherLacks() {
    OrderReport best = report(FIRST, 1, 4, 6, 9);

    assertThat(best.goesOnFrom(report(SECOND, 1, 1, 3, 3))).isTrue();
    assertThat(best.goesOnFrom(report(SECOND, 1, 1, 2, 2))).as("the third is gone").isFalse();
    assertThat(best.goesOnFrom(report(SECOND, 1, 1, 10, 10))).as("it has more").isFalse();
    assertThat(best.goesOnFrom(report(SECOND, 0, 1, 5, 5))).as("of no view").isFalse();
  }

  @Test
  void ofAnEarlierEpochOnlyWhatCameBeforeTheNextIsShared() {
    starts.begin(1, 0);
    starts.begin(2, 5);
    OrderReport best = report(FIRST, 2, 4, 6, 9);

    assertThat(best.goesOnFrom(report(SECOND, 1, 1, 5, 5))).isTrue();
    assertThat(best.goesOnFrom(report(SECOND, 1, 1, 6, 6))).isFalse();
  }

  @Test
  void oneThatHasNothingIsBlank() {
    hasServed = false;
    assertThat(report(FIRST, 0, 1, 0, 0).isBlank()).isTrue();
    assertThat(report(FIRST, 0, 1, 1, 1).isBlank()).isFalse();
    entries = List.of(new Pair(Bytes.of("k"), new Entry(Bytes.of("v"), 0, 1, Entry.NEVER, null)));
    assertThat(report(FIRST, 0, 1, 0, 0).isBlank()).isFalse();
  }

  /** What was performed was committed, whichever members report. */
  @Test
  void withoutAMajorityOfMemoriesOnlyWhatIsPerformedIsKept() {
    assertThat(report(FIRST, 1, 1, 2, 5).ofWhatIsKept().last()).isEqualTo(5);
    terms = new Terms(7, 6);
    OrderReport kept = report(FIRST, 1, 1, 2, 5).ofWhatIsKept();

    assertThat(kept.last()).isEqualTo(2);
    assertThat(kept.recent()).isEqualTo(between(1, 2));
    assertThat(kept.hasServed()).isFalse();
  }

  @Test
  void theContentsOfTheBestAreNeededByThoseThatMayHaveSomethingElse() {
    List<MemberReport> members = List.of(report(FIRST, 1, 1, 5, 5), report(SECOND, 1, 1, 3, 5));

    assertThat(members.get(0).neededBy(FIRST, false, members, List.of())).isEmpty();
    assertThat(members.get(0).neededBy(SECOND, false, members, List.of())).hasSize(1);
    assertThat(members.get(0).neededBy(SECOND, true, members, List.of())).isEmpty();
  }
}
