package io.kvstore.server.net;

import io.kvstore.server.Endpoint;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.ScheduledFuture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One port of one node. While the node does not run, its port stays open, so that it keeps its
 * number, but every connection is closed.
 */
public final class Listener {
  /** How much may wait to be sent before a connection is no longer read, and when it is again. */
  private static final WriteBufferWaterMark WATER_MARK =
      new WriteBufferWaterMark(32 << 10, 128 << 10);

  /** How long an encrypted connection waits for its client to read that it ends. */
  private static final long FAREWELL_MILLIS = 500;

  private static final int BACKLOG = 1_024;
  private static final long LOOK_MILLIS = 50;

  private final Connections connections;
  private final Protocol protocol;
  private final BufferBudget budget;
  private final Channel port;
  private final ScheduledFuture<?> watch;

  Listener(
      InetSocketAddress where,
      Endpoint endpoint,
      @Nullable SslContext tls,
      EventLoopGroup group,
      BufferBudget budget,
      BooleanSupplier isServing,
      Protocol protocol) {
    this.protocol = protocol;
    this.budget = budget;
    connections = new Connections(endpoint.limits().connections());
    var bound =
        new ServerBootstrap()
            .group(group)
            .channel(NioServerSocketChannel.class)
            .option(ChannelOption.SO_BACKLOG, BACKLOG)
            .option(ChannelOption.SO_REUSEADDR, true)
            .childOption(ChannelOption.TCP_NODELAY, true)
            .childOption(ChannelOption.SO_KEEPALIVE, true)
            .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
            .childOption(ChannelOption.WRITE_BUFFER_WATER_MARK, WATER_MARK)
            .handler(new AcceptTrouble())
            .childHandler(new Entrance(endpoint, tls, isServing))
            .bind(where)
            .awaitUninterruptibly();
    if (!bound.isSuccess()) {
      throw new UncheckedIOException(
          new IOException(
              "cannot listen on " + Addresses.text(where) + ": " + bound.cause().getMessage(),
              bound.cause()));
    }
    port = bound.channel();
    protocol.opened(connections, port.eventLoop());
    watch =
        port.eventLoop()
            .scheduleWithFixedDelay(
                () -> closeWhatADeadNodeHas(isServing),
                LOOK_MILLIS,
                LOOK_MILLIS,
                TimeUnit.MILLISECONDS);
  }

  private void closeWhatADeadNodeHas(BooleanSupplier isServing) {
    if (!isServing.getAsBoolean()) {
      connections.open().forEach(Listener::end);
    }
  }

  private static void end(Channel channel) {
    var unused = channel.close(); // it closes by itself
  }

  /** Lets clients in, or not, and equips their connections. */
  private final class Entrance extends ChannelInitializer<SocketChannel> {
    private final Endpoint endpoint;
    private final @Nullable SslContext tls;
    private final BooleanSupplier isServing;

    Entrance(Endpoint endpoint, @Nullable SslContext tls, BooleanSupplier isServing) {
      this.endpoint = endpoint;
      this.tls = tls;
      this.isServing = isServing;
    }

    @Override
    protected void initChannel(SocketChannel channel) {
      if (!isServing.getAsBoolean()) {
        end(channel);
        return;
      }
      if (!connections.admit(channel)) {
        channel
            .writeAndFlush(Unpooled.wrappedBuffer(protocol.refusal()))
            .addListener(ChannelFutureListener.CLOSE);
        return;
      }
      budget.admit(channel);
      if (tls != null) {
        SslHandler handler = tls.newHandler(channel.alloc());
        handler.setCloseNotifyFlushTimeoutMillis(FAREWELL_MILLIS);
        channel.pipeline().addLast(new NoRenegotiation(handler), handler);
      }
      if (!endpoint.idleTimeout().isZero()) {
        channel.pipeline().addLast(new IdleClose(endpoint.idleTimeout()));
      }
      protocol.handlers().forEach(channel.pipeline()::addLast);
    }
  }

  /** Where it listens. */
  public InetSocketAddress address() {
    return (InetSocketAddress) port.localAddress();
  }

  /** Lets no client in any more, and asks those that are in to end. */
  void beginClose() {
    watch.cancel(false);
    port.close().awaitUninterruptibly();
    connections
        .open()
        .forEach(channel -> channel.pipeline().fireUserEventTriggered(Closing.REQUESTED));
  }

  /** Waits for the end of all connections until a time, then ends them. */
  void endClose(long deadlineNanos) {
    for (Channel channel : connections.open()) {
      long left = deadlineNanos - System.nanoTime();
      if (!channel.closeFuture().awaitUninterruptibly(Math.max(0, left), TimeUnit.NANOSECONDS)) {
        break;
      }
    }
    List<Channel> open = List.copyOf(connections.open());
    open.forEach(channel -> BufferBudget.shareOf(channel).close()); // all of them, then it waits
    open.forEach(channel -> channel.closeFuture().awaitUninterruptibly());
    protocol.closed();
  }
}
