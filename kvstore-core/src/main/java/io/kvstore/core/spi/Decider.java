package io.kvstore.core.spi;

import io.kvstore.NodeId;

/**
 * Decides what becomes of each message that a link of a simulated store does not lose: when it
 * arrives, whether it does, and whether it does so once more.
 *
 * <pre>{@code
 * Decider holdsTheCopies = passage -> {
 *   if (passage.to().equals(NodeId.of(2))) {
 *     held.add(passage);                       // later: passage.arriveAt(simulation's time)
 *   } else {
 *     passage.arriveAt(passage.due());
 *   }
 * };
 * }</pre>
 *
 * <p>It is called while the message is sent, and must not call the store. What it is asked does not
 * depend on what it decides about a message, but for what follows from that: the same decisions
 * under the same seed give the same run.
 */
@FunctionalInterface
public interface Decider {
  /** Leaves it to the seed. */
  Decider SEED = passage -> passage.arriveAt(passage.due());

  /** A message is under way. As long as nothing is decided about it, it stays so. */
  void sent(Passage passage);

  /**
   * Whether all messages arrive, and when the seed would have them: then nodes of which nothing is
   * asked need not tell of each other. Where this changes, something else must, too, such as {@link
   * io.kvstore.Network#heal()}.
   */
  default boolean changesNothing() {
    return this == SEED;
  }

  /** A message under way: between events of the simulation, or while it is sent. */
  interface Passage {
    /** Who has sent it. */
    NodeId from();

    /** Who is to get it. */
    NodeId to();

    /** What it says. */
    Message message();

    /** When it was sent, in nanoseconds since 1970. */
    long sentAt();

    /** When the seed would have it arrive, in nanoseconds since 1970. */
    long due();

    /** Whether it has neither arrived nor been lost. */
    boolean isUnderWay();

    /**
     * It arrives at this time, or at once if that has passed; instead of what was decided before.
     */
    void arriveAt(long time);

    /** It stays under way until something else is decided. */
    void hold();

    /** It does not arrive. */
    void lose(String why);

    /** The same message once more, about which nothing is decided. */
    Passage copy();
  }
}
