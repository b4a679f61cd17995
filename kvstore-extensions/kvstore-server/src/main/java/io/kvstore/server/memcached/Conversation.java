package io.kvstore.server.memcached;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.Session;
import io.kvstore.server.Memcached;
import io.kvstore.server.memcached.Statistics.Count;
import io.kvstore.server.net.Admission;
import io.kvstore.server.net.BufferBudget;
import io.kvstore.server.net.Closing;
import io.kvstore.server.net.LastHandler;
import io.kvstore.server.net.Turn;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.ByteToMessageDecoder;
import io.netty.util.ReferenceCountUtil;
import java.time.Clock;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One client's connection: reads requests, begins them in their order, and writes the answers in
 * the same order.
 *
 * <p>What the store answers at once is written at once. It goes on reading while requests are on
 * their way, up to a limit. It stops when the limit is reached, when a request has to wait for an
 * earlier one, and when the client does not take what was written: then the socket is not read, and
 * the client has to wait in its turn. When it has done much at once, the other connections of its
 * event loop come first. All of it runs on the connection's event loop, but for {@link #goOn}.
 */
final class Conversation extends LastHandler {
  private static final int SEND_AT_BYTES = 32 << 10;
  private static final int READ_AHEAD_BYTES = 64 << 10;

  private final NodeState node;
  private final Pending pending;
  private final RequestParser parser;
  private final AtomicBoolean isDrainDue = new AtomicBoolean();
  private final Turn turn = new Turn();
  private Requests requests;
  private @Nullable Login login;
  private @Nullable ChannelHandlerContext context;
  private @Nullable Service service;
  private @Nullable Output output;
  private BufferBudget.@Nullable Share share;
  private ByteBuf unread = Unpooled.EMPTY_BUFFER;
  private @Nullable Request waiting; // was read, and may not begin yet
  private boolean isQueued; // for room among the requests of all connections
  private boolean isEnding; // nothing more is begun
  private boolean isInputOver; // nothing more will come
  private boolean isWorking;

  Conversation(NodeState node, @Nullable Login login) {
    this.node = node;
    this.login = login;
    Memcached options = node.options();
    pending = new Pending(options.endpoint().limits().pipelined());
    parser =
        new RequestParser(
            new Dialect(options, () -> System.currentTimeMillis() / 1_000),
            options.endpoint().limits());
    requests = login == null ? parser : login;
  }

  @Override
  public void handlerAdded(ChannelHandlerContext added) {
    context = added;
    output = new Output(added.alloc());
    share = BufferBudget.shareOf(added.channel());
    if (login != null) {
      login.begin(added.channel(), this::goOn);
    }
    Session<Bytes, Bytes> session = node.store().at(node.node());
    Items items = new Items(session.async(), node.marks(), Clock.systemUTC());
    service = new Service(items, new Arithmetic(items, added.executor()), node);
  }

  @Override
  public void handlerRemoved(ChannelHandlerContext removed) {
    unread.release();
    unread = Unpooled.EMPTY_BUFFER;
    requireNonNull(output).clear();
    pending.clear();
    waiting = null;
    isEnding = true;
  }

  // What comes in

  @Override
  public void channelRead(ChannelHandlerContext from, Object message) {
    if (!(message instanceof ByteBuf bytes) || isEnding) {
      ReferenceCountUtil.release(message);
      return;
    }
    node.statistics().add(Count.BYTES_READ, bytes.readableBytes());
    unread =
        unread.isReadable()
            ? ByteToMessageDecoder.MERGE_CUMULATOR.cumulate(from.alloc(), unread, bytes)
            : replaced(unread, bytes);
    work();
  }

  private static ByteBuf replaced(ByteBuf old, ByteBuf bytes) {
    old.release();
    return bytes;
  }

  @Override
  public void channelReadComplete(ChannelHandlerContext from) {
    send();
    account();
    if (!isDrainDue.get()) {
      turn.begin();
    }
  }

  @Override
  public void channelWritabilityChanged(ChannelHandlerContext from) {
    if (from.channel().isWritable()) {
      work();
      send();
      account();
    } else {
      from.channel().config().setAutoRead(false);
    }
  }

  @Override
  public void userEventTriggered(ChannelHandlerContext from, Object event) {
    if (event == Closing.REQUESTED || event instanceof ChannelInputShutdownEvent) {
      isInputOver = true;
      work();
      send();
    } else {
      from.fireUserEventTriggered(event);
    }
  }

  // What is done

