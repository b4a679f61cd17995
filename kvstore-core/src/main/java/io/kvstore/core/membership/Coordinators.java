package io.kvstore.core.membership;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.machine.Fabric;
import io.kvstore.core.replication.Cell;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The coordinators of a group, and which of them keeps the view of which node: one for all, unless
 * views were set by which they go apart. What changes is done on their loop.
 *
 * <p>A view that is set leaves nodes out. At the weak levels they go on by themselves at once. At
 * the strong levels they stay with their coordinator until the view is decided, so that they are
 * frozen, or their lease has ended, before the others serve; from then on they are in no view. A
 * node that is taken out of a view otherwise stops to serve before the others go on without it.
 */
public final class Coordinators implements Actor {
  private final Members group;
  private final EventLoop loop;
  private final Fabric fabric;
  private final Consumer<View> onDecided;
  private final long seed;
  private final AtomicLong epochs = new AtomicLong();
  private volatile List<Coordinator> all; // the first keeps the view that clients go by
  private volatile @Nullable Coordinator[] ofNode; // null: it is to be in no view
  private final Map<NodeId, NodeId> leaving =
      new TreeMap<>(); // each with its replacement; on the loop
  private long made;
  private boolean isCrashed;

  /**
   * One for all.
   *
   * @param onDecided puts the view that clients go by on record
   */
  public Coordinators(
      Members group,
      EventLoop loop,
      Fabric fabric,
      View first,
      Consumer<View> onDecided,
      long seed) {
    this.group = group;
    this.loop = loop;
    this.fabric = fabric;
    this.onDecided = onDecided;
    this.seed = seed;
    epochs.set(first.epoch());
    Coordinator one = newCoordinator(newRegister(first));
    all = List.of(one);
    List<NodeId> holders = group.holders();
    @Nullable Coordinator[] its = new @Nullable Coordinator[lengthFor(holders)];
    holders.forEach(node -> its[node.number()] = one);
    ofNode = its;
  }

  private static int lengthFor(List<NodeId> nodes) {
    return nodes.stream().mapToInt(NodeId::number).max().orElse(-1) + 1;
  }

  /** Keeps a view, and puts it on record while clients go by it. */
  private Register newRegister(View view) {
    return new Register(view, epochs, this::record);
  }

  private void record(Register register, View decided) {
    if (register == first().register()) {
      onDecided.accept(decided);
    }
  }

  private Coordinator newCoordinator(Register register) {
    return new Coordinator(
        group, loop, fabric, register, seed + 7_919L * (group.shard() + 1) + made++);
  }

  /** No view gets the number of one that a replica has been in. */
  public void beginAfter(long epoch) {
    epochs.accumulateAndGet(epoch, Math::max);
  }

  public long highestEpoch() {
    return epochs.get();
  }

  public List<Coordinator> all() {
    return all;
  }

  public Coordinator first() {
    return all.get(0);
  }

  /** Who keeps the view of a node; null when it is to be in none. */
  @Nullable Coordinator of(NodeId node) {
    @Nullable Coordinator[] known = ofNode;
    return node.number() < known.length ? known[node.number()] : null;
  }

  /**
   * One more node holds the shard.
   *
   * @param joins whether it joins by itself
   */
  public void add(NodeId node, boolean joins) {
    assert loop.isMine();
    @Nullable Coordinator[] more =
        Arrays.copyOf(ofNode, Math.max(ofNode.length, node.number() + 1));
    more[node.number()] = joins ? first() : null;
    ofNode = more;
    if (joins) {
      first().register().wantToo(node);
    }
  }

  /**
   * A node is to leave: it is asked for what it has, and not wanted in the next view.
   *
   * @param replacement takes its rank there, if it is a member by then; itself when none does
   */
  public void leave(NodeId node, NodeId replacement) {
    execute(
        () -> {
          leaving.put(node, replacement);
          group.rest().end();
        });
  }

  /** It stays after all. */
  public void stay(NodeId node) {
    execute(() -> leaving.remove(node));
  }

  boolean isLeaving(NodeId node) {
    return leaving.containsKey(node);
  }

  /** Who has the rank of a node in the next view: itself, or the one in its place. */
  NodeId withRankOf(NodeId node) {
    return leaving.getOrDefault(node, node);
  }

  /** A node has left, and is not there any more. */
  public void forget(NodeId node) {
    execute(
        () -> {
          release(node);
          leaving.remove(node);
        });
  }

  /** A node is no longer to be in a view. */
  private void release(NodeId node) {
    assign(node, null);
    all.forEach(each -> each.register().wantNoMore(node));
  }

  private void assign(NodeId node, @Nullable Coordinator next) {
    assert loop.isMine();
    Coordinator before = of(node);
    if (before == next) {
      return;
    }
    @Nullable Coordinator[] changed = ofNode.clone();
    changed[node.number()] = next;
    ofNode = changed;
    if (before != null) {
      before.forget(node);
    }
    if (next != null) {
      next.forget(node);
      group.start(node);
    }
  }

  /** Asks for another cell of the matrix. */
  public void want(Cell cell) {
    assert loop.isMine();
    all.forEach(each -> each.want(cell));
  }

  /**
   * Sets a view. It goes on from the view of the first of its members that is in one: what a node
   * in no view has does not count.
   */
  public void setView(List<NodeId> members) {
    assert loop.isMine();
    List<NodeId> moving = members.stream().filter(node -> mustStopFor(node, members)).toList();
    group.stopServing(moving, () -> setViewNow(members));
  }

  /** Whether a node is to leave a view that promises more than it could keep on its way. */
  private boolean mustStopFor(NodeId node, List<NodeId> members) {
    Coordinator before = of(node);
    return before != null && before != baseOf(members) && isStrong(before);
  }

