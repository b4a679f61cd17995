package io.kvstore.ratis;

import io.kvstore.core.engine.Room;
import io.kvstore.ratis.Result.Done;
import io.kvstore.spi.Operation;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/**
 * A line of operations from one client to one shard, in their order. It has one batch under way at
 * a time; what comes meanwhile makes the next one.
 *
 * <pre>
 *   add ──▶ queue ──▶ batch ──▶ leader
 *             ▲         │ │
 *             │         │ ╰─ may have been appended: the same batch again, with the same number
 *             ╰─────────╯ certainly not appended
 * </pre>
 *
 * <p>The group performs a batch once, however often it is appended, because it remembers the number
 * of the last batch of each pipe. A batch that all callers have given up is left; one with a higher
 * number makes sure that it is not performed any more after that.
 */
final class Pipe {
  private static final int OPERATIONS_LIMIT = 512;
  private static final long FIRST_DELAY_MILLIS = 5;
  private static final long LONGEST_DELAY_MILLIS = 200;

  private final ShardClient shard;
  private final Room room;
  private final int bytesLimit;
  private final Patience<Reply> patience;
  private final Deque<PendingOperation> queue = new ArrayDeque<>(); // guarded by this
  private boolean isBusy; // guarded by this

  // Used by the one task that makes it busy.
  private long client; // its number among the group's clients; 0 when it has none
  private long sequence;
  private long delayMillis = FIRST_DELAY_MILLIS;

  /** A batch under way. */
  private static final class Batch {
    final List<PendingOperation> operations = new ArrayList<>();
    long bytesAdded;
    boolean mayHaveBeenAppended;

    boolean isGivenUp() {
      return operations.stream().allMatch(PendingOperation::isEnded);
    }
  }

  /**
   * To a shard.
   *
   * @param bytesLimit how long a batch of several operations may be
   */
  Pipe(ShardClient shard, Room room, int bytesLimit) {
    this.shard = shard;
    this.room = room;
    this.bytesLimit = bytesLimit;
    this.patience = shard.patience();
  }

  /** Sends an operation after those that were added before. */
  void add(PendingOperation operation) {
    synchronized (this) {
      queue.addLast(operation);
      if (isBusy) {
        return;
      }
      isBusy = true;
    }
    begin();
  }

  /** Sends an operation if nothing is under way; tells whether it does. */
  boolean addIfIdle(PendingOperation operation) {
    synchronized (this) {
      if (isBusy) {
        return false;
      }
      isBusy = true;
      queue.addLast(operation);
    }
    begin();
    return true;
  }

  /**
   * By the thread of a caller, who may as well send what is there to a member elsewhere. In this
   * process it would append to the log itself: Ratis closes a log in which a thread is interrupted.
   */
  private void begin() {
    Peer leader = shard.leader().known();
    if (leader == null || client == 0 || shard.isClosed() || shard.members().isOwn(leader)) {
      next();
    } else {
      send(leader, compose());
    }
  }

  private void next() {
    synchronized (this) {
      queue.removeIf(PendingOperation::isEnded);
      if (queue.isEmpty() || shard.isClosed()) {
        isBusy = false;
        queue.forEach(each -> each.giveUp("the store was closed", null));
        queue.clear();
        return;
      }
    }
    Ends.thenAccept(
        shard.leader().find(),
        shard.executor(),
        found -> {
          if (found.isEmpty()) {
            later("a leader of its shard (" + shard.leader().whyUnknown() + ")");
          } else if (client == 0) {
            register(found.get());
          } else {
            send(found.get(), compose());
          }
        });
  }

  /** Tries again, after a while. */
  private void later(String waitsFor) {
    synchronized (this) {
      queue.forEach(each -> each.waitFor(waitsFor));
    }
    afterDelay(this::next);
  }

  private void afterDelay(Runnable task) {
    long delay = delayMillis;
    delayMillis = Math.min(2 * delay, LONGEST_DELAY_MILLIS);
    shard.schedule(task, delay, TimeUnit.MILLISECONDS);
  }

  private void register(Peer leader) {
    ByteString record = Coding.encode((LogRecord) new LogRecord.Register(), LogRecord::write);
    Ends.thenAccept(
        shard.order(leader, new Ask.Submit(record, 0), patience),
        shard.executor(),
        reply -> {
          if (reply instanceof Reply.Ordered ordered
              && ordered.result() instanceof Result.Registered registered) {
            client = registered.client();
            sequence = 0;
            next();
          } else {
            later(whyNot(reply));
          }
        });
  }

