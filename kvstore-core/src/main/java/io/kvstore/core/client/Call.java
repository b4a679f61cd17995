package io.kvstore.core.client;

import com.google.common.math.LongMath;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.core.client.Lanes.Lane;
import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.node.ClientRequest;
import io.kvstore.core.node.Replica;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Command;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** One operation of a client, from its start to its one outcome. */
final class Call extends SingleOutcome {
  private static final VarHandle DELIVERED;

  static {
    try {
      DELIVERED = MethodHandles.lookup().findVarHandle(Call.class, "isDelivered", boolean.class);
    } catch (ReflectiveOperationException impossible) {
      throw new ExceptionInInitializerError(impossible);
    }
  }

  private final LocalConnection connection;
  private final int shard;
  private Replica replica; // changed on its loop
  private long begunIn = Long.MAX_VALUE; // the epoch in which it did; on its loop, too
  private boolean mayHaveBegunElsewhere; // then a refusal says only half of the truth
  private volatile @Nullable Repetition
      repetition; // what is asked of that replica, if it is not the first
  final Lane lane;
  private final long sequence;
  private final Operation operation;
  private final Consistency level;
  private long deadline; // before it has come to its loop: how long it may take from then on
  private final @Nullable CompletableFuture<Answer> future;

  boolean isDelivered; // read by its caller alone, if one waits
  private boolean isHandedOver; // to who delivers it; on its loop

  /**
   * A call that has not been made yet.
   *
   * @param timeoutNanos after which it is given up if no caller waits for it, from when it has come
   *     to its loop
   * @param future ended with the outcome; null for a caller that waits
   */
  Call(
      LocalConnection connection,
      int shard,
      Replica replica,
      Lane lane,
      Operation operation,
      Consistency level,
      long timeoutNanos,
      @Nullable CompletableFuture<Answer> future) {
    this.connection = connection;
    this.shard = shard;
    this.replica = replica;
    this.lane = lane;
    this.sequence = lane.sequence;
    this.operation = operation;
    this.level = level;
    this.deadline = timeoutNanos;
    this.future = future;
  }

  @Override
  public void run() {
    if (future != null) {
      deadline = LongMath.saturatedAdd(replica.loop().now(), deadline);
    }
    take(this);
  }

  /** Hands the call, or its repetition, to its replica. */
  void take(ClientRequest request) {
    if (!isDone()) {
      replica.accept(request);
    }
  }

  /** Whether this is what is asked now. */
  boolean isLatest(Repetition asked) {
    return repetition == asked;
  }

  // Request

  @Override
  public int client() {
    return lane.client;
  }

  @Override
  public long sequence() {
    return sequence;
  }

  @Override
  public Operation operation() {
    return operation;
  }

  @Override
  public Consistency level() {
    return level;
  }

  @Override
  public long position() {
    return connection.session().positionIn(shard);
  }

  @Override
  public VectorClock seen() {
    return connection.session().seenIn(shard);
  }

  // Reply

  @Override
  public boolean begin() {
    return repetition == null && beginNow();
  }

  boolean beginNow() {
    if (tryBegin()) {
      begunIn = replica.view().epoch();
      return true;
    }
    return hasBegun();
  }

  @Override
  protected long begunIn() {
    return begunIn;
  }

  @Override
  public void answer(Answer result) {
    if (repetition == null) {
      answerNow(result);
    }
  }

  void answerNow(Answer result) {
    if (result.mayHaveGoneOtherwise() && mayBeContradicted()) {
      lose("a replica that its group has gone on without may have applied it");
    } else if (endWith(result)) {
      endOnLoop();
    }
  }

  /**
   * Whether this has begun in a view before, in which a replica may have applied it that those of
   * the present view do not ask.
   */
  private boolean mayBeContradicted() {
    return begunIn < replica.view().epoch() && !connection.knowsRepetitions(shard, begunIn);
  }

  @Override
  public void answer(Answer result, long position) {
    if (repetition == null) {
      answerNow(result, position);
    }
  }

  void answerNow(Answer result, long position) {
    if (!isDone()) {
      connection.session().sawUpTo(shard, position);
    }
    answerNow(result);
  }

