package io.kvstore.core.membership;

import static java.util.Objects.requireNonNull;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.membership.Control.Frozen;
import io.kvstore.core.membership.Control.Install;
import io.kvstore.core.membership.Control.Installing;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.replication.LogLease;
import io.kvstore.core.spi.MemberReport;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One change of a group under way: who is asked how they stand, who has said, and who has taken
 * their place in what comes next.
 */
final class ViewChange {
  private final long epoch;
  private final View from;
  private final Set<NodeId> asked; // members of the view before in its order, then the others
  private final List<NodeId> targets;
  private final Cell cell;
  private final Map<NodeId, Frozen> frozen = new TreeMap<>();
  private final Set<NodeId> installed = new TreeSet<>();
  private long answeredAt; // when the last member of the view before has said how it stands
  private long since; // it began, or a member has last said that it goes on
  private boolean isTakingLong;
  private @Nullable Install install;

  /**
   * A change that begins.
   *
   * @param epoch the number of the next view
   * @param from the view before
   * @param asked who is asked how they stand
   * @param targets who is to be in the next view
   * @param cell in which cell of the matrix
   */
  ViewChange(
      long epoch, View from, Set<NodeId> asked, List<NodeId> targets, Cell cell, long since) {
    this.epoch = epoch;
    this.from = from;
    this.asked = new LinkedHashSet<>(asked);
    this.targets = List.copyOf(targets);
    this.cell = cell;
    this.since = since;
  }

  long epoch() {
    return epoch;
  }

  View from() {
    return from;
  }

  /**
   * Whether it is not worth waiting for any longer. Who takes something over may have to wait for
   * its disk, and is heard of meanwhile.
   */
  boolean isOverdue(long now, long detection) {
    return now - since > (isTakingLong ? 20 : 2) * detection;
  }

  void onFrozen(NodeId node, Frozen report, long now) {
    if (asked.contains(node) && install == null) {
      boolean isNews = frozen.put(node, report) == null;
      answeredAt = isNews && from.members().contains(node) ? now : answeredAt;
    }
  }

  /**
   * How long a leader that has not answered may go on reading alone where the log is its lease: by
   * what a majority holds, and so one that has answered since it holds that.
   */
  long logLeaseLeft(long now, long detection) {
    boolean mayBeHeld =
        Cell.isLogTheLease(from) && !from.members().stream().allMatch(this::hasAnswered);
    return mayBeHeld ? answeredAt + LogLease.waitNanos(detection) - now : 0;
  }

  /** Who has not said yet how they stand. */
  List<NodeId> silent() {
    return asked.stream().filter(node -> !frozen.containsKey(node)).toList();
  }

  /** Goes on without a member that does not answer. */
  void giveUp(NodeId node) {
    asked.remove(node);
  }

  boolean includes(NodeId node) {
    return asked.contains(node);
  }

  boolean hasAnswered(NodeId node) {
    return frozen.containsKey(node);
  }

  /**
   * Whether those who have answered have everything that may have been answered in the view before:
   * one who was there until now has, or so many that each majority shares one with them where any
   * minority may lack it, and all together have, even when all have been away.
   */
  boolean hasEverything() {
    boolean areAllThere = from.members().stream().allMatch(this::hasAnswered);
    return (from.epoch() > 0 && hasWitnesses()) || (areAllThere && !isPartLost());
  }

  private boolean hasWitnesses() {
    return witnesses() >= Cell.of(from).witnessesAmong(from.members().size());
  }

  private long witnesses() {
    return from.members().stream().filter(this::isWitness).count();
  }

  /** Whether some members have their memory, but what was answered may be known to the others. */
  private boolean isPartLost() {
    boolean isKept =
        from.members().stream().allMatch(node -> hasAnswered(node) && knowsAnswers(node));
    return witnesses() > 0 && !hasWitnesses() && !isKept;
  }

