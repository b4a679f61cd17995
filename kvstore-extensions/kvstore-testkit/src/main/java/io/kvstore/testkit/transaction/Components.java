package io.kvstore.testkit.transaction;

import io.kvstore.testkit.transaction.Dependencies.Edge;
import io.kvstore.testkit.transaction.Dependencies.Kind;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * The strongly connected components of a graph of dependencies: the sets of transactions that are
 * before one another (Tarjan, "Depth-first search and linear graph algorithms", SIAM J. Comput. 1,
 * 1972), with a stack of its own.
 */
final class Components {
  private static final int UNSEEN = 0;

  private final Dependencies dependencies;
  private final Set<Kind> kinds;
  private final int[] number;
  private final int[] lowest;
  private final int[] component;
  private final int[] cursor;
  private final int[] open;
  private final int[] path;
  private int opened;
  private int depth;
  private int numbered;

  Components(Dependencies dependencies, int count, Set<Kind> kinds) {
    this.dependencies = dependencies;
    this.kinds = kinds;
    number = new int[count];
    lowest = new int[count];
    component = new int[count];
    cursor = new int[count];
    open = new int[count];
    path = new int[count];
    Arrays.fill(component, -1);
  }

  /** By transaction: its component, which is the number of one transaction in it. */
  int[] find() {
    for (int start = 0; start < number.length; start++) {
      if (number[start] == UNSEEN) {
        enter(start);
        while (depth > 0) {
          step(path[depth - 1]);
        }
      }
    }
    return component;
  }

  private void enter(int at) {
    number[at] = ++numbered;
    lowest[at] = numbered;
    open[opened++] = at;
    path[depth++] = at;
  }

  private void step(int at) {
    List<Edge> after = dependencies.after(at);
    while (cursor[at] < after.size()) {
      Edge edge = after.get(cursor[at]++);
      if (!kinds.contains(edge.kind())) {
        continue;
      }
      if (number[edge.to()] == UNSEEN) {
        enter(edge.to());
        return;
      }
      if (component[edge.to()] < 0) {
        lowest[at] = Math.min(lowest[at], number[edge.to()]);
      }
    }
    depth--;
    if (depth > 0) {
      lowest[path[depth - 1]] = Math.min(lowest[path[depth - 1]], lowest[at]);
    }
    if (lowest[at] == number[at]) {
      int member;
      do {
        member = open[--opened];
        component[member] = at;
      } while (member != at);
    }
  }
}
