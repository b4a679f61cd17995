package io.kvstore.server.http;

import static java.util.Objects.requireNonNull;

import io.kvstore.server.net.Admission;
import io.kvstore.server.net.BufferBudget;
import io.kvstore.server.net.Closing;
import io.kvstore.server.net.LastHandler;
import io.kvstore.server.net.Turn;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: begins its requests in their order, and writes the answers in the same
 * order. All of it runs on the connection's event loop, but for {@link #goOn}.
 *
 * <p>Requests for the store begin when there is room for one among those of all connections.
 * Nothing more is read while too many requests wait, or while the client does not take what was
 * written: then it has to wait in its turn. When it has done much at once, the other connections of
 * its event loop come first.
 */
final class Conversation extends LastHandler {
  private static final long MOST_WAITING_BYTES = 1 << 20;
  private static final int MOST_WAITS = 8;
  private static final int STEPS_OF_A_REQUEST = 4;

  /** A request that was read; with a ticket if the store has to do something for it. */
  private record Asked(
      boolean isRead,
      @Nullable Ticket ticket,
      boolean isKeptAlive,
      boolean takesChunks,
      int bytes,
      Supplier<CompletableFuture<Answer>> begin) {
    static Asked of(Answer known, boolean isKeptAlive) {
      return new Asked(
          true, null, isKeptAlive, true, 0, () -> CompletableFuture.completedFuture(known));
    }
  }

  /** A request that was begun, with its answer. */
  private record Begun(Asked asked, CompletableFuture<Answer> answer) {}

  private final Function<Request, CompletableFuture<Answer>> service;
  private final int limit;
  private final Executor json;
  private final Admission admission;
  private final Queue<Asked> waiting = new ArrayDeque<>();
  private final Queue<Begun> begun = new ArrayDeque<>();
  private final AtomicBoolean isDrainDue = new AtomicBoolean();
  private final Admission waits = new Admission(MOST_WAITS);
  private final Turn turn = new Turn();
  private final AnswerWriter writer = new AnswerWriter(this::goOn);
  private @Nullable ChannelHandlerContext context;
  private BufferBudget.@Nullable Share share;
  private long waitingBytes;
  private long begunBytes;
  private @Nullable CompletableFuture<Answer> making; // of the oldest
  private boolean isWritingLast;
  private boolean isInputOver; // nothing more will come, or is listened to
  private boolean isEnding; // the last answer is written
  private boolean isLingering; // what still comes is thrown away, so that the answer arrives
  private boolean isWorking;
  private boolean isQueued; // for room among the requests of all connections

  /**
   * A conversation.
   *
   * @param service answers requests, and throws nothing
   * @param limit how many requests may be read and not answered
   * @param admission how many requests of all connections may be on their way to the store
   * @param json writes large answers
   */
  Conversation(
      Function<Request, CompletableFuture<Answer>> service,
      int limit,
      Admission admission,
      Executor json) {
    this.json = json;
    this.service = service;
    this.limit = limit;
    this.admission = admission;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    share = BufferBudget.shareOf(added.channel());
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    isEnding = true;
    forgetAll();
  }

  private void forgetAll() {
    waiting.clear();
    for (Begun each : begun) {
      var unused = each.answer().thenAccept(Answer::discard);
    }
    begun.clear();
    writer.close();
  }

