package io.kvstore.core.cluster;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.EventLoop;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The coordinators of a group, and which of them keeps the view of which node: one for all, unless
 * views were set by which they go apart. What changes is done on their loop.
 */
final class Coordinators implements Actor {
  private final Group group;
  private final EventLoop loop;
  private final Fabric fabric;
  private final long seed;
  private final AtomicLong epochs = new AtomicLong();
  private volatile List<Coordinator> all; // the first keeps the view that clients go by
  private volatile @Nullable Coordinator[] ofNode; // null: it is to be in no view
  private long made;

  /**
   * One for all.
   *
   * @param onDecided puts the view that clients go by on record
   */
  Coordinators(
      Group group, EventLoop loop, Fabric fabric, View first, Consumer<View> onDecided, long seed) {
    this.group = group;
    this.loop = loop;
    this.fabric = fabric;
    this.seed = seed;
    epochs.set(first.epoch());
    Coordinator one = newCoordinator(new Register(first, epochs, onDecided));
    all = List.of(one);
    ofNode = new @Nullable Coordinator[group.nodes().size()];
    Arrays.fill(ofNode, one);
  }

  private Coordinator newCoordinator(Register register) {
    return new Coordinator(
        group, loop, fabric, register, seed + 7_919L * (group.shard() + 1) + made++);
  }

  /** No view gets the number of one that a replica has been in. */
  void beginAfter(long epoch) {
    epochs.accumulateAndGet(epoch, Math::max);
  }

  List<Coordinator> all() {
    return all;
  }

  Coordinator first() {
    return all.get(0);
  }

  void start() {
    first().start();
  }

  /** Who keeps the view of a node; null when it is to be in none. */
  @Nullable Coordinator of(NodeId node) {
    @Nullable Coordinator[] known = ofNode;
    return node.number() < known.length ? known[node.number()] : null;
  }

  void add(NodeId node, boolean joins) {
    @Nullable Coordinator[] more = Arrays.copyOf(ofNode, node.number() + 1);
    more[node.number()] = joins ? first() : null;
    ofNode = more;
    if (joins) {
      first().register().wantToo(node);
    }
  }

  /** A node is no longer to be in a view. */
  void release(NodeId node) {
    assign(node, null);
    all.forEach(each -> each.register().wantNoMore(node));
  }

  private void assign(NodeId node, @Nullable Coordinator next) {
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
  void want(Cell cell) {
    all.forEach(each -> each.want(cell));
  }

  /** Sets a view: those left out, and those taken away from elsewhere, go on by themselves. */
  void setView(List<NodeId> members) {
    Coordinator base = of(members.get(0));
    if (base == null) {
      base = begin(viewOf(List.of(members.get(0))));
    }
    View before = base.register().view();
    Coordinator kept = base;
    List<NodeId> leftOut =
        before.members().stream()
            .filter(node -> !members.contains(node) && of(node) == kept)
            .toList();
    if (!leftOut.isEmpty()) {
      Coordinator rest = begin(before);
      leftOut.forEach(node -> assign(node, rest));
      rest.want(leftOut);
    }
    for (NodeId member : members) {
      takeFromElsewhere(member, base);
    }
    base.want(members);
  }

  private View viewOf(List<NodeId> members) {
    return Cell.of(first().register().view()).view(epochs.get(), members);
  }

  private Coordinator begin(View view) {
    Coordinator another = newCoordinator(new Register(view, epochs, decided -> {}));
    List<Coordinator> more = new ArrayList<>(all);
    more.add(another);
    all = List.copyOf(more);
    another.start();
    return another;
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
    List<NodeId> rest = new ArrayList<>(coordinator.register().view().members());
    rest.remove(node);
    if (rest.isEmpty()) {
      drop(coordinator);
    } else {
      coordinator.want(rest);
    }
  }

  /** Nobody is left in its view. */
  private void drop(Coordinator coordinator) {
    coordinator.stop();
    if (all.size() > 1) {
      List<Coordinator> fewer = new ArrayList<>(all);
      fewer.remove(coordinator);
      all = List.copyOf(fewer);
    }
  }

  /** Takes a node out of any view. */
  void expel(NodeId node) {
    Coordinator before = of(node);
    if (before != null) {
      assign(node, null);
      wantWithout(before, node);
    }
    if (group.isRunning(node)) {
      Replica expelled = group.replica(node);
      expelled.loop().execute(expelled, expelled::expel);
    }
  }

  void crash() {
    execute(() -> all.forEach(Coordinator::stop));
  }

  void restart() {
    execute(() -> all.forEach(lost -> replace(lost).start()));
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
  void execute(Runnable task) {
    loop.execute(this, task);
  }

  @Override
  public void fail(Throwable cause) {
    all.forEach(each -> each.fail(cause));
  }

  void pause(long nanos) {
    execute(() -> all.forEach(each -> each.pause(nanos)));
    group.wake();
  }
}