  private boolean knowsAnswers(NodeId node) {
    return answerOf(node).report().remembers();
  }

  /** Whether a member has been there until now. */
  private boolean isWitness(NodeId node) {
    return hasAnswered(node) && answerOf(node).installed() >= from.epoch();
  }

  /** Whether all members of the view before have answered, and each has lost what it had. */
  boolean isAllLost() {
    return from.members().stream()
        .allMatch(node -> hasAnswered(node) && answerOf(node).hasLostAll());
  }

  /** Whether so many members are left that the group could go on. */
  boolean hasTargets() {
    int all = targets.size();
    int needed = Math.max(cell.neededAmong(all), Cell.of(from).neededAmong(all));
    return going().size() >= needed;
  }

  private Frozen answerOf(NodeId node) {
    return requireNonNull(frozen.get(node));
  }

  /** Those who are to be in the next view. */
  List<NodeId> targets() {
    return targets;
  }

  /** In which cell of the matrix the next view is to be. */
  Cell cell() {
    return cell;
  }

  /** Those who are to go on, in the order in which they were named. */
  List<NodeId> going() {
    return targets.stream().filter(this::hasAnswered).toList();
  }

  /** Whether no member that has answered knows of anything. */
  boolean isAllBlank() {
    return frozen.values().stream().map(Frozen::report).allMatch(MemberReport::isBlank);
  }

  /** Whether those who have answered have lost what they knew, and they are not all holders. */
  boolean hasNothingWithout(List<NodeId> holders) {
    return from.epoch() > 0 && isAllBlank() && !frozen.keySet().containsAll(holders);
  }

  /** What everyone is to be told that goes on from this, instead of from how members stand. */
  Install install(View next, List<MemberReport> instead) {
    Install decided = new Install(next, instead, List.of());
    install = decided;
    return decided;
  }

  /** What everyone is to be told. */
  Install install(View next) {
    List<MemberReport> members = new ArrayList<>();
    List<MemberReport> joiners = new ArrayList<>();
    for (NodeId node : from.members()) {
      if (hasAnswered(node)) {
        MemberReport report = answerOf(node).report();
        members.add(hasWitnesses() ? report : report.ofWhatIsKept());
      }
    }
    frozen.forEach(
        (node, answer) -> {
          if (!from.members().contains(node)) {
            joiners.add(answer.report());
          }
        });
    if (members.stream().allMatch(MemberReport::isBlank)) {
      members.addAll(joiners); // what an older view had is better than nothing
    } else if (haveOnlyWhatIsKept(members)) {
      joiners.stream().filter(MemberReport::remembers).forEach(members::add);
    }
    Install decided = new Install(next, List.copyOf(members), List.copyOf(joiners));
    install = decided;
    return decided;
  }

  /**
   * Whether all of them have lost their memory. In one order, what datalets have kept without it
   * may end before what an older view has answered: the longest counts.
   */
  private boolean haveOnlyWhatIsKept(List<MemberReport> members) {
    return !hasWitnesses()
        && Cell.of(from).hasOneOrder()
        && members.stream().noneMatch(MemberReport::remembers);
  }

  /** What everyone was told, null as long as it has not come to that. */
  @Nullable Install install() {
    return install;
  }

  /** A member says that it is taking over what it needs, which takes a while. */
  void onInstalling(Installing installing, long now) {
    if (installing.next() == epoch) {
      since = now;
      isTakingLong = true;
    }
  }

  /** Without whom this cannot end: also those from whom others take over what they need. */
  List<NodeId> awaited() {
    return isTakingLong && !notInstalled().isEmpty()
        ? List.copyOf(frozen.keySet())
        : notInstalled();
  }

  void onInstalled(NodeId node) {
    installed.add(node);
  }

  /** Who has not taken their place yet. */
  List<NodeId> notInstalled() {
    return going().stream().filter(node -> !installed.contains(node)).toList();
  }
}
