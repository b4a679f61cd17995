package io.kvstore.testkit.transaction;

import static java.util.Objects.requireNonNull;

import io.kvstore.testkit.transaction.Dependencies.Edge;
import io.kvstore.testkit.transaction.Dependencies.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Circles in the graph of dependencies: each kind of circle is an anomaly (Adya, "Weak
 * Consistency", 1999; Kingsbury and Alvaro, section 4). A circle lies within one strongly connected
 * component (Tarjan 1972), and is found from one of its edges by a search in breadth.
 */
final class Circles {
  /** More edges than this are not looked at for one kind of anomaly. */
  private static final long MOST_STEPS = 30_000_000;

  private final Lists lists;
  private final Dependencies dependencies;
  private final Order order;
  private final List<Finding> found = new ArrayList<>();

  /** By transaction, and whether an anti-dependency led there: the last edge, and where from. */
  private final @Nullable Edge[] towards;

  private final int[] parent;
  private final int[] searchOf;
  private int searches;
  private long steps;

  Circles(Lists lists, Dependencies dependencies, Order order) {
    this.lists = lists;
    this.dependencies = dependencies;
    this.order = order;
    towards = new Edge[2 * lists.count()];
    parent = new int[2 * lists.count()];
    searchOf = new int[2 * lists.count()];
  }

  /** One of each kind of anomaly, which contradicts the order. */
  List<Finding> find() {
    Set<Kind> orders =
        switch (order) {
          case VALUES -> EnumSet.noneOf(Kind.class);
          case PROCESS -> EnumSet.of(Kind.PROCESS);
          case REAL_TIME -> EnumSet.of(Kind.PROCESS, Kind.REAL_TIME);
        };
    Set<Kind> writes = with(orders, Kind.WRITE_WRITE);
    Set<Kind> flow = with(writes, Kind.WRITE_READ);
    Set<Kind> all = with(flow, Kind.READ_WRITE);
    int[] components = new Components(dependencies, lists.count(), all).find();
    find(Anomaly.G0, Kind.WRITE_WRITE, writes, components, false);
    find(Anomaly.G1C, Kind.WRITE_READ, flow, components, false);
    find(Anomaly.G_SINGLE, Kind.READ_WRITE, flow, components, false);
    find(Anomaly.G_NONADJACENT, Kind.READ_WRITE, all, components, true);
    find(Anomaly.G2_ITEM, Kind.READ_WRITE, all, components, false);
    return found;
  }

  private static Set<Kind> with(Set<Kind> kinds, Kind another) {
    Set<Kind> more = EnumSet.of(another);
    more.addAll(kinds);
    return more;
  }

  /** Looks for a short circle through an edge of one kind and then edges of some kinds. */
  private void find(
      Anomaly anomaly, Kind first, Set<Kind> kinds, int[] components, boolean isAlternating) {
    steps = 0;
    List<Edge> best = List.of();
    for (int from = 0; from < lists.count() && steps < MOST_STEPS; from++) {
      for (Edge edge : dependencies.after(from)) {
        if (edge.kind() != first || components[edge.from()] != components[edge.to()]) {
          continue;
        }
        List<Edge> circle = circle(edge, kinds, components, isAlternating);
        boolean isShorter = best.isEmpty() || circle.size() < best.size();
        if (!circle.isEmpty() && isShorter && isOf(anomaly, circle)) {
          best = circle;
        }
      }
    }
    if (!best.isEmpty()) {
      found.add(finding(anomaly, best));
    }
  }

  private boolean isOf(Anomaly anomaly, List<Edge> circle) {
    Set<Integer> transactions = new HashSet<>();
    boolean isSimple = circle.stream().allMatch(edge -> transactions.add(edge.from()));
    long unseen = circle.stream().filter(edge -> edge.kind() == Kind.READ_WRITE).count();
    boolean isSkew = anomaly == Anomaly.G2_ITEM || anomaly == Anomaly.G_NONADJACENT;
    return isSimple && (!isSkew || unseen > 1) && against(circle) == order;
  }

  private static Order against(List<Edge> circle) {
    Order found = Order.VALUES;
    for (Edge edge : circle) {
      if (edge.kind() == Kind.REAL_TIME) {
        found = Order.REAL_TIME;
      } else if (edge.kind() == Kind.PROCESS && found == Order.VALUES) {
        found = Order.PROCESS;
      }
    }
    return found;
  }

  /**
   * The shortest circle that begins with an edge, none if there is none.
   *
   * @param isAlternating whether no two anti-dependencies may follow one another
   */
  private List<Edge> circle(Edge first, Set<Kind> kinds, int[] components, boolean isAlternating) {
    searches++;
    ArrayDeque<Integer> queue = new ArrayDeque<>();
    reach(first, -1, isAlternating, queue);
    while (!queue.isEmpty()) {
      int state = queue.removeFirst();
      boolean isBarred = isAlternating && state % 2 == 1;
      for (Edge edge : dependencies.after(state / 2)) {
        steps++;
        boolean isAllowed =
            kinds.contains(edge.kind())
                && components[edge.to()] == components[first.from()]
                && !(isBarred && edge.kind() == Kind.READ_WRITE);
        if (!isAllowed) {
          continue;
        }
        boolean closes = edge.to() == first.from();
        if (closes && !(isAlternating && edge.kind() == Kind.READ_WRITE)) {
          return backFrom(edge, state);
        }
        if (!closes) {
          reach(edge, state, isAlternating, queue);
        }
      }
    }
    return List.of();
  }

  private void reach(Edge edge, int from, boolean isAlternating, ArrayDeque<Integer> queue) {
    int state = 2 * edge.to() + (isAlternating && edge.kind() == Kind.READ_WRITE ? 1 : 0);
    if (searchOf[state] != searches) {
      searchOf[state] = searches;
      towards[state] = edge;
      parent[state] = from;
      queue.add(state);
    }
  }

  private List<Edge> backFrom(Edge last, int lastState) {
    List<Edge> circle = new ArrayList<>(List.of(last));
    for (int state = lastState; state >= 0; state = parent[state]) {
      circle.add(requireNonNull(towards[state]));
    }
    Collections.reverse(circle);
    return circle;
  }

  private Finding finding(Anomaly anomaly, List<Edge> circle) {
    String sentence =
        circle.stream()
            .map(edge -> lists.transaction(edge.from()).name() + " " + edge.sentence().get())
            .collect(Collectors.joining("; "));
    int last = sentence.lastIndexOf("; ");
    return new Finding(
        anomaly,
        order,
        sentence.substring(0, last) + "; yet" + sentence.substring(last + 1),
        circle.stream().map(edge -> lists.transaction(edge.from())).toList());
  }
}
