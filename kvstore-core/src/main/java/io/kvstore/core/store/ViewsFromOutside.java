package io.kvstore.core.store;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.machine.Fabric;
import io.kvstore.core.membership.Coordinator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;

/**
 * Views that are set by hand, in all groups of a store alike: of the nodes that are named, each
 * group has those that hold its shard.
 */
final class ViewsFromOutside {
  private static final long WITHIN_NANOS = TimeUnit.SECONDS.toNanos(2);

  private final List<Group> groups;
  private final Nodes nodes;
  private final BiConsumer<Group, Runnable> onLoop;
  private final ConditionWaiters waiters;

  /**
   * None was set yet.
   *
   * @param onLoop does something on the loop of a group's coordinators
   */
  ViewsFromOutside(
      List<Group> groups,
      Nodes nodes,
      BiConsumer<Group, Runnable> onLoop,
      ConditionWaiters waiters) {
    this.groups = groups;
    this.nodes = nodes;
    this.onLoop = onLoop;
    this.waiters = waiters;
  }

  /** Asks for a view of these members. */
  void set(List<NodeId> members) {
    members.forEach(nodes::require);
    if (members.isEmpty() || members.stream().distinct().count() < members.size()) {
      throw new IllegalArgumentException("a view needs members, each named once, not " + members);
    }
    for (Group group : groups) {
      if (membersOf(group, members).isEmpty()) {
        throw new IllegalArgumentException(
            "none of "
                + Fabric.inWords(members)
                + " holds shard "
                + group.shard()
                + ": name one of "
                + Fabric.inWords(group.holders()));
      }
    }
    groups.forEach(
        group -> {
          List<NodeId> its = membersOf(group, members);
          onLoop.accept(group, () -> group.coordinators().setView(its));
        });
  }

  private static List<NodeId> membersOf(Group group, List<NodeId> named) {
    return named.stream().filter(group::holds).toList();
  }

  /** It is in force soon, unless a member that is needed cannot be reached. */
  void await(List<NodeId> members) {
    waiters.administer(
        groups.get(0).coordinatorLoop(),
        null,
        () -> {},
        () -> groups.stream().allMatch(group -> isServedBy(group, membersOf(group, members))),
        WITHIN_NANOS);
  }

  /** Whether those of these holders that run serve in one view, which has no other members. */
  static boolean isServedBy(Group group, List<NodeId> members) {
    Coordinator its = group.coordinatorOf(members.get(0));
    if (its == null) {
      return false;
    }
    View view = its.register().view();
    return members.stream().filter(view.members()::contains).toList().equals(view.members())
        && members.stream()
            .filter(group::isRunning)
            .allMatch(
                node ->
                    group.coordinatorOf(node) == its && group.replicas().isServingIn(node, view));
  }

  /** Takes a node out of any view. */
  void expel(NodeId node) {
    nodes.require(node);
    groups.forEach(group -> onLoop.accept(group, () -> group.coordinators().expel(node)));
  }
}