  @Override
  public void answer(Answer result, VectorClock seen) {
    if (repetition == null) {
      answerNow(result, seen);
    }
  }

  void answerNow(Answer result, VectorClock seen) {
    if (!isDone()) {
      connection.session().saw(shard, seen);
    }
    answerNow(result);
  }

  @Override
  public void refuse(String reason) {
    if (repetition == null) {
      refuseNow(reason);
    }
  }

  void refuseNow(String reason) {
    if (endRefused(reason, mayHaveBegunElsewhere || mayBeContradicted())) {
      endOnLoop();
    }
  }

  @Override
  public boolean isAbandoned() {
    return repetition != null || isDone();
  }

  // Ends

  private void endOnLoop() {
    handOver(); // first: who waits must be told, whatever the rest throws
    replica.over(repetition == null ? this : repetition);
  }

  private void handOver() {
    if (!isHandedOver) {
      if (future == null) {
        wakeWaiter();
      } else {
        replica.loop().finished(this);
      }
      isHandedOver = true;
    }
  }

  @Override
  protected Actor actor() {
    return replica;
  }

  @Override
  protected void onLost(Throwable thrown) {
    if (repetition == null) {
      endLost(thrown);
    }
  }

  /** Goes on elsewhere, or ends, unless its replica has seen to that. */
  void endLost(Throwable thrown) {
    if (!isDone() && !moveOn()) {
      lose("its replica has failed: " + thrown.getClass().getName());
    }
  }

  @Override
  protected boolean moveOn() {
    Replica next = isDone() || !mayMoveOn() ? null : connection.otherReplica(shard, replica.self());
    if (next == null) {
      return false;
    }
    mayHaveBegunElsewhere |= hasBegun() && operation instanceof Command;
    Replica gone = replica;
    Repetition before = repetition;
    Repetition again = new Repetition(this);
    replica = next;
    repetition = again;
    boolean isHandedOn = false;
    try {
      next.loop().execute(again);
      isHandedOn = true;
    } finally {
      if (!isHandedOn) {
        replica = gone; // as if it had not been tried
        repetition = before;
      }
    }
    return true;
  }

  /**
   * Whether it can be asked for again without taking effect twice: because it has not begun to, or
   * the replicas know it by its number, and have done so ever since.
   */
  private boolean mayMoveOn() {
    return isWaiting() || operation instanceof Query || connection.knowsRepetitions(shard, begunIn);
  }

  @Override
  protected void lose(String reason) {
    if (endUnanswered(reason)) {
      endOnLoop();
    } else if (replica.loop().isMine()) {
      handOver();
    }
  }

  @Override
  protected void giveUp() {
    lose("no answer in time: " + waitsFor());
  }

  @Override
  protected boolean isOverdueAt(long now) {
    return future != null && now >= deadline;
  }

  /** The waiting caller gives up. Tells whether there was no answer before. */
  boolean abandon(String reason) {
    return endUnanswered(reason + ": " + waitsFor());
  }

  @Override
  public void deliver() {
    if (future == null) {
      if (!isDelivered) {
        connection.giveBack(lane);
        isDelivered = true;
      }
      return;
    }
    giveBackLane();
    if (isAnswered()) {
      future.complete(answerOrNull());
    } else {
      future.completeExceptionally(failure(null));
    }
  }

  /** Once. Whatever throws on the way, the lane is found again. */
  private void giveBackLane() {
    boolean isGivenBack = false;
    try {
      if (DELIVERED.compareAndSet(this, false, true)) {
        connection.giveBack(lane);
      }
      isGivenBack = true;
    } finally {
      if (!isGivenBack) {
        lane.isLost = true;
      }
    }
  }

  EventLoop loop() {
    return replica.loop();
  }

  @Override
  protected TraceEvent endAsEvent(long time, int ofShard, NodeId node) {
    Answer result = answerOrNull();
    return result != null
        ? new TraceEvent.Answered(
            time, ofShard, node, lane.client, sequence, operation, level, result)
        : new TraceEvent.Failed(time, ofShard, node, lane.client, sequence, why());
  }
}
