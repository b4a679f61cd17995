package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.core.spi.MemberReport;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What goes on of the proposals of a view that has ended: the member that has performed most is
 * right, and what any member holds beyond that comes next, in its order. One that has just started
 * may have performed more, but its peers hold all of that.
 *
 * @param best the member that has performed most
 * @param own this member, if it was in the view; it has gone on without it if not
 * @param missesOnlyRest whether this member has kept all that the best one has performed, but for
 *     the last operations, which are at hand
 * @param pending what any member holds beyond
 * @param highestCount the highest of all Lamport counts
 * @param <P> the type of proposals
 */
public record ProposalMerge<P extends Proposal>(
    ProposalReport<P> best,
    Optional<ProposalReport<P>> own,
    boolean missesOnlyRest,
    Collection<P> pending,
    long highestCount) {

  /** What goes on for a member, by how members and those who join them stand. */
  public static <P extends Proposal> ProposalMerge<P> of(
      NodeId self, List<MemberReport> members, List<MemberReport> joiners, boolean isDurable) {
    List<ProposalReport<P>> ofMembers = read(members);
    List<ProposalReport<P>> all = new ArrayList<>(ofMembers);
    all.addAll(read(joiners));
    ProposalReport<P> best = ProposalReport.best(ofMembers.stream(), isDurable);
    boolean missesOnlyRest = isDurable && of(self, all).anyMatch(best::goesOnFrom);
    List<P> pending = new ArrayList<>();
    ofMembers.forEach(each -> pending.addAll(each.pending()));
    long highestCount = all.stream().mapToLong(ProposalReport::count).max().orElse(0);
    return new ProposalMerge<>(
        best, of(self, ofMembers).findFirst(), missesOnlyRest, pending, highestCount);
  }

  private static <P> Stream<ProposalReport<P>> of(NodeId self, List<ProposalReport<P>> all) {
    return all.stream().filter(each -> each.member().equals(self));
  }

  @SuppressWarnings("unchecked") // all members of a group have one protocol
  private static <P> List<ProposalReport<P>> read(List<MemberReport> reports) {
    return reports.stream().map(each -> (ProposalReport<P>) each).toList();
  }

  /** Whether this member may hold other contents than the best. */
  public boolean mayDiffer(boolean isDurable) {
    boolean mayBeSame = own.isPresent() && !(isDurable && best.epoch() > 0);
    return !mayBeSame || own.orElseThrow().differsFrom(best);
  }
}
