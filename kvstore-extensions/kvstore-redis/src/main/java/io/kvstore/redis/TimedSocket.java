package io.kvstore.redis;

import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A connection for one thread, which waits a bounded time to connect, to read, and also to write: a
 * {@link java.net.Socket} waits forever for a peer that no longer reads.
 */
final class TimedSocket implements AutoCloseable {
  private final SocketChannel channel;
  private final Selector selector;
  private final SelectionKey interest;
  private final Duration timeout;

  private TimedSocket(SocketChannel channel, Selector selector, Duration timeout)
      throws IOException {
    this.channel = channel;
    this.selector = selector;
    this.timeout = timeout;
    channel.configureBlocking(false);
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true); // routers forget what is silent
    interest = channel.register(selector, 0);
  }

  /**
   * Connects.
   *
   * @param timeout how long to wait for anything
   */
  static TimedSocket connect(InetSocketAddress address, Duration timeout) throws IOException {
    if (address.isUnresolved()) {
      throw new UnknownHostException("no host has the name " + address.getHostString());
    }
    SocketChannel channel = SocketChannel.open();
    try {
      Selector selector = Selector.open();
      try {
        TimedSocket socket = new TimedSocket(channel, selector, timeout);
        if (!channel.connect(address)) {
          do {
            socket.await(SelectionKey.OP_CONNECT, socket.deadline());
          } while (!channel.finishConnect());
        }
        return socket;
      } catch (IOException | RuntimeException failed) {
        selector.close();
        throw failed;
      }
    } catch (IOException | RuntimeException failed) {
      channel.close();
      throw failed;
    }
  }

  private long deadline() {
    return System.nanoTime() + timeout.toNanos();
  }

  private void await(int operation, long deadline) throws IOException {
    interest.interestOps(operation);
    selector.selectedKeys().clear();
    while (selector.select(millisUntil(deadline)) == 0) {
      if (Thread.currentThread().isInterrupted()) {
        throw new InterruptedIOException("interrupted");
      }
      if (System.nanoTime() - deadline >= 0) {
        throw new SocketTimeoutException("no answer in time");
      }
    }
  }

  /** At least one: none is forever. */
  private static long millisUntil(long deadline) {
    return Math.max(1, TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime()));
  }

  /** What comes from the peer. */
  InputStream input() {
    return new InputStream() {
      @Override
      public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
      }

      @Override
      public int read(byte[] into, int start, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(into, start, length);
        long deadline = deadline();
        int count = channel.read(buffer);
        while (count == 0 && length > 0) {
          await(SelectionKey.OP_READ, deadline);
          count = channel.read(buffer);
        }
        return count;
      }
    };
  }

  /** What goes to the peer; each part may take as long as an answer. */
  OutputStream output() {
    return new OutputStream() {
      @Override
      public void write(int one) throws IOException {
        write(new byte[] {(byte) one}, 0, 1);
      }

      @Override
      public void write(byte[] from, int start, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(from, start, length);
        long deadline = deadline();
        while (buffer.hasRemaining()) {
          int count = channel.write(buffer);
          if (count == 0) {
            await(SelectionKey.OP_WRITE, deadline);
          } else {
            deadline = deadline();
          }
        }
      }
    };
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  @Override
  public void close() throws IOException {
    try (selector) {
      channel.close();
    }
  }
}
