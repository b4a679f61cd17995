package io.kvstore.server.net;

import io.kvstore.server.Endpoint;
import io.kvstore.server.Tls;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** The threads of a server, and the ports that they serve. */
public final class Network implements AutoCloseable {
  private final EventLoopGroup group;
  private final Duration closeWithin;
  private final OwnThreads own = new OwnThreads("kvstore-server");
  private final BufferBudget budget = BufferBudget.ofHeap();
  private final List<Listener> listeners = new ArrayList<>();
  private boolean closed;

  /** So many threads; when it closes, what is under way may take so long. */
  public Network(int threads, Duration closeWithin) {
    this.closeWithin = closeWithin;
    group = new MultiThreadIoEventLoopGroup(threads, own, NioIoHandler.newFactory());
  }

  /**
   * Opens a port.
   *
   * @param isServing whether the node runs whose port it is
   */
  public synchronized Listener listen(
      InetSocketAddress where, Endpoint endpoint, BooleanSupplier isServing, Protocol protocol) {
    @Nullable SslContext tls = endpoint.tls().map(Network::contextOf).orElse(null);
    Listener listener = new Listener(where, endpoint, tls, group, budget, isServing, protocol);
    listeners.add(listener);
    return listener;
  }

  /** Closes one port and its connections. */
  public synchronized void close(Listener listener) {
    listeners.remove(listener);
    listener.beginClose();
    listener.endClose(System.nanoTime() + closeWithin.toNanos());
  }

  private static SslContext contextOf(Tls tls) {
    try {
      SslContextBuilder builder =
          SslContextBuilder.forServer(tls.certificateChain().toFile(), tls.privateKey().toFile());
      tls.clientAuthorities()
          .ifPresent(file -> builder.trustManager(file.toFile()).clientAuth(ClientAuth.REQUIRE));
      return builder.build();
    } catch (SSLException | IllegalArgumentException unusable) {
      String authorities =
          tls.clientAuthorities().map(file -> " or the authorities " + file).orElse("");
      throw new IllegalArgumentException(
          "the certificate "
              + tls.certificateChain()
              + " or its key"
              + authorities
              + " cannot be used: "
              + unusable,
          unusable);
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    long deadline = System.nanoTime() + closeWithin.toNanos();
    listeners.forEach(Listener::beginClose);
    listeners.forEach(listener -> listener.endClose(deadline));
    group.shutdownGracefully(0, 1, TimeUnit.SECONDS).awaitUninterruptibly();
    group.terminationFuture().awaitUninterruptibly();
    own.join();
  }
}