  private Batch compose() {
    Batch batch = new Batch();
    long bytes = 0;
    synchronized (this) {
      while (!queue.isEmpty() && batch.operations.size() < OPERATIONS_LIMIT) {
        PendingOperation first = queue.getFirst();
        long more = first.bytesAdded();
        if (!batch.operations.isEmpty() && bytes + more > bytesLimit) {
          break;
        }
        queue.removeFirst();
        if (first.begin()) {
          batch.operations.add(first);
          bytes += more;
        }
      }
    }
    batch.bytesAdded = bytes;
    sequence++;
    return batch;
  }

  private void send(Peer leader, Batch batch) {
    if (batch.isGivenUp()) {
      next();
      return;
    }
    List<Operation> operations =
        batch.operations.stream().map(PendingOperation::operation).toList();
    ByteString record =
        Coding.encode(
            (LogRecord) new LogRecord.Batch(client, sequence, operations), LogRecord::write);
    // What may have been appended already needs no more room.
    long bytesAdded = batch.mayHaveBeenAppended ? 0 : batch.bytesAdded;
    Ends.thenAccept(
        shard.order(leader, new Ask.Submit(record, bytesAdded), patience),
        reply -> {
          if (!answerAtOnce(reply, batch)) {
            shard.executor().execute(() -> on(reply, batch));
          }
        });
  }

  /**
   * Answers a single operation by the thread that brings its reply: so a caller that waits for it
   * is told without a detour. What asks for something again is not done by a thread of Ratis, which
   * may hold its locks.
   */
  private boolean answerAtOnce(Reply reply, Batch batch) {
    if (batch.operations.size() != 1
        || !(reply instanceof Reply.Ordered ordered)
        || !(ordered.result() instanceof Result.Performed performed)) {
      return false;
    }
    delayMillis = FIRST_DELAY_MILLIS;
    boolean isMore;
    synchronized (this) {
      isMore = !queue.isEmpty();
      isBusy = isMore;
    }
    batch.operations.get(0).answer(performed.parts().get(0));
    if (isMore) {
      shard.executor().execute(this::next);
    }
    return true;
  }

  private void on(Reply reply, Batch batch) {
    if (reply instanceof Reply.Ordered ordered) {
      delayMillis = FIRST_DELAY_MILLIS;
      onResult(ordered.result(), batch);
    } else if (reply instanceof Reply.Unsure || batch.mayHaveBeenAppended) {
      batch.mayHaveBeenAppended = true;
      batch.operations.forEach(each -> each.waitFor(whyNot(reply)));
      afterDelay(() -> repeat(batch));
    } else {
      boolean isFull = reply instanceof Reply.Full;
      takeBack(batch, isFull);
      if (isFull) {
        next();
      } else {
        later(whyNot(reply));
      }
    }
  }

  private void onResult(Result result, Batch batch) {
    if (result instanceof Result.Performed performed) {
      List<Done> parts = performed.parts();
      for (int i = 0; i < parts.size(); i++) {
        batch.operations.get(i).answer(parts.get(i));
      }
    } else if (result instanceof Result.UnknownClient) {
      client = 0;
      if (batch.mayHaveBeenAppended) {
        lose(batch, "the group has forgotten this client in the middle of it");
      } else {
        takeBack(batch, false);
      }
    } else {
      lose(batch, "it was performed, and its answer was too long to be remembered");
    }
    next();
  }

  private static void lose(Batch batch, String why) {
    batch.operations.forEach(each -> each.lose(why));
  }

  /** What was certainly not appended goes to the front again, or ends. */
  private void takeBack(Batch batch, boolean isFull) {
    synchronized (this) {
      for (int i = batch.operations.size() - 1; i >= 0; i--) {
        PendingOperation operation = batch.operations.get(i);
        if (isFull && operation.bytesAdded() > 0) {
          operation.fail(room.refusal());
        } else {
          operation.takeBack();
          queue.addFirst(operation);
        }
      }
    }
  }

  private void repeat(Batch batch) {
    if (shard.isClosed()) {
      batch.operations.forEach(each -> each.giveUp("the store was closed", null));
    }
    if (batch.isGivenUp()) {
      next();
      return;
    }
    Ends.thenAccept(
        shard.leader().find(),
        shard.executor(),
        found -> {
          if (found.isPresent()) {
            send(found.get(), batch);
          } else {
            afterDelay(() -> repeat(batch));
          }
        });
  }

  private static String whyNot(Reply reply) {
    if (reply instanceof Reply.Refused refused) {
      return "its shard to take it (" + refused.why() + ")";
    }
    if (reply instanceof Reply.Unsure unsure) {
      return "an answer (" + unsure.why() + ")";
    }
    return reply instanceof Reply.Busy
        ? "the leader of its shard, which has too many requests waiting"
        : "the leader of its shard, which has changed";
  }

  /** The store is closed: what waits here is told. */
  synchronized void close() {
    queue.forEach(each -> each.giveUp("the store was closed", null));
    queue.clear();
  }
}
