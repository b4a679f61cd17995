package io.kvstore.testkit.campaign;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One protocol with one promise.
 *
 * @param replication the protocol
 * @param consistency the promise
 */
public record Cell(Replication replication, Consistency consistency) {
  /** Checks that the protocol makes this promise. */
  public Cell {
    replication.requireSupportFor(consistency);
  }

  /** Every cell of the matrix. */
  public static List<Cell> all() {
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

  /** The cell of this name, as {@link #toString} writes it. */
  public static Cell named(String name) {
    return all().stream()
        .filter(cell -> cell.toString().equals(name.toUpperCase(Locale.ROOT)))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "no such cell: " + name + ", expected one of " + all()));
  }

  /** What the core knows of it. */
  io.kvstore.core.replication.Cell traits() {
    return new io.kvstore.core.replication.Cell(consistency, replication);
  }

  /** Whether all writes go through one order. */
  boolean isStrong() {
    return consistency.isAtLeast(Consistency.SEQUENTIAL);
  }

  /** Whether all writes of a key are performed one after the other by one member. */
  boolean hasOneWriterForEachKey() {
    return replication != Replication.BROADCAST && replication != Replication.QUORUM;
  }

  /** How many of so many members must be left, so that they go on and know what was answered. */
  int neededAmong(int members) {
    return Math.max(traits().neededAmong(members), traits().witnessesAmong(members));
  }

  /** Whether all that is answered has a place in one order. */
  boolean hasOneOrder() {
    return isStrong() && !keepsKeysApart();
  }

  /** Whether it can be kept on disks. */
  public boolean servesDisks() {
    return !keepsKeysApart();
  }

  /** Whether it serves nothing that concerns several keys. */
  public boolean keepsKeysApart() {
    return traits().keepsKeysApart();
  }

  /** The levels below its own that a read of this store may ask for. */
  List<Consistency> weakerLevels() {
    List<Consistency> weaker = new ArrayList<>();
    for (Consistency level : Consistency.values()) {
      boolean isServed = level != Consistency.CAUSAL || replication == Replication.BROADCAST;
      if (!level.isAtLeast(consistency) && isServed) {
        weaker.add(level);
      }
    }
    return weaker;
  }

  @Override
  public String toString() {
    return replication + "-" + consistency;
  }
}
