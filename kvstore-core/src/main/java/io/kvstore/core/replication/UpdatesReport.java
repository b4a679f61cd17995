package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.UpdateStream.Update;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Storage.Contents;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What a member that tells the others what it writes brings to the end of a view.
 *
 * <p>When a view begins, all its members hold the same. So as long as every one of them is there at
 * its end, they differ in nothing but what one has told and another has not received: there is no
 * need to compare all that they hold.
 *
 * @param member whose it is
 * @param view in which it was last; null when it comes new
 * @param unreceived what it has told in that view and not everyone is known to have received; null
 *     when not all of that is known any more
 */
public record UpdatesReport(NodeId member, @Nullable View view, @Nullable List<Update> unreceived) {
  /** Whether these are of all the members of one view, and tell all in which they differ. */
  public static boolean areComplete(List<UpdatesReport> shares) {
    View view = shares.isEmpty() ? null : shares.get(0).view();
    Set<NodeId> present = new TreeSet<>();
    for (UpdatesReport share : shares) {
      if (!share.isOf(view) || share.unreceived() == null) {
        return false;
      }
      present.add(share.member());
    }
    return view != null && present.containsAll(view.members());
  }

  /** How a member stands that has one. */
  public interface Shared extends MemberReport {
    /** What it brings. */
    UpdatesReport share();

    /** All that it holds. */
    @Override
    Contents contents();

    /** How far its clock has counted. */
    long count();

    @Override
    default List<MemberReport> neededBy(
        NodeId self, boolean isDurable, List<MemberReport> members, List<MemberReport> joiners) {
      return UpdatesReport.neededBy(self, members, joiners);
    }
  }

  /** Whose contents a member needs to hold what all of them hold. */
  private static List<MemberReport> neededBy(
      NodeId self, List<MemberReport> members, List<MemberReport> joiners) {
    List<UpdatesReport> shares = members.stream().map(each -> ((Shared) each).share()).toList();
    Optional<UpdatesReport> own =
        Stream.concat(members.stream(), joiners.stream())
            .map(each -> ((Shared) each).share())
            .filter(each -> each.member().equals(self))
            .findFirst();
    List<MemberReport> needed = new ArrayList<>(joiners);
    if (!areComplete(shares)) {
      needed.addAll(members);
    } else if (own.isEmpty() || !shares.get(0).isOf(own.get().view())) {
      needed.add(members.get(0));
    }
    return needed;
  }

  /**
   * What it has told in that view and not everyone is known to have received, as far as is known.
   */
  public List<Update> told() {
    return unreceived == null ? List.of() : unreceived;
  }

  /** Whether its member was in this view until now. */
  public boolean isOf(@Nullable View other) {
    return view != null && other != null && view.epoch() == other.epoch();
  }
}
