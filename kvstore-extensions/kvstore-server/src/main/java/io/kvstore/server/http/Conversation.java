package io.kvstore.server.http;

import static java.util.Objects.requireNonNull;

import io.kvstore.server.net.Admission;
import io.kvstore.server.net.Closing;
import io.kvstore.server.net.LastHandler;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.SocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.DefaultHttpContent;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.FullHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: begins its requests in their order, and writes the answers in the same
 * order. All of it runs on the connection's event loop, but for {@link #answered}.
 *
 * <p>Requests for the store begin when there is room for one among those of all connections.
 * Nothing more is read while too many requests wait, or while the client does not take what was
 * written: then it has to wait in its turn.
 */
final class Conversation extends LastHandler {
  private static final long LINGER_MILLIS = 1_000;
  private static final long MOST_WAITING_BYTES = 1 << 20;

  /** A request that waits to be begun. */
  private record Turn(
      boolean isRead,
      boolean isForStore,
      boolean isKeptAlive,
      boolean takesChunks,
      int bytes,
      Supplier<CompletableFuture<Answer>> begin) {
    static Turn of(Answer known, boolean isKeptAlive) {
      return new Turn(
          true, false, isKeptAlive, true, 0, () -> CompletableFuture.completedFuture(known));
    }

    static Turn of(Request request, int bytes, Supplier<CompletableFuture<Answer>> begin) {
      return new Turn(
          request.isRead(),
          request.isForStore(),
          request.isKeptAlive(),
          request.takesChunks(),
          bytes,
          begin);
    }
  }

  /** A request that was begun, with its answer. */
  private record Begun(Turn turn, CompletableFuture<Answer> answer) {}

  private final Function<Request, CompletableFuture<Answer>> service;
  private final int limit;
  private final Admission admission;
  private final Queue<Turn> waiting = new ArrayDeque<>();
  private final Queue<Begun> begun = new ArrayDeque<>();
  private final AtomicBoolean isDrainDue = new AtomicBoolean();
  private @Nullable ChannelHandlerContext context;
  private @Nullable Outflow outflow; // of an answer that is sent as it is produced
  private long waitingBytes;
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
   */
  Conversation(
      Function<Request, CompletableFuture<Answer>> service, int limit, Admission admission) {
    this.service = service;
    this.limit = limit;
    this.admission = admission;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
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
    if (outflow != null) {
      outflow.close();
    }
  }

  // What comes in

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    try {
      if (isInputOver || isEnding) {
        return;
      }
      if (message == BoundedAggregator.TOO_LARGE) {
        waiting.add(Turn.of(Answer.error(413, "the body is too large"), true));
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
      end(malformed(request.decoderResult().cause()));
    } else if (request.protocolVersion().majorVersion() != 1) {
      end(Answer.error(505, "only HTTP/1.0 and HTTP/1.1 are spoken here"));
    } else if (!isClear(request)) {
      end(Answer.error(400, "the request does not say clearly whom it is for, or where it ends"));
    } else {
      Request read = new Request(request);
      int bytes = request.content().readableBytes();
      waitingBytes += bytes;
      waiting.add(Turn.of(read, bytes, () -> service.apply(read)));
    }
  }

  /** One host is named, where one must be; and another server would find the same end of it. */
  private static boolean isClear(FullHttpRequest request) {
    int hosts = request.headers().getAll(HttpHeaderNames.HOST).size();
    boolean mayHaveNone = request.protocolVersion().equals(HttpVersion.HTTP_1_0);
    List<String> codings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
    return (hosts == 1 || (hosts == 0 && mayHaveNone))
        && (codings.isEmpty()
            || (codings.size() == 1 && codings.get(0).equalsIgnoreCase("chunked")));
  }

  private static Answer malformed(Throwable cause) {
    if (cause instanceof TooLongHttpLineException) {
      return Answer.error(414, "the first line of the request is too long");
    }
    if (cause instanceof TooLongHttpHeaderException) {
      return Answer.error(431, "the headers of the request are too long");
    }
    return Answer.error(400, "this is not an HTTP request");
  }

