package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.spi.MemberReport;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What the members of a view know together.
 *
 * @param best the one with the longest log, which has everything that was answered
 * @param witness of those who know what clients were answered, the one with the longest log
 * @param own how the member itself was as one of them; empty when it was not
 * @param isContinued whether what the member itself has performed comes first in the best's log,
 *     and the rest is there
 */
public record LogMerge(
    LogReport best, LogReport witness, Optional<LogReport> own, boolean isContinued) {

  /**
   * What these members know, for one of them or a joiner.
   *
   * @param mayStray whether a member may have gone on by itself while others installed a view that
   *     was not decided: then these are on, and what it has done is a stray
   */
  public static LogMerge of(
      NodeId self, List<MemberReport> members, List<MemberReport> joiners, boolean mayStray) {
    List<LogReport> all = members.stream().map(LogReport.class::cast).toList();
    Comparator<LogReport> byLog =
        Comparator.<LogReport>comparingLong(each -> mayStray ? each.epoch() : 0)
            .thenComparing(LogReport::last)
            .thenComparing(LogReport::hasServed);
    LogReport best = all.stream().max(byLog).orElseThrow();
    return new LogMerge(
        best,
        all.stream().filter(LogReport::remembers).max(byLog).orElse(best),
        all.stream().filter(each -> each.member().equals(self)).findFirst(),
        Stream.concat(all.stream(), joiners.stream().map(LogReport.class::cast))
            .anyMatch(each -> each.member().equals(self) && best.goesOnFrom(each)));
  }

  /** Whether the member may have something else than the best. */
  public boolean mayDiffer() {
    return own.isEmpty() || hasStrayed() || own.get().differsFrom(best);
  }

  /** Whether the member has gone on with an order that the best has left. */
  public boolean hasStrayed() {
    return own.isPresent()
        && own.get().epoch() < best.epoch()
        && own.get().last() > best.starts().endOf(own.get().epoch()).orElse(Long.MAX_VALUE);
  }

  /**
   * Those that may have gone on by themselves, after the others had gone on without them; first
   * those that can tell of the oldest operations, so that older ones come before newer ones.
   */
  public List<LogReport> astray(List<MemberReport> members, List<MemberReport> joiners) {
    Stream<LogReport> left =
        members.stream().map(LogReport.class::cast).filter(each -> each.epoch() < best.epoch());
    return Stream.concat(left, joiners.stream().map(LogReport.class::cast))
        .flatMap(each -> Stream.of(each, each.before()).filter(Objects::nonNull))
        .sorted(Comparator.comparingLong(LogReport::firstKept))
        .toList();
  }

  /** Tells what clients were answered up to where the best is. */
  public void teach(RememberedAnswers answers, View next) {
    answers.adopt(witness.answers());
    witness.unapplied().stream()
        .filter(each -> each.position() <= best.applied())
        .forEach(each -> answers.begin(each.client(), each.sequence()));
    if (!best.remembers() && witness.remembers()) {
      answers.forgetBefore(next.epoch()); // what the best has kept beyond the witness
    }
  }
}
