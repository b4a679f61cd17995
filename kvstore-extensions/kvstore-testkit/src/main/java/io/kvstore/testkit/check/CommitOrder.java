package io.kvstore.testkit.check;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;

/**
 * What is known of the order in which transactions were committed: a graph, whose edges lead back
 * from a transaction to those that must be before it.
 */
final class CommitOrder {
  /**
   * One transaction is before another: because of a read, or in the order of a session.
   *
   * @param reader the row of the read, {@link Transactions#NONE} if there is none
   * @param isOfWrites whether both wrote the key that was read from the later one
   */
  record Edge(int from, int to, int reader, boolean isOfWrites) {}

  private static final int NONE = Transactions.NONE;
  private static final int UNSEEN = 0;
  private static final int OPEN = 1;
  private static final int DONE = 2;
  private static final int MOST_STARTS = 4;

  private final Transactions transactions;
  private final Spending spending;

  /** By transaction: its last edge, and by edge the one before; there is no edge 0. */
  private final int[] last;

  private int[] next = new int[1024];
  private int[] from = new int[1024];
  private int[] reader = new int[1024];
  private int edges = 1;

  /** Up to where edges are causes: what all others follow from. */
  private final int causes;

  /** The transactions in an order that has all of this. */
  private final int[] sorted;

  /** Transactions that are in a circle. */
  private List<Integer> found = List.of();

  /** Begins with the order of the sessions, and every write before its readers. */
  CommitOrder(Transactions transactions, Spending spending) {
    this.transactions = transactions;
    this.spending = spending;
    last = spending.ints(transactions.count);
    sorted = spending.ints(transactions.count);
    for (int each = 0; each < transactions.count; each++) {
      if (transactions.previous[each] != NONE) {
        add(transactions.previous[each], each, NONE);
      }
      if (transactions.follows[each] != NONE) {
        add(transactions.follows[each], each, NONE);
      }
      for (int read = transactions.firstRead[each];
          read < transactions.firstRead[each + 1];
          read++) {
        if (transactions.readFrom[read] >= 0) {
          add(transactions.readFrom[read], each, transactions.readRow[read]);
        }
      }
    }
    causes = edges;
  }

  /** Of two that wrote a key one is before the other, because of a reader of the other. */
  void add(int earlier, int later, int why) {
    if (edges == next.length) {
      spending.take(edges * 3L * Integer.BYTES);
      next = Arrays.copyOf(next, edges * 2);
      from = Arrays.copyOf(from, edges * 2);
      reader = Arrays.copyOf(reader, edges * 2);
    }
    next[edges] = last[later];
    from[edges] = earlier;
    reader[edges] = why;
    last[later] = edges++;
  }

  /** Whether there is an order that has all of this. */
  boolean exists() {
    int[] state = spending.ints(transactions.count);
    int[] cursor = last.clone();
    int[] stack = spending.ints(transactions.count);
    int done = 0;
    for (int start = 0; start < transactions.count; start++) {
      if (state[start] != UNSEEN) {
        continue;
      }
      int depth = 0;
      stack[0] = start;
      state[start] = OPEN;
      while (depth >= 0) {
        int at = stack[depth];
        int edge = cursor[at];
        if (edge == 0) {
          state[at] = DONE;
          sorted[done++] = at;
          depth--;
          continue;
        }
        cursor[at] = next[edge];
        int before = from[edge];
        if (state[before] == OPEN) {
          found = circleOn(stack, depth, before);
          return false;
        }
        if (state[before] == UNSEEN) {
          state[before] = OPEN;
          stack[++depth] = before;
        }
      }
      spending.checkTimeSometimes();
    }
    return true;
  }

  /** Such an order, after it was found that there is one. */
  int[] sorted() {
    return sorted;
  }

  private static List<Integer> circleOn(int[] stack, int depth, int first) {
    List<Integer> circle = new ArrayList<>();
    for (int i = depth; i >= 0; i--) {
      circle.add(stack[i]);
      if (stack[i] == first) {
        break;
      }
    }
    return circle;
  }

  /** A short circle, where there is no order: each edge begins where another ends. */
  List<Edge> circle() {
    List<Edge> best = List.of();
    int step = Math.max(1, found.size() / MOST_STARTS);
    for (int i = 0; i < found.size(); i += step) {
      List<Edge> circle = path(found.get(i), found.get(i), edges);
      if (best.isEmpty() || weight(circle) < weight(best)) {
        best = circle;
      }
    }
    return best;
  }

  private static long weight(List<Edge> circle) {
    return circle.stream().filter(edge -> edge.reader() != NONE).count();
  }

  /** How a transaction depends on another: edges from that to it, but those of other kinds. */
  List<Edge> causes(int from, int to) {
    return path(from, to, causes);
  }

  /** The path with the fewest reads on it, by a search that takes sessions for free. */
  private List<Edge> path(int start, int end, int most) {
    int[] distance = new int[transactions.count];
    int[] towards = new int[transactions.count]; // the edge by which it was reached
    int[] child = new int[transactions.count];
    Arrays.fill(distance, Integer.MAX_VALUE);
    Deque<Integer> queue = new ArrayDeque<>();
    queue.add(end);
    boolean isFirst = true;
    while (!queue.isEmpty()) {
      int at = queue.removeFirst();
      if (at == start && !isFirst) {
        return edges(start, end, towards, child);
      }
      int reached = isFirst ? 0 : distance[at];
      isFirst = false;
      for (int edge = last[at]; edge != 0; edge = next[edge]) {
        int before = from[edge];
        int its = reached + (reader[edge] == NONE ? 0 : 1);
        if (edge < most && its < distance[before]) {
          distance[before] = its;
          towards[before] = edge;
          child[before] = at;
          if (its == reached) {
            queue.addFirst(before);
          } else {
            queue.addLast(before);
          }
        }
      }
    }
    return List.of();
  }

  private List<Edge> edges(int start, int end, int[] towards, int[] child) {
    List<Edge> path = new ArrayList<>();
    int at = start;
    do {
      int edge = towards[at];
      path.add(new Edge(at, child[at], reader[edge], edge >= causes));
      at = child[at];
    } while (at != end);
    return path;
  }
}
