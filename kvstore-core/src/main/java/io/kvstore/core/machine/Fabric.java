package io.kvstore.core.machine;

import static java.util.Objects.requireNonNull;

import io.kvstore.Faults;
import io.kvstore.Network;
import io.kvstore.NodeId;
import io.kvstore.core.spi.Decider;
import io.kvstore.core.trace.Trace;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The links between nodes. What is wrong with them is one immutable value that senders look at:
 * none at all, as long as nothing is wrong.
 */
public final class Fabric implements Network {
  private record Link(NodeId from, NodeId to) implements Comparable<Link> {
    boolean isOf(NodeId node) {
      return from.equals(node) || to.equals(node);
    }

    @Override
    public int compareTo(Link other) {
      int byFrom = from.compareTo(other.from);
      return byFrom != 0 ? byFrom : to.compareTo(other.to);
    }
  }

  /** What is wrong. */
  public static final class Conditions {
    private final Faults everywhere;
    private final Map<Link, Faults> here;
    private final Set<Link> cuts;
    private final Decider decider;

    private Conditions(Faults everywhere, Map<Link, Faults> here, Set<Link> cuts, Decider decider) {
      this.everywhere = everywhere;
      this.here = here;
      this.cuts = cuts;
      this.decider = decider;
    }

    boolean isCut(NodeId from, NodeId to) {
      return !cuts.isEmpty() && cuts.contains(new Link(from, to));
    }

    Faults faults(NodeId from, NodeId to) {
      return here.isEmpty() ? everywhere : here.getOrDefault(new Link(from, to), everywhere);
    }

    /** Decides what becomes of messages that are not lost. */
    Decider decider() {
      return decider;
    }

    /** Whether messages may be late, but are not lost. */
    public boolean loseNothing() {
      return decider.changesNothing()
          && cuts.isEmpty()
          && everywhere.loss() == 0
          && here.values().stream().allMatch(faults -> faults.loss() == 0);
    }

    private boolean areNone() {
      return decider == Decider.SEED
          && everywhere.areNone()
          && cuts.isEmpty()
          && here.values().stream().allMatch(Faults::areNone);
    }
  }

  private final Supplier<List<NodeId>> nodes;
  private final Faults normal;
  private final Runnable onChange;
  private final @Nullable Trace trace;
  private volatile @Nullable Conditions conditions;

  /**
   * Links between nodes.
   *
   * @param nodes all that there are right now
   * @param normal what is wrong with every link even when it is healed
   * @param onChange called whenever something else is wrong
   * @param trace is told of what goes over them; null where nothing listens
   */
  public Fabric(
      Supplier<List<NodeId>> nodes, Faults normal, Runnable onChange, @Nullable Trace trace) {
    this.nodes = nodes;
    this.normal = normal;
    this.onChange = onChange;
    this.trace = trace;
    Conditions first = new Conditions(normal, Map.of(), Set.of(), Decider.SEED);
    conditions = first.areNone() ? null : first;
  }

  private Conditions with(Faults everywhere, Map<Link, Faults> here, Set<Link> cuts) {
    return new Conditions(everywhere, here, cuts, current().decider);
  }

  /** From now on, this decides what becomes of messages that are not lost. */
  public synchronized void decideBy(Decider another) {
    Conditions now = current();
    set(new Conditions(now.everywhere, now.here, now.cuts, another));
  }

  /** Is told of what goes over the links; null where nothing listens. */
  public @Nullable Trace trace() {
    return trace;
  }

  /** What is wrong right now; null when nothing is. */
  public @Nullable Conditions conditions() {
    return conditions;
  }

  private void set(Conditions changed) {
    conditions = changed.areNone() ? null : changed;
    onChange.run();
  }

  private Conditions current() {
    Conditions now = conditions;
    return now == null ? new Conditions(Faults.NONE, Map.of(), Set.of(), Decider.SEED) : now;
  }

  @Override
  public synchronized void faults(Faults faults) {
    set(with(requireNonNull(faults, "faults"), Map.of(), current().cuts));
  }

  @Override
  public synchronized void faults(NodeId from, NodeId to, Faults faults) {
    Map<Link, Faults> here = new TreeMap<>(current().here);
    here.put(link(from, to), requireNonNull(faults, "faults"));
    set(with(current().everywhere, here, current().cuts));
  }

  @Override
  public synchronized void cutOneWay(NodeId from, NodeId to) {
    Set<Link> cuts = new TreeSet<>(current().cuts);
    cuts.add(link(from, to));
    set(with(current().everywhere, current().here, cuts));
  }

  @Override
  public synchronized void isolate(NodeId node) {
    requireNonNull(node, "node");
    for (NodeId other : nodes.get()) {
      if (!other.equals(node)) {
        cut(node, other);
      }
    }
    if (!node.equals(NodeId.COORDINATOR)) {
      cut(node, NodeId.COORDINATOR);
    }
  }

  @Override
  public synchronized void heal(NodeId one, NodeId other) {
    requireNonNull(one, "one");
    requireNonNull(other, "other");
    Set<Link> cuts = new TreeSet<>(current().cuts);
    cuts.remove(link(one, other));
    cuts.remove(link(other, one));
    set(with(current().everywhere, current().here, cuts));
  }

  @Override
  public synchronized void heal() {
    set(with(normal, Map.of(), Set.of()));
  }

  /** There is no such node any more. */
  public synchronized void forget(NodeId node) {
    Conditions now = conditions;
    if (now != null && (now.cuts.size() > 0 || now.here.size() > 0)) {
      Set<Link> cuts = new TreeSet<>(now.cuts);
      cuts.removeIf(link -> link.isOf(node));
      Map<Link, Faults> here = new TreeMap<>(now.here);
      here.keySet().removeIf(link -> link.isOf(node));
      set(with(now.everywhere, here, cuts));
    }
  }

  private Link link(NodeId from, NodeId to) {
    requireNonNull(from, "from");
    requireNonNull(to, "to");
    if (from.equals(to) || !isThere(from) || !isThere(to)) {
      throw new IllegalArgumentException(
          "there is no link from " + from + " to " + to + ": nodes are " + inWords(nodes.get()));
    }
    return new Link(from, to);
  }

  /** {@code n0 to n2}, or all of them where numbers are missing. */
  public static String inWords(List<NodeId> nodes) {
    NodeId first = nodes.get(0);
    NodeId last = nodes.get(nodes.size() - 1);
    boolean isGapless = last.number() - first.number() == nodes.size() - 1;
    return isGapless ? first + " to " + last : nodes.toString();
  }

  private boolean isThere(NodeId node) {
    return node.equals(NodeId.COORDINATOR) || nodes.get().contains(node);
  }
}
