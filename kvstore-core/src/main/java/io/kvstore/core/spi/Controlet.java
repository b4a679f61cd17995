package io.kvstore.core.spi;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One replica's protocol: a deterministic event handler between clients, peers and its datalet.
 *
 * <p>It handles one event at a time and never blocks. It knows only what it is told and what its
 * {@link Env} says, so that the same events in the same order always lead to the same messages.
 *
 * <p>A group changes in one way: every member is frozen and says how it stands; everyone who is to
 * go on is shown all the reports, and each draws the same conclusion from them; then all serve in
 * the next epoch. Between {@link #freeze} and {@link #activate} no request and no message is handed
 * to a controlet.
 */
public interface Controlet {
  /** Takes a client's operation. The reply is owed exactly once, now or later. */
  void onRequest(Request request, Reply reply);

  /**
   * Answers a query at once from what is here, without changing anything; null when it takes more
   * than that, and {@link #onRequest} is to be asked.
   *
   * <p>The calling thread need not be the one that owns this controlet, whose owner may be at work:
   * then only an entry that was found counts, and that only below {@link Consistency#LINEARIZABLE};
   * anything else is thrown away, with whatever was thrown. So what the session has seen is
   * compared with what is known to be done before the datalet is looked at, and a controlet notes
   * something as done only once its datalet has it.
   *
   * @param level what the answer must promise
   * @param position how far the session has seen the group's one order
   * @param seen what the session has seen of the members' independent writes
   */
  default @Nullable OptimisticRead optimisticRead(
      Query query, Consistency level, long position, VectorClock seen) {
    return null;
  }

  /** Takes a message of this epoch. It may be late, repeated or out of order. */
  void onMessage(NodeId from, Message message);

  /**
   * Stops taking part in this epoch, and says how far this member is once all that it began with
   * its datalet is done.
   */
  void freeze(Consumer<MemberReport> then);

  /**
   * Takes its place in the next view, with everything that any of these members had and may have
   * answered.
   *
   * @param next the next view
   * @param members how those members of the view before stood that could be asked, in its order:
   *     together they have everything that may have been answered in it
   * @param joiners how those stood who were not in the view before: what they have is older, or was
   *     written by themselves alone
   */
  void install(View next, List<MemberReport> members, List<MemberReport> joiners);

  /** Serves in the view that was installed last. */
  void activate();

  /**
   * How far this member has got in the group's one order: the place of what it handed to its
   * datalet last. Where members write independently, how far its clock has counted.
   *
   * <p>This and {@link #owedTo} are for those who watch the group. They may be called at any time
   * by any thread, and must do no more than look.
   */
  default long position() {
    return 0;
  }

  /**
   * Where members write independently, how many of its updates this member does not know to have
   * come to another.
   */
  default long owedTo(NodeId member) {
    return 0;
  }

  /**
   * Whether another member has been owed something by this one for long, and does not come nearer
   * to it. May be called at any time by any thread, like {@link #owedTo}.
   */
  default boolean hasFallenBehind(NodeId member) {
    return false;
  }

  /**
   * Whether this member has looked for the others in vain, so that clients who are bound to no node
   * do better to ask another. May be called at any time by any thread, like {@link #owedTo}.
   */
  default boolean isCutOff() {
    return false;
  }

  /**
   * How many things it keeps for others or for later, by what they are: requests that wait, replies
   * that are owed, what other members lack. Once everything works and nothing is asked for, there
   * is nothing left of any of them. For those who watch the group; asked on its loop.
   */
  default Map<String, Integer> sizes() {
    return Map.of();
  }

  /**
   * Ends, after it was frozen and installed once more together with all other nodes of the store,
   * instead of being activated, because its group goes on in another cell of the matrix. What it
   * sends meanwhile reaches no other member. It performs all that is left of its order, answers
   * what has been performed, begins nothing more, and says what the one that comes after it has to
   * know; that one is then installed with this report as the only one, and is shown the requests
   * that are still open.
   *
   * @param then told once everything that it began with its datalet is done; at all members the
   *     same
   */
  default void handOver(Consumer<MemberReport> then) {
    throw new UnsupportedOperationException(
        getClass().getName() + " cannot hand over to another protocol");
  }
}
