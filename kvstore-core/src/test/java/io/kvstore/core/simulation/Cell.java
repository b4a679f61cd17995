package io.kvstore.core.simulation;

import static io.kvstore.Consistency.CAUSAL;
import static io.kvstore.Consistency.EVENTUAL;
import static io.kvstore.Consistency.SEQUENTIAL;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import java.util.ArrayList;
import java.util.List;

/** One protocol with one promise. */
record Cell(Replication replication, Consistency consistency) {
  /** Every cell that there is. */
  static List<Cell> all() {
    List<Cell> cells = new ArrayList<>();
    for (Replication replication : Replication.values()) {
      for (Consistency consistency : Consistency.values()) {
        if (replication.supports(consistency)) {
          cells.add(new Cell(replication, consistency));
        }
      }
    }
    return cells;
  }

  /** Whether all writes go through one order, which clients can tell by their positions. */
  boolean isStrong() {
    return consistency.isAtLeast(SEQUENTIAL);
  }

  boolean isCausal() {
    return consistency == CAUSAL;
  }

  /** Whether all writes of a key are performed one after the other by one member. */
  boolean hasOneWriterForEachKey() {
    return replication != Replication.BROADCAST;
  }

  List<Consistency> weakerLevels() {
    List<Consistency> weaker = new ArrayList<>(List.of(SEQUENTIAL, CAUSAL, EVENTUAL));
    weaker.removeIf(level -> level.isAtLeast(consistency));
    if (!isCausal()) {
      weaker.remove(CAUSAL);
    }
    return weaker;
  }

  @Override
  public String toString() {
    return replication + "-" + consistency;
  }
}
