package io.kvstore.core.replication;

import io.kvstore.Consistency;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.OptimisticRead;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Query;
import io.kvstore.spi.Tick;
import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads of a replica in a group with one order.
 *
 * <p>Entries expire by the time that is stamped on operations, or else two replicas, or two
 * primaries, would not agree on what is there. While there are no writes, that time stands still:
 * so a read that meets an entry which should have expired by the clock first has a {@link Tick}
 * ordered, and then looks again.
 */
public final class LocalReads {
  private final Env env;
  private final LongSupplier position;
  private final LongSupplier time;
  private final LongSupplier latest;
  private final BiConsumer<Request, Reply> order;
  private final List<Runnable> afterwards = new ArrayList<>();
  private boolean isFrozen;

  /**
   * Reads of one replica.
   *
   * @param position up to where the replica has performed the order
   * @param time the time stamped on the operation there
   * @param order has a command ordered
   */
  public LocalReads(
      Env env, LongSupplier position, LongSupplier time, BiConsumer<Request, Reply> order) {
    this(env, position, time, () -> Long.MIN_VALUE, order);
  }

  /**
   * The same of a replica that answers linearizable reads although others may have performed more.
   *
   * @param latest the latest time that may be stamped on what others have performed: what is over
   *     by then may have been seen to be
   */
  public LocalReads(
      Env env,
      LongSupplier position,
      LongSupplier time,
      LongSupplier latest,
      BiConsumer<Request, Reply> order) {
    this.env = env;
    this.position = position;
    this.time = time;
    this.latest = latest;
    this.order = order;
  }

  /**
   * Answers a query from this replica if a look is enough; null if not.
   *
   * @param applied up to where the datalet has performed the order; it may just be performing more,
   *     so that what is found there is of a later place
   */
  public @Nullable OptimisticRead optimisticRead(
      Query query, Consistency level, long floor, long applied) {
    boolean showsEnough = level == Consistency.EVENTUAL || applied >= floor;
    Answer answer = showsEnough ? env.storage().optimisticRead(query) : null;
    return answer == null
        ? null
        : new OptimisticRead(answer, Math.max(applied, placeOf(answer)), VectorClock.ZERO);
  }

  private static long placeOf(Answer answer) {
    return answer instanceof Found found && found.entry() != null ? found.entry().version() : 0;
  }

  /**
   * Answers a query from this replica once it has performed what the query's session has seen, if
   * it still counts then. At the eventual level it need not have.
   */
  public void readOnceSeen(
      Request request, Reply reply, PendingRequests pendingRequests, BooleanSupplier counts) {
    long floor = request.level() == Consistency.EVENTUAL ? 0 : request.position();
    pendingRequests.until(
        () -> position.getAsLong() >= floor,
        reply,
        "what this session has seen to arrive here",
        () -> read(request, reply, counts));
  }

  /** Answers a query from this replica, as it is now. */
  public void read(Request request, Reply reply) {
    read(request, reply, () -> true);
  }

  /**
   * Answers a query from this replica, as it is now, if that still counts once it is found.
   * Otherwise the query is answered in order.
   *
   * @param counts whether what is there may be answered; asked last, since time may have passed
   */
  public void read(Request request, Reply reply, BooleanSupplier counts) {
    long seenUpTo = position.getAsLong();
    boolean byOwnClock = request.level() == Consistency.EVENTUAL;
    long asOf = byOwnClock ? Math.max(time.getAsLong(), env.now()) : time.getAsLong();
    env.storage()
        .query(
            (Query) request.operation(),
            asOf,
            answer -> {
              boolean isValid =
                  byOwnClock || answer.validUntil() > Math.max(env.now(), latest.getAsLong());
              if (isValid && counts.getAsBoolean()) {
                reply.answer(answer, seenUpTo);
              } else {
                env.reached(isValid ? Moment.READ_WITHOUT_LEASE : Moment.READ_HAD_TIME_GO_ON);
                readInOrder(request, reply);
              }
            });
  }

  /**
   * Answers a query once something has been ordered after it came: a member that could have ordered
   * anything in its stead would have kept that from being done.
   */
  public void readInOrder(Request request, Reply reply) {
    if (isFrozen) {
      env.reached(Moment.READ_ORDERED_IN_THE_NEXT_VIEW);
      afterwards.add(() -> readInOrder(request, reply));
      return;
    }
    order.accept(new TickFor(request), new ReadAfterTick(request, reply));
  }

  /**
   * The replica stops, and says how it stands: nothing is ordered until it serves, not even what
   * its datalet answers now to a query from before.
   */
  public void freeze() {
    isFrozen = true;
  }

  /** The replica serves, and orders what has waited. */
  public void activate() {
    isFrozen = false;
    List<Runnable> ready = List.copyOf(afterwards);
    afterwards.clear();
    ready.forEach(Runnable::run);
  }

  private void readAsItIs(Request request, Reply reply) {
    long seenUpTo = position.getAsLong();
    env.storage()
        .query(
            (Query) request.operation(),
            time.getAsLong(),
            answer -> reply.answer(answer, seenUpTo));
  }

  /** A tick in the name of the request that needs it. */
  private record TickFor(Request read) implements Request {
    @Override
    public int client() {
      return read.client();
    }

    @Override
    public long sequence() {
      return read.sequence();
    }

    @Override
    public Operation operation() {
      return new Tick();
    }

    @Override
    public Consistency level() {
      return read.level();
    }

    @Override
    public long position() {
      return read.position();
    }

    @Override
    public VectorClock seen() {
      return read.seen();
    }
  }

  /** Reads once the tick has been performed here. */
  private final class ReadAfterTick implements Reply {
    private final Request read;
    private final Reply reply;

    ReadAfterTick(Request read, Reply reply) {
      this.read = read;
      this.reply = reply;
    }

    /**
     * A tick has no effect of its own: a read that is given up meanwhile can be asked for again.
     */
    @Override
    public boolean begin() {
      return !reply.isAbandoned();
    }

    @Override
    public void answer(Answer answer) {
      readAsItIs(read, reply);
    }

    @Override
    public void answer(Answer answer, long position) {
      readAsItIs(read, reply);
    }

    @Override
    public void answer(Answer answer, VectorClock seen) {
      readAsItIs(read, reply);
    }

    @Override
    public void refuse(String why) {
      reply.refuse(why);
    }

    @Override
    public void waitFor(String what) {
      reply.waitFor(what);
    }

    @Override
    public boolean isAbandoned() {
      return reply.isAbandoned();
    }
  }
}
