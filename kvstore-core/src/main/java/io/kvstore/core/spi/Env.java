package io.kvstore.core.spi;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.spi.Settings;
import java.util.List;
import java.util.SortedMap;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** All that a controlet may know or do. */
public interface Env {
  /** The node that this controlet runs on. */
  NodeId self();

  /** What its group is right now. */
  View view();

  /** What the store was asked to be. */
  Settings settings();

  /**
   * This node's clock, in nanoseconds since 1970, as of the event that is handled: not before
   * anything that led to it. It never goes back, but may be wrong, and run at a wrong speed.
   */
  long now();

  /**
   * What a stopwatch of this node shows, for how long something takes: it runs as wrong as the
   * clock, but is never set, and stands still no more when the clock was set back.
   */
  default long elapsed() {
    return now();
  }

  /**
   * What the stopwatch shows at the call: the turn in which the event is handled may have begun
   * long ago. For what must not be judged by a time that is over.
   */
  default long stopwatch() {
    return elapsed();
  }

  /** This node's source of chance. */
  RandomGenerator random();

  /** Sends a message to a member of the group. It may be lost, late, repeated. */
  void send(NodeId to, Message message);

  /** A timer that runs a task on this controlet's loop. Made once, started and stopped often. */
  Timer timer(Runnable task);

  /** The datalet of this replica. */
  Storage storage();

  /**
   * Whether no other view can be serving: as long as this holds, the primary may answer reads
   * without asking any other member. Judged by the clock as it is at the call.
   */
  boolean holdsLease();

  /**
   * Complains of a member that has owed something for too long. The coordinator decides what
   * becomes of it; a complaint that is not repeated is soon forgotten.
   */
  void suspect(NodeId member);

  /** How long a member must have been silent before it is taken to be lost, in nanoseconds. */
  default long detectionNanos() {
    return settings().failover().detection().toNanos();
  }

  /**
   * Requests of clients that are bound to no node go on at another one, as far as they can be asked
   * for again: this member cannot serve them for now.
   */
  default void moveOn() {}

  /** Whether all nodes of the store that have not been removed for good are in this view. */
  boolean isWhole();

  /**
   * This controlet is where few runs of a test come to. Simulations count how often, and campaigns
   * tell which constants of the same enum were never reached; elsewhere it means nothing.
   */
  default void reached(Enum<?> moment) {}

  /**
   * Tells after which position of the group's one order each of its last epochs began, for those
   * who watch changes: one that comes from another member is known by it to have read what led
   * here, or something that the group has gone on without. Protocols tell it with each view.
   */
  default void tellEpochs(SortedMap<Long, Long> starts) {}

  /**
   * Lets those who look into the group see something under a name, such as a log.
   *
   * @param now what it is at the moment: a list of {@link Ordered} operations, or something whose
   *     text says it; empty while there is nothing to say. Asked on this controlet's loop, and
   *     changes nothing
   */
  default void show(String what, Supplier<?> now) {}

  /** How much may be kept, in numbers of things. */
  default Bounds bounds() {
    return Bounds.DEFAULT;
  }

  /**
   * Whether to do, this time, what is legal but unusual: repeat less at once, send a copy sooner,
   * leave out what is said again. Now and then in simulations that ask for it (buggification: Zhou
   * and others, SIGMOD 2021), never elsewhere.
   */
  default boolean isUnusual() {
    return false;
  }

  /** Sends a message to every other member of the group. */
  default void broadcast(Message message) {
    List<NodeId> members = view().members();
    for (int i = 0; i < members.size(); i++) { // an iterator would be the only garbage of its own
      if (!members.get(i).equals(self())) {
        send(members.get(i), message);
      }
    }
  }
}
