package io.kvstore.core.store;

import io.kvstore.View;
import io.kvstore.core.node.LoggedChanges;
import io.kvstore.core.node.Replica;
import io.kvstore.core.node.Replicas;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.replication.LamportClock;
import io.kvstore.core.replication.Turns;
import io.kvstore.core.watch.ChangeLog;

/**
 * The watching of a group: from the first watch on, all its replicas keep what they change, and
 * note where views begin in that.
 */
final class Watching {
  private final Replicas replicas;
  private final Losses losses;
  private volatile boolean isOn;

  /** There are no watches yet. */
  Watching(Replicas replicas, Losses losses) {
    this.replicas = replicas;
    this.losses = losses;
  }

  /** From now on replicas keep what they change. */
  void begin() {
    if (!isOn) {
      isOn = true;
      replicas.forEach(replica -> replica.changes().tell(ChangeLog::begin));
    }
  }

  /** There is another replica: there may have been watches before it was one of them. */
  void onOpened(Replica opened) {
    if (isOn) {
      opened.changes().tell(ChangeLog::begin);
    }
  }

  /**
   * Notes in a log of changes that a view begins: in a group with one order at this position, else
   * above all versions that were given before.
   */
  void noteBeginning(View view, long position, LoggedChanges changes) {
    Turns turns = Cell.of(view).turns();
    boolean hasOneOrder = turns == Turns.OF_ALL;
    long epoch = view.epoch();
    long start = hasOneOrder ? position : LamportClock.highestVersionBefore(epoch);
    int members = replicas.everPlaced();
    long anewIn = losses.beganAnewIn();
    changes.tell(
        log -> {
          if (!hasOneOrder && anewIn <= epoch) { // before watches hear of the view
            log.lostAllUpTo(LamportClock.highestVersionBefore(anewIn), members);
          }
          log.beginEpoch(epoch, turns, start, members);
        });
  }
}
