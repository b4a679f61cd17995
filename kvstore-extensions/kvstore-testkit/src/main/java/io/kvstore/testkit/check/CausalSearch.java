package io.kvstore.testkit.check;

import io.kvstore.testkit.check.Circle.Edge;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The search for bad patterns, where it is known of each read which write it is from. */
final class CausalSearch {
  /** What the writes and reads of all sessions must be explained by. */
  enum Level {
    CONSISTENCY,
    CONVERGENCE,
    MEMORY
  }

  /** A pattern and the operations that are in it. */
  record Finding(Pattern pattern, List<Integer> rows) {}

  private static final int NONE = Sessions.NONE;

  private final Observed observed;
  private final Sessions sessions;
  private final Spending spending;

  CausalSearch(Observed observed, Spending spending) {
    this.observed = observed;
    this.spending = spending;
    sessions = new Sessions(observed);
  }

  /** A pattern that the level does not allow; reads that are ambiguous are passed over. */
  Optional<Finding> find(Level level) {
    try {
      Optional<Finding> found = thinAir().or(() -> ofCauses(level == Level.CONVERGENCE));
      return level == Level.MEMORY ? found.or(this::ofMemory) : found;
    } finally {
      spending.giveAll();
    }
  }

  private Optional<Finding> thinAir() {
    for (int row = 0; row < sessions.session.length; row++) {
      if (observed.source(row) == Observed.THIN_AIR) {
        return found(Pattern.THIN_AIR_READ, row);
      }
    }
    return Optional.empty();
  }

  /** Whatever converges is consistent, and that is found out faster. */
  private Optional<Finding> ofCauses(boolean mustConverge) {
    Arbitration arbitration = new Arbitration(sessions, spending);
    Past past = new Past(sessions, spending, arbitration);
    if (!past.run()) {
      Circle circle = new Circle(sessions, (row, each) -> {}, spending);
      return found(Pattern.CYCLIC_CO, circle.through(past.circle()), List.of());
    }
    if (arbitration.lateRead() != NONE) {
      return found(Pattern.WRITE_CO_INIT_READ, arbitration.overlooked(), arbitration.lateRead());
    }
    if (arbitration.exists()) {
      return Optional.empty();
    }
    Overwritten overwritten = new Overwritten(sessions, spending);
    if (overwritten.exists()) {
      int reader = overwritten.reader();
      return found(Pattern.WRITE_CO_READ, observed.source(reader), overwritten.later(), reader);
    }
    if (!mustConverge) {
      return Optional.empty();
    }
    Circle circle = new Circle(sessions, arbitration, spending);
    List<Edge> edges = circle.through(arbitration.circle());
    return found(Pattern.CYCLIC_CF, edges, readersOf(edges));
  }

  /** Who puts the writes in this order: for each edge, a reader of one that knows of the other. */
  private List<Integer> readersOf(List<Edge> edges) {
    Set<Integer> readers = new LinkedHashSet<>();
    boolean[] isFound = new boolean[edges.size()];
    Past past =
        new Past(
            sessions,
            spending,
            (row, clocks, from) -> {
              for (int i = 0; i < isFound.length; i++) {
                Edge edge = edges.get(i);
                int known = clocks[from + sessions.session[edge.from()]];
                if (!isFound[i]
                    && edge.isConflict()
                    && observed.source(row) == edge.to()
                    && known >= sessions.position[edge.from()]) {
                  isFound[i] = true;
                  readers.add(row);
                }
              }
            });
    past.run();
    return List.copyOf(readers);
  }

  private Optional<Finding> ofMemory() {
    Past past = new Past(sessions, spending, (row, clocks, from) -> {});
    past.run();
    SessionOrders orders = new SessionOrders(sessions, spending, past);
    if (orders.unexplained() == NONE) {
      return Optional.empty();
    }
    if (orders.lateRead() != NONE) {
      return found(Pattern.WRITE_HB_INIT_READ, orders.overlooked(), orders.lateRead());
    }
    List<Edge> edges = new Circle(sessions, orders, spending).through(orders.circle());
    List<Integer> readers =
        edges.stream().filter(Edge::isConflict).map(edge -> orders.readerOf(edge.to())).toList();
    return found(Pattern.CYCLIC_HB, edges, readers);
  }

  private static Optional<Finding> found(Pattern pattern, List<Edge> edges, List<Integer> more) {
    Set<Integer> rows = new LinkedHashSet<>();
    for (Edge edge : edges) {
      rows.add(edge.from());
      rows.add(edge.to());
    }
    rows.addAll(more);
    return Optional.of(new Finding(pattern, new ArrayList<>(rows)));
  }

  private static Optional<Finding> found(Pattern pattern, Integer... rows) {
    return Optional.of(new Finding(pattern, List.of(rows)));
  }
}
