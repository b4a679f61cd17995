package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.ObjLongConsumer;

/**
 * Which members do not come nearer to what they are owed, and how often each of these is sent a
 * copy of everything.
 *
 * <p>What a member that cannot be reached is owed grows without end: so at some point it is kept no
 * more, and the member gets a copy instead. Making one costs time in proportion to all entries:
 * while a member does not answer, it gets the next one after twice the time.
 *
 * <pre>
 *   round    1     2     3     4     5     6     7     8     9 …
 *   copy     ×     ×           ×                       ×
 * </pre>
 */
public final class Laggards {
  /** A member without progress in so many rounds of repetitions has fallen behind: one second. */
  static final int BEHIND_AFTER_ROUNDS = (int) (1_000_000_000 / Retry.INTERVAL_NANOS);

  /** The most rounds between two copies. */
  static final int MOST_ROUNDS_BETWEEN_COPIES = 64;

  private final Env env;
  private final Acknowledgements acknowledgements;
  private long[] held = {}; // in the last round, by the number of the member
  private int[] idle = {}; // rounds without progress
  private int[] nextCopy = {}; // in which of these rounds

  /** None yet. */
  public Laggards(Env env, Acknowledgements acknowledgements) {
    this.env = env;
    this.acknowledgements = acknowledgements;
  }

  /** Begins anew in the present view. */
  public void restart() {
    int numbers = 1 + env.view().members().stream().mapToInt(NodeId::number).max().orElse(0);
    held = new long[numbers];
    idle = new int[numbers];
    nextCopy = new int[numbers];
  }

  /** Everyone has everything. */
  public void forgive() {
    for (NodeId member : env.view().members()) {
      reset(member.number());
    }
  }

  private void reset(int member) {
    idle[member] = 0;
    nextCopy[member] = 1;
  }

  /**
   * Has each member that lacks something sent that again: what comes next for it where that is
   * still kept, a copy otherwise.
   *
   * @param first that is kept
   * @param last of what was told so far
   * @param sendFrom sends a member what is kept from a number on
   * @param sendCopy sends a member a copy of everything, if it {@linkplain #isDueACopy is due one}
   */
  public void catchUp(
      long first, long last, ObjLongConsumer<NodeId> sendFrom, Consumer<NodeId> sendCopy) {
    for (NodeId member : env.view().members()) {
      long next = acknowledgements.heldBy(member) + 1;
      look(member, last);
      if (next <= last && next >= first) {
        sendFrom.accept(member, next);
      } else if (next <= last) {
        sendCopy.accept(member);
      }
    }
  }

  /** Looks how far a member has got since the last round, of what was told so far. */
  private void look(NodeId node, long last) {
    int member = node.number();
    long now = acknowledgements.heldBy(node);
    if (now >= last || now > held[member]) {
      reset(member);
    }
    held[member] = now;
    idle[member] += now < last ? 1 : 0;
  }

  /** Whether a member that lacks what is kept no more is to be sent a copy in this round. */
  public boolean isDueACopy(NodeId node) {
    int member = node.number();
    if (idle[member] < nextCopy[member]) {
      return false;
    }
    int wait = Math.min(Math.max(idle[member], 1), MOST_ROUNDS_BETWEEN_COPIES);
    nextCopy[member] = idle[member] + wait;
    env.reached(Moment.LAGGARD_SENT_A_COPY);
    return true;
  }

  /** Whether a member has not come nearer for long. May be asked any time. */
  public boolean hasFallenBehind(NodeId node) {
    int[] rounds = idle;
    return node.number() < rounds.length && rounds[node.number()] > BEHIND_AFTER_ROUNDS;
  }

  /**
   * Sends the newest to all others but those that lack something before it that is kept no more:
   * they could not use it.
   */
  public void broadcast(Message newest, long firstKept) {
    if (acknowledgements.heldByAll() + 1 >= firstKept) {
      env.broadcast(newest);
      return;
    }
    List<NodeId> members = env.view().members();
    for (NodeId member : members) {
      if (!member.equals(env.self()) && acknowledgements.heldBy(member) + 1 >= firstKept) {
        env.send(member, newest);
      }
    }
  }

  /** Complains of those that do not hold more than up to a position. */
  public void suspectBehind(long position) {
    env.view().members().stream()
        .filter(member -> acknowledgements.heldBy(member) <= position)
        .forEach(
            member -> {
              env.reached(Moment.LAGGARD_ACCUSED);
              env.suspect(member);
            });
  }
}
