package io.kvstore.core.membership;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.membership.Control.Stage;
import io.kvstore.core.replication.Cell;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The choice of a group's next view: whether there is to be another, who is asked for what they
 * have, who is to be a member, and in which cell of the matrix.
 *
 * <p>Invariant: the next view has the word of one who was in the view decided last, or of all of
 * its members. Where members go on by themselves without a minority, it has the word of so many
 * that each majority shares one with them.
 */
final class ViewChoice {
  private final Members group;
  private final EventLoop loop;
  private final Register register;
  private final FailureDetector detector;
  private final Predicate<NodeId> isMine;

  /**
   * For one coordinator.
   *
   * @param isMine whether it keeps the view of a node
   */
  ViewChoice(
      Members group,
      EventLoop loop,
      Register register,
      FailureDetector detector,
      Predicate<NodeId> isMine) {
    this.group = group;
    this.loop = loop;
    this.register = register;
    this.detector = detector;
    this.isMine = isMine;
  }

  /**
   * Whether all who are wanted and not lost have said that they serve in the present view, and no
   * other member is in it.
   */
  boolean isMade() {
    View view = register.view();
    List<NodeId> left =
        group.holders().stream().filter(isMine).filter(node -> !detector.isSilent(node)).toList();
    List<NodeId> wanted = left.stream().filter(register::wants).toList();
    return left.stream().allMatch(detector::isHeardLately)
        && wanted.stream().allMatch(node -> isServingIn(view, node))
        && cellAmong(wanted, view).isOf(view)
        && membersAmong(new LinkedHashSet<>(wanted), view).size()
            == view.members().size() - silentButTolerated(view).size();
  }

  /** The members of a view that stay in it although they are not heard from. */
  private Set<NodeId> silentButTolerated(View view) {
    Set<NodeId> silent = new LinkedHashSet<>();
    if (isAutomatic() && Cell.of(view).toleratesSilence()) {
      view.members().stream()
          .filter(node -> isMine.test(node) && register.wants(node) && !isLeaving(node))
          .filter(detector::isSilent)
          .forEach(silent::add);
    }
    return silent;
  }

  private boolean isServingIn(View view, NodeId node) {
    return view.members().contains(node) && detector.of(node).isServingIn(view.epoch());
  }

  /** A change to another view, if there is a reason for one and no more members to wait for. */
  @Nullable ViewChange next() {
    View view = register.view();
    Set<NodeId> staying = new LinkedHashSet<>();
    for (NodeId member : view.members()) {
      if (!isMine.test(member)) {
        continue; // it is in another view by now, or was taken out of this one by hand
      }
      if (detector.isSilent(member)) {
        group.onSuspicion(member, "it is not heard from");
        continue;
      }
      if (!detector.of(member).isKnown()) {
        return null; // it is not too late to hear of this one
      }
      staying.add(member);
    }
    if (isAutomatic() && !Cell.of(view).toleratesSilence()) {
      leaveOutAccused(view, staying);
    }
    if (isNamedAwaited()) {
      return null;
    }
    Set<NodeId> asked = new LinkedHashSet<>(staying);
    asked.addAll(comers(view));
    List<NodeId> next = membersAmong(asked, view);
    boolean isStale = staying.stream().anyMatch(node -> mustBeInstalledAgain(node, view));
    // Set by hand, a view has members that are not heard from: with them it stays as it is.
    Cell cell = asked.containsAll(next) ? cellAmong(next, view) : Cell.of(view);
    List<NodeId> present = new ArrayList<>(view.members());
    present.removeAll(silentButTolerated(view));
    boolean isOther = !next.equals(present) || !cell.isOf(view);
    if (next.isEmpty() || !(isStale || isOther) || !mayGoOnWith(staying, view)) {
      return null;
    }
    return new ViewChange(register.nextEpoch(), view, asked, next, cell, loop.now());
  }

  private boolean isAutomatic() {
    return group.settings().failover().isAutomatic();
  }

  private boolean isLeaving(NodeId node) {
    return group.coordinators().isLeaving(node);
  }

  /** Whether a member is named that has not been heard of, and may yet be. */
  private boolean isNamedAwaited() {
    List<NodeId> named = register.wanted().orElse(List.of());
    return named.stream()
        .anyMatch(
            node -> isMine.test(node) && !detector.of(node).isKnown() && !detector.isSilent(node));
  }

  /** Who is not in the view, and could be. */
  private Set<NodeId> comers(View view) {
    Set<NodeId> comers = new LinkedHashSet<>();
    detector.forEach(
        (node, replica) -> {
          boolean isOut = isMine.test(node) && replica.isKnown() && !view.members().contains(node);
          boolean mayCome = register.wants(node) && !isLeaving(node);
          if (isOut && mayCome && !detector.isSilent(node) && !replica.isShunned(loop.now())) {
            comers.add(node);
          }
        });
    return comers;
  }

  /** Who is to be in the next view, in its order. */
  private List<NodeId> membersAmong(Set<NodeId> asked, View view) {
    List<NodeId> ordered =
        register.wanted().orElseGet(() -> isAutomatic() ? List.copyOf(asked) : view.members());
    List<NodeId> present =
        ordered.stream()
            .filter(node -> !isAutomatic() || asked.contains(node))
            .filter(isMine)
            .toList();
    return present.stream()
        .map(group.coordinators()::withRankOf)
        .filter(node -> present.contains(node) && !isLeaving(node))
        .distinct()
        .toList();
  }

  /**
   * The cell of the next view: another only with every member in it, so that none comes back later
   * with what the new protocol cannot read, or has forgotten.
   */
  private Cell cellAmong(List<NodeId> next, View view) {
    return next.containsAll(group.holders()) ? register.cell() : Cell.of(view);
  }

  private boolean mustBeInstalledAgain(NodeId node, View view) {
    PeerHealth replica = detector.of(node);
    return replica.stage() == Stage.FRESH
        || replica.stage() == Stage.FROZEN // perhaps by being taken out of the view, and put back
        || replica.promised() > view.epoch()
        || replica.installed() < view.epoch();
  }

  private boolean mayGoOnWithout(NodeId worst, Set<NodeId> staying, View view) {
    Set<NodeId> others = new LinkedHashSet<>(staying);
    others.remove(worst);
    return mayGoOnWith(others, view);
  }

  private boolean mayGoOnWith(Set<NodeId> staying, View view) {
    long witnesses =
        staying.stream().filter(node -> detector.of(node).installed() >= view.epoch()).count();
    boolean areEnough = witnesses >= Cell.of(view).witnessesAmong(view.members().size());
    return !staying.isEmpty()
        && ((view.epoch() > 0 && areEnough)
            || Cell.of(view).letsAnyGoOn()
            || staying.containsAll(view.members()));
  }

  /**
   * Leaves out whom most complain of, for longer each time; not one whose word the others need to
   * go on: perhaps it owes them something because it waits for the next view.
   */
  private void leaveOutAccused(View view, Set<NodeId> staying) {
    Complaints.worst(view, staying, detector::of)
        .filter(worst -> mayGoOnWithout(worst, staying, view))
        .ifPresent(
            worst -> {
              loop.reached(Moment.ACCUSED_LEFT_OUT);
              group.onSuspicion(worst, "others complain of it");
              detector.of(worst).shun(loop.now(), detector.detection());
              staying.remove(worst);
            });
  }
}
