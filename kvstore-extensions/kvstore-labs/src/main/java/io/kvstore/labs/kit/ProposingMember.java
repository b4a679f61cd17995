package io.kvstore.labs.kit;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.LocalReads;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.Proposal;
import io.kvstore.core.replication.ProposedOrder;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.spi.Command;
import io.kvstore.spi.Operation;
import java.util.List;
import java.util.function.Consumer;

/**
 * A member of a group without a leader, in which every member proposes what its clients ask for,
 * and all perform the proposals in one order: everything but that order.
 *
 * <p>Messages between two members arrive once and in the order in which they were sent, as Lamport
 * takes for granted; those of different members overtake each other. Reads are proposed like
 * writes.
 *
 * <p>When the group goes on without a member that is lost, the members of the next view first
 * perform what any of them has proposed or received and not performed, in the order of the stamps.
 */
public abstract class ProposingMember implements Controlet {
  private static final int NODE_BITS = 16;

  /**
   * A request with its stamp: the count of its member's clock, and where two counts are the same,
   * the number of the member. Proposals are in the order of their stamps.
   */
  public record Proposed(
      long epoch,
      long count,
      NodeId member,
      long time,
      int client,
      long sequence,
      Operation operation)
      implements Message, Proposal, Comparable<Proposed> {
    @Override
    public long stamp() {
      return count << NODE_BITS | member.number();
    }

    @Override
    public long number() {
      return count; // ProposedOrder does not ask for it
    }

    @Override
    public int compareTo(Proposed other) {
      return Long.compare(stamp(), other.stamp());
    }

    @Override
    public String toString() {
      return "Proposed[" + count + "." + member + ", " + operation + "]";
    }
  }

  private final Env env;
  private final PendingRequests pendingRequests = new PendingRequests();
  private final ProposedOrder<Proposed> performed;
  private final LocalReads reads;
  private final FifoLinks links;

  /** A member that has proposed nothing yet. */
  protected ProposingMember(Env env) {
    this.env = env;
    performed = new ProposedOrder<>(env, pendingRequests);
    reads = new LocalReads(env, performed::position, performed::time, this::propose);
    links = new FifoLinks(env, this::onProtocolMessage);
  }

  // What a protocol says

  /** The clock goes on: the count of the next proposal of this member. */
  protected abstract long nextCount();

  /** A client of this member has asked for something, which has got {@link #nextCount}. */
  protected abstract void onOwnProposal(Proposed own);

  /** A message of another member has come: a {@link Proposed}, or one of the protocol's own. */
  protected abstract void onProtocolMessage(NodeId from, Message message);

  /** The proposals that this member has and has not performed. */
  protected abstract List<Proposed> pending();

  /** What the clock of this member shows. */
  protected abstract long count();

  /**
   * Another view begins: nothing is pending in it.
   *
   * @param count the highest that the clock of any member has shown
   */
  protected abstract void onNewView(long count);

  // What it can use

  /** This node. */
  protected final NodeId self() {
    return env.self();
  }

  /** The epoch of the view: each message names it. */
  protected final long epoch() {
    return env.view().epoch();
  }

  /** All members of the view, this one among them. */
  protected final List<NodeId> members() {
    return env.view().members();
  }

  /** Sends a message to every other member. */
  protected final void broadcast(Message message) {
    links.broadcast(message);
  }

  /**
   * Performs the next proposal of the order. If it is one of this member, its client is answered.
   */
  protected final void perform(Proposed next) {
    performed.perform(next);
  }

  // The rest of a controlet

  @Override
  public final void onRequest(Request request, Reply reply) {
    if (request.operation() instanceof Command || request.level() == Consistency.LINEARIZABLE) {
      propose(request, reply);
    } else {
      reads.readOnceSeen(request, reply, pendingRequests, () -> true);
    }
  }

  private void propose(Request request, Reply reply) {
    if (!reply.begin()) {
      return;
    }
    Proposed own =
        new Proposed(
            epoch(),
            nextCount(),
            self(),
            env.now(),
            request.client(),
            request.sequence(),
            request.operation());
    performed.owe(own.stamp(), reply);
    onOwnProposal(own);
    pendingRequests.resumeReady();
  }

  @Override
  public final void onMessage(NodeId from, Message message) {
    if (links.onMessage(from, message)) {
      pendingRequests.resumeReady();
    }
  }

  @Override
  public final void freeze(Consumer<MemberReport> then) {
    reads.freeze();
    links.restart();
    performed.report(pending(), count(), then);
  }

  @Override
  public final void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    onNewView(performed.install(next, members, joiners));
  }

  @Override
  public final void activate() {
    performed.activate();
    reads.activate();
  }

  @Override
  public final long position() {
    return performed.position();
  }
}