  /** What follows cannot be understood: says so in its turn, and ends. */
  private void end(Answer last) {
    waiting.add(Turn.of(last, false));
    isInputOver = true;
    isLingering = true;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext from) {
    from.flush();
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext from) {
    if (from.channel().isWritable()) {
      work();
      from.flush();
    } else {
      from.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) {
    if (event == Closing.REQUESTED || event instanceof ChannelInputShutdownEvent) {
      isInputOver = true;
      isLingering = false;
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
        goesOn = flowsOut(mine) && (writeOldest(mine) || beginNext());
      }
      if (!isEnding && isInputOver && waiting.isEmpty() && begun.isEmpty() && outflow == null) {
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

  /** Goes on with the answer that is being sent; tells whether there is none any more. */
  private boolean flowsOut(ChannelHandlerContext mine) {
    Outflow its = outflow;
    if (its != null && its.goOn()) {
      outflow = null;
      if (its.isLast()) {
        close(mine);
      }
    }
    return outflow == null && !isEnding;
  }

  private boolean writeOldest(ChannelHandlerContext mine) {
    Begun oldest = begun.peek();
    if (oldest == null || !oldest.answer().isDone()) {
      return false;
    }
    begun.remove();
    Answer answer = oldest.answer().join();
    boolean isLast = !oldest.turn().isKeptAlive();
    if (answer.rest() == null) {
      write(mine, answer, isLast);
    } else {
      beginOutflow(mine, answer, answer.rest(), oldest.turn());
    }
    return true;
  }

  private boolean beginNext() {
    Turn next = waiting.peek();
    if (next == null) {
      return false;
    }
    boolean mayBegin =
        begun.isEmpty() || (next.isRead() && begun.stream().allMatch(each -> each.turn().isRead()));
    if (!mayBegin || (next.isForStore() && !enter())) {
      return false;
    }
    waiting.remove();
    waitingBytes -= next.bytes();
    CompletableFuture<Answer> answer = next.begin().get();
    begun.add(new Begun(next, answer));
    if (!answer.isDone()) {
      var unused =
          answer.whenComplete(
              (ended, thrown) -> {
                leave(next);
                answered();
              });
    } else {
      leave(next);
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

  private void leave(Turn turn) {
    if (turn.isForStore()) {
      admission.leave();
    }
  }

  /** Some answer is there. Runs on any thread. */
  private void answered() {
    ChannelHandlerContext mine = context;
    if (mine != null && isDrainDue.compareAndSet(false, true)) {
      mine.executor().execute(this::drain);
    }
  }

  private void drain() {
    isDrainDue.set(false);
    work();
    if (context != null) {
      context.flush();
    }
  }

  // What goes out

  private void write(ChannelHandlerContext mine, Answer answer, boolean isLast) {
    DefaultFullHttpResponse response =
        new DefaultFullHttpResponse(
            HttpVersion.HTTP_1_1,
            HttpResponseStatus.valueOf(answer.status()),
            Unpooled.wrappedBuffer(answer.body()));
    answer.headers().forEach(response.headers()::set);
    if (answer.status() != HttpResponseStatus.NOT_MODIFIED.code()) {
      response.headers().setInt(HttpHeaderNames.CONTENT_LENGTH, answer.body().length);
    }
    response
        .headers()
        .set(
            HttpHeaderNames.CONNECTION,
            isLast ? HttpHeaderValues.CLOSE : HttpHeaderValues.KEEP_ALIVE);
    var unused = mine.write(response);
    if (isLast) {
      close(mine);
    }
  }

  /** Who understands no chunks takes the end of the connection for the end of the body. */
  private void beginOutflow(
      ChannelHandlerContext mine, Answer answer, Answer.Rest rest, Turn turn) {
    boolean isLast = !turn.isKeptAlive() || !turn.takesChunks();
    var response =
        new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.valueOf(answer.status()));
    answer.headers().forEach(response.headers()::set);
    if (turn.takesChunks()) {
      response.headers().set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED);
    }
    response
        .headers()
        .set(
            HttpHeaderNames.CONNECTION,
            isLast ? HttpHeaderValues.CLOSE : HttpHeaderValues.KEEP_ALIVE);
    var unusedHead = mine.write(response);
    var unused = mine.write(new DefaultHttpContent(Unpooled.wrappedBuffer(answer.body())));
    outflow = new Outflow(mine, rest, isLast, this::answered);
  }

  private void close(ChannelHandlerContext mine) {
    isEnding = true;
    forgetAll();
    boolean isPlain = mine.pipeline().get(SslHandler.class) == null;
    var last = mine.writeAndFlush(Unpooled.EMPTY_BUFFER);
    if (isLingering && isPlain && mine.channel() instanceof SocketChannel socket) {
      // To close with bytes unread would reset the connection, and the answer with it.
      mine.channel().config().setAutoRead(true);
      last.addListener(written -> shutDown(socket));
      var unused = mine.executor().schedule(() -> end(mine), LINGER_MILLIS, TimeUnit.MILLISECONDS);
    } else {
      last.addListener(ChannelFutureListener.CLOSE);
    }
  }

  private static void shutDown(SocketChannel socket) {
    var unused = socket.shutdownOutput();
  }

  private static void end(ChannelHandlerContext mine) {
    var unused = mine.close();
  }
}
