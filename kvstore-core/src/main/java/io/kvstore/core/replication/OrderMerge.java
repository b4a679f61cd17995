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
 * What the members of a view that has ended know together.
 *
 * @param best the one that has most of the order, which has everything that was answered
 * @param witness of those who know what clients were answered, the one that has most
 * @param own how the member itself was as one of them; empty when it was not
 * @param isContinued whether what the member itself has performed comes first in the best's order,
 *     and the rest is there
 * @param mayStray whether a member may have gone on by itself while others installed a view that
 *     was not decided: then these are right, and what it has done is left over
 */
public record OrderMerge(
    OrderReport best,
    OrderReport witness,
    Optional<OrderReport> own,
    boolean isContinued,
    boolean mayStray) {

  /** What these members know, for one of them or a joiner. */
  public static OrderMerge of(
      NodeId self,
      boolean isDurable,
      List<MemberReport> members,
      List<MemberReport> joiners,
      boolean mayStray) {
    List<OrderReport> all = members.stream().map(OrderReport.class::cast).toList();
    boolean areProposals = all.stream().anyMatch(each -> each.proposals() != null);
    boolean areElected = all.stream().anyMatch(each -> each.terms() != null);
    Comparator<OrderReport> byOrder =
        areProposals ? byPerformed(isDurable) : areElected ? byTerm() : byLength(mayStray);
    OrderReport best = all.stream().max(byOrder).orElseThrow();
    return new OrderMerge(
        best,
        all.stream().filter(OrderReport::remembers).max(byOrder).orElse(best),
        all.stream().filter(each -> each.member().equals(self)).findFirst(),
        Stream.concat(all.stream(), joiners.stream().map(OrderReport.class::cast))
            .anyMatch(each -> each.member().equals(self) && best.goesOnFrom(each)),
        mayStray && !areProposals);
  }

  /** The longest log has everything that was answered. */
  private static Comparator<OrderReport> byLength(boolean mayStray) {
    return Comparator.<OrderReport>comparingLong(each -> mayStray ? each.epoch() : 0)
        .thenComparing(OrderReport::last)
        .thenComparing(OrderReport::hasServed);
  }

  /**
   * The log that would win any election has everything that a majority held, if a majority has its
   * memory; if not, only what was performed can be known.
   */
  private static Comparator<OrderReport> byTerm() {
    return Comparator.comparing(OrderReport::hasServed)
        .thenComparing(each -> each.hasServed() ? each.termsOrNone().last() : 0)
        .thenComparing(OrderReport::last);
  }

  /**
   * A member that has just started may have performed more, but does not know by which proposals it
   * came there; its peers hold all of that.
   */
  private static Comparator<OrderReport> byPerformed(boolean isDurable) {
    return Comparator.comparing(OrderReport::hasServed)
        .thenComparing(each -> isDurable ? each.epoch() : 0)
        .thenComparing(OrderReport::applied);
  }

  /** Whether the member may have something else than the best. */
  public boolean mayDiffer() {
    return own.isEmpty() || hasStrayed() || own.get().differsFrom(best);
  }

  /** Whether the group has gone on from where the member was. */
  public boolean isMember() {
    return own.isPresent() && !hasStrayed();
  }

  private boolean hasStrayed() {
    return mayStray
        && own.isPresent()
        && own.get().epoch() < best.epoch()
        && own.get().last() > best.starts().endOf(own.get().epoch()).orElse(Long.MAX_VALUE);
  }

  /**
   * Those that may have gone on by themselves, after the others had gone on without them; first
   * those that can tell of the oldest operations, so that older ones come before newer ones.
   */
  public List<OrderReport> astray(List<MemberReport> members, List<MemberReport> joiners) {
    Stream<OrderReport> left =
        members.stream().map(OrderReport.class::cast).filter(each -> each.epoch() < best.epoch());
    return Stream.concat(left, joiners.stream().map(OrderReport.class::cast))
        .flatMap(each -> Stream.of(each, each.before()).filter(Objects::nonNull))
        .sorted(Comparator.comparingLong(OrderReport::firstKept))
        .toList();
  }

  /**
   * Tells what clients were answered up to where the best is. A member whose own comes first in the
   * best's order, and may be more of it than the best has performed, remembers that, too.
   */
  public void teach(RememberedAnswers answers, View next) {
    RememberedAnswers own = answers.copy();
    answers.adopt(witness.answers());
    if (isContinued) {
      answers.mergeDone(own);
    }
    witness.unapplied().stream()
        .filter(each -> each.position() <= best.applied())
        .forEach(each -> answers.begin(each.client(), each.sequence()));
    if (!best.remembers() && witness.remembers()) {
      answers.forgetBefore(next.epoch()); // what the best has kept beyond the witness
    }
  }
}