  // What comes in

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    try {
      if (isInputOver || isEnding) {
        return;
      }
      if (message == BoundedAggregator.TOO_LARGE) {
        waiting.add(Asked.of(Answer.error(413, "the body is too large"), true));
      } else if (message instanceof FullHttpRequest request) {
        take(request);
      }
    } finally {
      ReferenceCountUtil.release(message);
    }
    work();
  }

  private void take(FullHttpRequest request) {
    if (request.decoderResult().isFailure()) {
      end(Failure.malformed(request.decoderResult().cause()));
    } else if (request.protocolVersion().majorVersion() != 1) {
      end(Answer.error(505, "only HTTP/1.0 and HTTP/1.1 are spoken here"));
    } else if (!Request.isClear(request)) {
      end(Answer.error(400, "the request does not say clearly whom it is for, or where it ends"));
    } else {
      Ticket ticket = new Ticket(admission, waits);
      Request read = new Request(request, ticket);
      int bytes = request.content().readableBytes();
      waitingBytes += bytes;
      waiting.add(
          new Asked(
              read.isRead(),
              read.isForStore() ? ticket : null,
              read.isKeptAlive(),
              read.takesChunks(),
              bytes,
              () -> service.apply(read)));
    }
  }

  /** What follows cannot be understood: says so in its turn, and ends. */
  private void end(Answer last) {
    waiting.add(Asked.of(last, false));
    isInputOver = true;
    isLingering = true;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext from) {
    from.flush();
    account();
    if (!isDrainDue.get()) {
      turn.begin();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext from) {
    if (from.channel().isWritable()) {
      work();
      from.flush();
      account();
    } else {
      from.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) {
    if (event == Closing.REQUESTED || event instanceof ChannelInputShutdownEvent) {
      isInputOver = true;
      isLingering = false;
      writer.end();
      work();
      from.flush();
      if (isEnding) {
        // The answers are on their way: the end waits for them.
        from.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
      }
    } else {
      from.fireUserEventTriggered(event);
    }
  }

  // What is done

  private void work() {
    ChannelHandlerContext mine = context;
    if (isWorking || mine == null || mine.isRemoved()) {
      return;
    }
    isWorking = true;
    try {
      boolean goesOn = true;
      while (goesOn && mine.channel().isWritable() && !isEnding) {
        if (turn.isOver()) {
          goOn();
          break;
        }
        goesOn = writer.isBusy() ? writeNext(mine) : writeOldest(mine) || beginNext();
      }
      boolean isDone = waiting.isEmpty() && begun.isEmpty() && !writer.isBusy();
      if (!isEnding && isInputOver && isDone) {
        close(mine);
      }
    } finally {
      isWorking = false;
    }
    if (isEnding) {
      return;
    }
    boolean isStalled =
        waiting.size() + begun.size() >= limit
            || waitingBytes > MOST_WAITING_BYTES
            || !mine.channel().isWritable();
    mine.channel().config().setAutoRead(!isStalled);
  }

  /** Goes on with a large answer; false when its next piece is not there yet. */
  private boolean writeNext(ChannelHandlerContext mine) {
    int written = writer.writeNext(mine);
    turn.spendBytes(written);
    closeIfLast(mine);
    return written > 0 || !writer.isBusy();
  }

  private boolean writeOldest(ChannelHandlerContext mine) {
    Begun oldest = begun.peek();
    if (oldest == null || !oldest.answer().isDone()) {
      return false;
    }
    Answer answer = oldest.answer().join();
    if (answer.isToBeMade()) {
      if (making == null) {
        making = CompletableFuture.supplyAsync(answer::made, json);
        var unused = making.whenComplete((made, thrown) -> goOn());
      }
      if (!making.isDone()) {
        return false;
      }
      answer = making.exceptionally(Failure::answer).join();
      making = null;
    }
    begun.remove();
    begunBytes -= oldest.asked().bytes();
    boolean takesChunks = oldest.asked().takesChunks();
    isWritingLast = !oldest.asked().isKeptAlive() || (answer.rest() != null && !takesChunks);
    writer.write(mine, answer, takesChunks, isWritingLast);
    if (isInputOver) {
      writer.end();
    }
    closeIfLast(mine);
    return true;
  }

  private void closeIfLast(ChannelHandlerContext mine) {
    if (isWritingLast && !writer.isBusy()) {
      close(mine);
    }
  }

  private boolean beginNext() {
    Asked next = waiting.peek();
    if (next == null) {
      return false;
    }
    boolean mayBegin =
        begun.isEmpty()
            || (next.isRead() && begun.stream().allMatch(each -> each.asked().isRead()));
    Ticket ticket = next.ticket();
    if (!mayBegin || (ticket != null && !(waits.hasRoom() && enter()))) {
      return false;
    }
    waiting.remove();
    waitingBytes -= next.bytes();
    begunBytes += next.bytes();
    turn.spend(STEPS_OF_A_REQUEST);
    CompletableFuture<Answer> answer = next.begin().get();
    begun.add(new Begun(next, answer));
    if (!answer.isDone()) {
      var unused =
          answer.whenComplete(
              (ended, thrown) -> {
                leave(ticket);
                goOn();
              });
    } else {
      leave(ticket);
    }
    return true;
  }

  /** False when there are too many requests of all connections; it is tried again when not. */
  private boolean enter() {
    if (admission.tryEnter()) {
      return true;
    }
    if (!isQueued) {
      isQueued = true;
      admission.whenThereIsRoom(this::comeIn);
    }
    return admission.tryEnter();
  }

  /** There is room again. Runs on any thread. */
  private void comeIn() {
    requireNonNull(context)
        .executor()
        .execute(
            () -> {
              isQueued = false;
              drain();
              admission.wakeNext();
            });
  }

  private static void leave(@Nullable Ticket ticket) {
    if (ticket != null) {
      ticket.giveBack();
    }
  }

  /** There is something to do: an answer is there, or a new turn. Runs on any thread. */
  private void goOn() {
    ChannelHandlerContext mine = context;
    if (mine != null && isDrainDue.compareAndSet(false, true)) {
      mine.executor().execute(this::drain);
    }
  }

  private void drain() {
    isDrainDue.set(false);
    turn.begin();
    work();
    if (context != null) {
      context.flush();
      account();
    }
  }

  /** Says how much memory the connection takes. */
  private void account() {
    ChannelHandlerContext mine = context;
    BufferBudget.Share own = share;
    if (mine == null || own == null || mine.isRemoved()) {
      return;
    }
    own.holdRequests(waitingBytes + begunBytes);
    own.holdAnswers(writer.left() + (mine.channel().isWritable() ? 0 : unwritten()));
    own.flushed(mine);
    if (!mine.channel().config().isAutoRead()) {
      own.awaitRest(false);
    }
  }

  private long unwritten() {
    return begun.stream()
        .filter(each -> each.answer().isDone())
        .mapToLong(each -> each.answer().join().heldBytes())
        .sum();
  }

  // The end

  private void close(ChannelHandlerContext mine) {
    isEnding = true;
    forgetAll();
    LingeringClose.begin(mine, isLingering);
  }
}
