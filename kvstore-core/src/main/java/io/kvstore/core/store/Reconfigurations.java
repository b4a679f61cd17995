package io.kvstore.core.store;

import static java.util.Objects.requireNonNull;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.UnavailableException;
import io.kvstore.core.loop.Driver.Wait;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.spi.Nanos;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** Moves the groups of a key space from one cell of the matrix to another. */
final class Reconfigurations {
  private static final Duration WITHIN = Duration.ofSeconds(10);

  private final List<Group> groups;
  private final ControletFactory protocol;
  private final BiConsumer<Group, Runnable> onLoop;
  private final ConditionWaiters waiters;

  Reconfigurations(
      List<Group> groups,
      ControletFactory protocol,
      BiConsumer<Group, Runnable> onLoop,
      ConditionWaiters waiters) {
    this.groups = groups;
    this.protocol = protocol;
    this.onLoop = onLoop;
    this.waiters = waiters;
  }

  /** The cell to which the key space is to move, if it can. */
  Cell cellFor(Consistency to, Replication by) {
    if (!protocol.servesEveryCell()) {
      throw new UnsupportedOperationException(
          "this store runs a protocol of its own, which cannot be left for another");
    }
    requireNonNull(to, "consistency");
    Cell cell = new Cell(to, requireNonNull(by, "replication").requireSupportFor(to));
    for (Group group : groups) {
      group.settings().capacity().ifPresent(its -> its.requireSupportOf(to, by));
    }
    if (groups.stream().anyMatch(group -> group.replicas().areOnDisk())) {
      cell.requireSupportForDisks();
    }
    return cell;
  }

  /** The least that any group promises. */
  Consistency weakest() {
    return groups.stream()
        .map(group -> group.view().consistency())
        .max(Comparator.naturalOrder())
        .orElseThrow();
  }

  /** Moves all groups. Those that cannot move in time stay what they are. */
  void move(Cell to) {
    Map<Integer, Cell> before = new HashMap<>();
    groups.forEach(group -> before.put(group.shard(), Cell.of(group.view())));
    if (ask(to, WITHIN)) {
      return;
    }
    List<Group> unmoved = groups.stream().filter(group -> !to.isOf(group.view())).toList();
    unmoved.forEach(group -> want(group, requireNonNull(before.get(group.shard()))));
    if (!unmoved.isEmpty()) {
      throw new UnavailableException(
          unmoved.size()
              + " of "
              + groups.size()
              + " groups could not move to "
              + to.consistency()
              + " by "
              + to.replication()
              + " within "
              + WITHIN.toSeconds()
              + " s: every node must be in the view, so restart, heal or remove those that are not",
          null);
    }
  }

  /** Asks all groups to move, and waits for it. */
  boolean ask(Cell to, Duration atMost) {
    groups.forEach(group -> want(group, to));
    EventLoop loop = groups.get(0).coordinatorLoop();
    return waiters.call(
            loop,
            () -> groups.stream().allMatch(group -> hasMoved(group, to)),
            Nanos.of("atMost", atMost))
        == Wait.DONE;
  }

  private static boolean hasMoved(Group group, Cell to) {
    return to.isOf(group.view()) && group.replicas().running().stream().allMatch(group::isServing);
  }

  private void want(Group group, Cell cell) {
    onLoop.accept(group, () -> group.coordinators().want(cell));
  }
}