  private static boolean isStrong(Coordinator coordinator) {
    return Cell.of(coordinator.register().view()).isStrong();
  }

  /** Who keeps the view from which these members go on; null when none of them is in one. */
  private @Nullable Coordinator baseOf(List<NodeId> members) {
    for (NodeId member : members) {
      Coordinator its = of(member);
      if (its != null && its.register().wants(member)) {
        return its;
      }
    }
    return null;
  }

  private void setViewNow(List<NodeId> members) {
    Coordinator kept = baseOf(members);
    Coordinator base = kept == null ? begin(viewOf(List.of(members.get(0)))) : kept;
    if (!isStrong(base)) {
      splitOff(members, base);
    }
    for (NodeId member : members) {
      takeFromElsewhere(member, base);
    }
    base.want(members);
    releaseStrangers(base);
  }

  /** Those that are left out go on by themselves. */
  private void splitOff(List<NodeId> members, Coordinator base) {
    View before = base.register().view();
    List<NodeId> leftOut =
        before.members().stream()
            .filter(node -> !members.contains(node) && of(node) == base)
            .toList();
    if (!leftOut.isEmpty()) {
      Coordinator rest = begin(before);
      leftOut.forEach(node -> assign(node, rest));
      rest.want(leftOut);
    }
  }

  /** A coordinator has decided on a view: who is left out of a strong one is in no view. */
  void onDecided(Coordinator coordinator) {
    releaseStrangers(coordinator);
  }

  /** Releases nodes that are neither in the view of their coordinator nor wanted there. */
  private void releaseStrangers(Coordinator coordinator) {
    Register register = coordinator.register();
    if (!isStrong(coordinator)) {
      return;
    }
    for (int i = 0; i < ofNode.length; i++) {
      NodeId node = NodeId.of(i);
      if (of(node) == coordinator
          && !register.wants(node)
          && !register.view().members().contains(node)) {
        release(node);
        group.stopServing(List.of(node), () -> {});
      }
    }
  }

  /** A view of nodes that have not been in any of this epoch. */
  private View viewOf(List<NodeId> members) {
    return Cell.of(first().register().view()).view(epochs.incrementAndGet(), members);
  }

  private Coordinator begin(View view) {
    Coordinator another = newCoordinator(newRegister(view));
    List<Coordinator> more = new ArrayList<>(all);
    more.removeIf(each -> each == first() && !keepsAny(each));
    more.add(another);
    all = List.copyOf(more);
    if (isCrashed) {
      another.stop();
    } else {
      another.start();
    }
    return another;
  }

  private boolean keepsAny(Coordinator coordinator) {
    return Arrays.stream(ofNode).anyMatch(each -> each == coordinator);
  }

  private void takeFromElsewhere(NodeId node, Coordinator base) {
    Coordinator before = of(node);
    if (before != base) {
      assign(node, base);
      if (before != null) {
        wantWithout(before, node);
      }
    }
  }

  private void wantWithout(Coordinator coordinator, NodeId node) {
    Register register = coordinator.register();
    List<NodeId> rest = new ArrayList<>(register.wanted().orElse(register.view().members()));
    rest.removeIf(each -> each.equals(node) || of(each) != coordinator);
    if (rest.isEmpty()) {
      drop(coordinator);
    } else {
      coordinator.want(rest);
    }
  }

  /** Nothing is left of its view. */
  private void drop(Coordinator coordinator) {
    coordinator.stop();
    for (int i = 0; i < ofNode.length; i++) {
      NodeId node = NodeId.of(i);
      if (of(node) == coordinator) {
        release(node);
        group.stopServing(List.of(node), () -> {});
      }
    }
    if (all.size() > 1) {
      boolean wasFirst = first() == coordinator;
      List<Coordinator> fewer = new ArrayList<>(all);
      fewer.remove(coordinator);
      all = List.copyOf(fewer);
      if (wasFirst) {
        onDecided.accept(first().register().view());
      }
    }
  }

  /** Takes a node out of any view. */
  public void expel(NodeId node) {
    group.stopServing(
        List.of(node),
        () -> {
          Coordinator before = of(node);
          if (before != null) {
            assign(node, null);
            wantWithout(before, node);
          }
        });
  }

  public void crash() {
    execute(
        () -> {
          isCrashed = true;
          all.forEach(Coordinator::stop);
        });
  }

  public void restart() {
    execute(
        () -> {
          isCrashed = false;
          all.forEach(lost -> replace(lost).start());
        });
    group.wake();
  }

  /** Another goes on with what a coordinator never forgets. */
  Coordinator replace(Coordinator lost) {
    Coordinator next = newCoordinator(lost.register());
    List<Coordinator> others = new ArrayList<>(all);
    others.replaceAll(each -> each == lost ? next : each);
    @Nullable Coordinator[] changed = ofNode.clone();
    for (int i = 0; i < changed.length; i++) {
      changed[i] = changed[i] == lost ? next : changed[i];
    }
    List<Coordinator> withNext = List.copyOf(others);
    lost.successor = next; // From here on, nothing is called: all of it is done, or nothing.
    all = withNext;
    ofNode = changed;
    return next;
  }

  /** Does something on the loop of the coordinators; when it throws, all of them have failed. */
  public void execute(Runnable task) {
    loop.execute(this, task);
  }

  @Override
  public void fail(Throwable cause) {
    all.forEach(each -> each.fail(cause));
  }

  public void pause(long nanos) {
    execute(() -> all.forEach(each -> each.pause(nanos)));
    group.wake();
  }
}