  /** Goes as far as it can: writes what is answered, begins what may begin. */
  private void work() {
    if (isWorking || context == null || context.isRemoved()) {
      return;
    }
    isWorking = true;
    try {
      do {
        writeAnswers();
      } while (!isEnding && begin());
      endIfOver();
    } finally {
      isWorking = false;
    }
    if (context != null && !context.isRemoved()) {
      context.channel().config().setAutoRead(!isInputOver && !isStalled());
    }
  }

  private boolean isStalled() {
    return waiting != null
        || !mayWrite()
        || (login != null && login.isDelayed())
        || (turn.isOver() && unread.readableBytes() > READ_AHEAD_BYTES);
  }

  private boolean mayWrite() {
    return isWritable() && !requireNonNull(output).isFull();
  }

  private boolean isWritable() {
    return context != null && context.channel().isWritable();
  }

  private void writeAnswers() {
    if (requireNonNull(output).isFull()) {
      send();
    }
    while (mayWrite()) {
      Reply reply = pending.poll();
      if (reply == null) {
        return;
      }
      write(reply);
    }
  }

  /** Begins the next request; false when there is none, or it may not begin yet. */
  private boolean begin() {
    if (!mayWrite()) {
      return false;
    }
    if (turn.isOver()) {
      goOn();
      return false;
    }
    Request request = waiting;
    waiting = null;
    if (request == null) {
      request = nextRequest();
    }
    if (request == null) {
      return false;
    }
    requireNonNull(share).awaitRest(false);
    if (request.isLast()) {
      isEnding = true;
      return false;
    }
    if (!pending.admits(request) || !enter()) {
      waiting = request;
      return false;
    }
    perform(request);
    return true;
  }

  /** False when there are too many requests of all connections; it is tried again when not. */
  private boolean enter() {
    Admission admission = node.admission();
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
              node.admission().wakeNext();
            });
  }

  private @Nullable Request nextRequest() {
    if (login != null && login.isDone()) {
      login = null;
      requests = parser;
    }
    Request request = requests.next(unread);
    if (!unread.isReadable()) {
      unread.release();
      unread = Unpooled.EMPTY_BUFFER;
    }
    return request;
  }

  private void perform(Request request) {
    turn.spend(1);
    CompletableFuture<Reply> reply;
    try {
      reply = request.perform(requireNonNull(service));
    } catch (RuntimeException refused) { // a limit of the store, or a closed store
      reply = CompletableFuture.failedFuture(refused);
    }
    if (reply.isDone()) {
      node.admission().leave();
      if (pending.isEmpty()) {
        write(Pending.replyOf(request, reply));
      } else {
        pending.add(request, reply);
      }
      return;
    }
    pending.add(request, reply);
    var unused =
        reply.whenComplete(
            (ended, thrown) -> {
              node.admission().leave();
              goOn();
            });
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
    try {
      work();
      send();
      account();
    } catch (RuntimeException failed) {
      exceptionCaught(requireNonNull(context), failed);
    }
  }

  private void endIfOver() {
    boolean isOver = isEnding || (isInputOver && !isStalled() && !turn.isOver());
    if (isOver && pending.isEmpty() && context != null) {
      isEnding = true;
      send();
      if (requireNonNull(output).size() > 0) {
        return; // it is sent first
      }
      Channel channel = context.channel();
      channel.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
    }
  }

  // What goes out

  private void write(Reply reply) {
    Output out = requireNonNull(output);
    reply.writeTo(out);
    if (out.size() >= SEND_AT_BYTES) {
      send();
    }
  }

  private void send() {
    ChannelHandlerContext mine = context;
    Output out = output;
    if (mine == null || out == null) {
      return;
    }
    while (isWritable() && !turn.isOver()) {
      ByteBuf gathered = out.take();
      if (gathered == null) {
        return;
      }
      turn.spendBytes(gathered.readableBytes());
      node.statistics().add(Count.BYTES_WRITTEN, gathered.readableBytes());
      var unused = mine.writeAndFlush(gathered, mine.voidPromise());
    }
    if (turn.isOver() && out.size() > 0) {
      goOn();
    }
  }

  /** Says how much memory the connection takes, and whether its client is awaited. */
  private void account() {
    ChannelHandlerContext mine = context;
    BufferBudget.Share own = share;
    Output out = output;
    if (mine == null || own == null || out == null || mine.isRemoved()) {
      return;
    }
    int unfinished = unread.readableBytes() + parser.held();
    own.holdIncompleteRequest(unfinished);
    own.holdAnswers(out.size() + (isWritable() ? 0 : pending.heldBytes()));
    own.flushed(mine);
    boolean isMidway = unread.isReadable() || parser.isMidway();
    own.awaitRest(isMidway && !isStalled() && !turn.isOver());
  }
}
