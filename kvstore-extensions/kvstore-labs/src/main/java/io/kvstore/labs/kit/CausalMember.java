package io.kvstore.labs.kit;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.LamportClock;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.Retry;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Query;
import io.kvstore.spi.Tick;
import io.kvstore.spi.VectorClock;
import java.util.List;
import java.util.function.Consumer;

/**
 * A member of a group in which every member takes writes, and tells the others afterwards:
 * everything but when a write of another member may be shown.
 *
 * <p>Of two entries of a key the one with the higher version stays, at every member. A session
 * carries a vector clock of what it has seen, from one member to another: a member makes it wait
 * until it has delivered all of that.
 *
 * <p>Nodes of this lab are cut off and stand still, and keep their memory. When the view changes,
 * its members take over from each other whatever any of them has delivered.
 */
public abstract class CausalMember implements Controlet {
  /**
   * What a client has written.
   *
   * @param writer the member that has taken it
   * @param context how many writes of each member it depends on; of its writer, itself included
   */
  public record Write(
      long epoch, NodeId writer, VectorClock context, Ordered origin, List<Pair> changed)
      implements Message {
    /** Which of the writes of its writer this is; the first is 1. */
    public long number() {
      return context.get(writer.number());
    }

    @Override
    public String toString() {
      return "Write["
          + writer
          + " no. "
          + number()
          + ", depends on "
          + context
          + ": "
          + changed
          + "]";
    }
  }

  private record Known(Contents contents, VectorClock delivered, long count, boolean remembers)
      implements MemberReport {
    @Override
    public boolean isBlank() {
      return !remembers && contents.entries().isEmpty();
    }
  }

  private final Env env;
  private final PendingRequests pendingRequests = new PendingRequests();
  private final LamportClock versions = new LamportClock();
  private final Timer ticks;
  private boolean wasInstalled;
  private long time;

  /** A member that has seen nothing yet. */
  protected CausalMember(Env env) {
    this.env = env;
    ticks = env.timer(this::tick);
  }

  // What a protocol says

  /**
   * A client writes here. Counts the write as delivered at this member, and returns what it depends
   * on: all that is delivered here, itself included.
   */
  protected abstract VectorClock beginWrite();

  /** A write of this member is done here, and its client answered: the others must get it. */
  protected abstract void onOwnWrite(Write own);

  /**
   * A message has come: a {@link Write} of another member, or one of the protocol's own. It may be
   * late, come twice, or overtake others.
   */
  protected abstract void onProtocolMessage(NodeId from, Message message);

  /** Every 20 ms, until it says that it waits for nothing. */
  protected abstract boolean onTick();

  /** How many writes of each member are delivered here. */
  protected abstract VectorClock delivered();

  /**
   * Another view begins: all its members have delivered the same. Nothing that was said in an
   * earlier view arrives any more.
   *
   * @param delivered whatever any of them had delivered
   */
  protected abstract void onNewView(VectorClock delivered);

  // What it can use

  /** This node. */
  protected final NodeId self() {
    return env.self();
  }

  /** The epoch of the view: each message names it. */
  protected final long epoch() {
    return env.view().epoch();
  }

  /** The other members of the view. */
  protected final List<NodeId> others() {
    return env.view().members().stream().filter(member -> !member.equals(self())).toList();
  }

  /** Sends a message to a member. It may be lost. */
  protected final void send(NodeId to, Message message) {
    env.send(to, message);
  }

  /** Shows a write of another member here: its entries are stored where they are newer. */
  protected final void deliver(Write write) {
    time = Math.max(time, write.origin().time());
    versions.observeVersion(write.origin().position());
    env.storage().merge(write.origin(), write.changed(), () -> {});
  }

  // The rest of a controlet

  @Override
  public final void onRequest(Request request, Reply reply) {
    VectorClock floor = request.level() == Consistency.EVENTUAL ? VectorClock.ZERO : request.seen();
    pendingRequests.until(
        () -> delivered().covers(floor),
        reply,
        "what its session has seen",
        () -> {
          if (request.operation() instanceof Query query) {
            read(query, floor, reply);
          } else if (reply.begin()) {
            write(request, reply);
          }
        });
  }

  private void read(Query query, VectorClock floor, Reply reply) {
    VectorClock seen = delivered().merge(floor);
    env.storage().query(query, now(), answer -> reply.answer(answer, seen));
  }

  private void write(Request request, Reply reply) {
    VectorClock context = beginWrite();
    Ordered origin =
        new Ordered(
            versions.nextVersion(self()),
            now(),
            request.client(),
            request.sequence(),
            request.operation());
    env.storage()
        .update(
            origin,
            context,
            (answer, changed) -> {
              reply.answer(answer, context);
              onOwnWrite(new Write(epoch(), self(), context, origin, changed));
              ticks.startIfIdle(Retry.INTERVAL_NANOS);
            });
    pendingRequests.resumeReady();
  }

  private long now() {
    time = Math.max(time, env.now());
    return time;
  }

  @Override
  public final void onMessage(NodeId from, Message message) {
    onProtocolMessage(from, message);
    ticks.startIfIdle(Retry.INTERVAL_NANOS);
    pendingRequests.resumeReady();
  }

  private void tick() {
    if (onTick()) {
      ticks.start(Retry.INTERVAL_NANOS);
    }
  }

  @Override
  public final void freeze(Consumer<MemberReport> then) {
    ticks.stop();
    env.storage()
        .snapshot(
            contents ->
                then.accept(
                    new Known(contents.asOf(time), delivered(), versions.count(), wasInstalled)));
  }

  @Override
  public final void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    VectorClock all = delivered();
    for (List<MemberReport> reports : List.of(members, joiners)) {
      for (MemberReport report : reports) {
        Known known = (Known) report;
        all = all.merge(known.delivered());
        take(known);
      }
    }
    wasInstalled = true;
    onNewView(all);
  }

  private void take(Known known) {
    time = Math.max(time, known.contents().time());
    versions.observe(known.count());
    versions.observeVersion(known.contents().highestVersion());
    Ordered copied = new Ordered(versions.count(), time, Ordered.NO_CLIENT, 0, new Tick());
    env.storage().merge(copied, known.contents().entries(), () -> {});
  }

  @Override
  public final void activate() {
    pendingRequests.resumeReady();
  }

  @Override
  public final long position() {
    return versions.count();
  }
}
