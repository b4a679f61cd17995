package io.kvstore.ratis;

import io.kvstore.core.engine.Room;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What this process needs to have operations of one shard ordered. */
final class ShardClient implements AutoCloseable {
  private static final int PIPES = 4;
  private static final int BATCH_BYTES = 1 << 20;
  private static final long NANOS_FOR_A_BYTE = 200; // sent, written, sent on and performed

  private final Members members;
  private final Leader leader;
  private final ScheduledExecutorService timer;
  private final Executor executor;
  private final long attemptNanos;
  private final Pipe inOrder;
  private final List<Pipe> pipes = new ArrayList<>();
  private final AtomicInteger turn = new AtomicInteger();
  private volatile boolean isClosed;

  /**
   * To one shard.
   *
   * @param attemptNanos how long a leader may be silent, with a short record, before another one is
   *     looked for
   */
  ShardClient(
      Members members,
      Room room,
      ScheduledExecutorService timer,
      Executor executor,
      long attemptNanos) {
    this.members = members;
    this.leader = new Leader(members, attemptNanos);
    this.timer = timer;
    this.executor = executor;
    this.attemptNanos = attemptNanos;
    inOrder = new Pipe(this, room, BATCH_BYTES);
    for (int i = 0; i < PIPES; i++) {
      pipes.add(new Pipe(this, room, BATCH_BYTES));
    }
  }

  Members members() {
    return members;
  }

  Leader leader() {
    return leader;
  }

  Executor executor() {
    return executor;
  }

  boolean isClosed() {
    return isClosed;
  }

  void schedule(Runnable task, long delay, TimeUnit unit) {
    try {
      ScheduledFuture<?> unused = timer.schedule(() -> executor.execute(task), delay, unit);
    } catch (RejectedExecutionException closed) {
      task.run(); // which sees that the store is closed
    }
  }

  /** Has an operation ordered after those that came this way before. */
  void orderInOrder(PendingOperation operation) {
    inOrder.add(operation);
    requireOpen(operation);
  }

  /** Has an operation ordered. */
  void order(PendingOperation operation) {
    int first = turn.getAndIncrement();
    boolean isSent = false;
    for (int i = 0; i < PIPES && !isSent; i++) {
      isSent = pipes.get(i).addIfIdle(operation);
    }
    if (!isSent) {
      pipes.get(Math.floorMod(first, PIPES)).add(operation);
    }
    requireOpen(operation);
  }

  private void requireOpen(PendingOperation operation) {
    if (isClosed) {
      operation.giveUp("the store was closed", null);
    }
  }

  /** For one who has one record under way at a time. */
  Patience<Reply> patience() {
    return new Patience<>(timer);
  }

  /**
   * Has a record ordered by who leads, as far as is known; never ends with an exception, and may
   * end on a thread of Ratis.
   */
  CompletableFuture<Reply> order(Peer peer, Ask.Submit submit, Patience<Reply> patience) {
    long nanos = attemptNanos + submit.record().size() * NANOS_FOR_A_BYTE;
    return patience
        .within(members.ask(peer, submit), new Reply.Unsure(peer + " is silent"), nanos)
        .thenApply(
            reply -> {
              if (reply instanceof Reply.NotLeader notLeader) {
                leader.isNot(peer, notLeader.leader());
              } else if (reply instanceof Reply.Unsure || reply instanceof Reply.Refused) {
                leader.suspect(peer);
              }
              return reply;
            });
  }

  /** Nothing is ordered from now on; what is under way ends with its connections. */
  @Override
  public void close() {
    isClosed = true;
    inOrder.close();
    pipes.forEach(Pipe::close);
  }
}
