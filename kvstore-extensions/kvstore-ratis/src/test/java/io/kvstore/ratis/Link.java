package io.kvstore.ratis;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Arrays;
import java.util.Collection;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * One way between two members, in this process: it takes connections at its own address, and passes
 * bytes on to another one, both ways, after a while. While it is cut it passes nothing on; what was
 * sent meanwhile comes later, as over a network that lost it and was sent it again.
 */
final class Link implements AutoCloseable {
  private static final int PIECE_BYTES = 64 << 10;
  private static final int PIECES = 256; // that are under way; then the sender waits

  private final ServerSocket door;
  private final InetSocketAddress to;
  private final Collection<Socket> sockets = new ConcurrentLinkedQueue<>();
  private volatile long delayNanos;
  private volatile boolean isCut;

  Link(InetSocketAddress from, InetSocketAddress to) throws IOException {
    this.to = to;
    door = new ServerSocket();
    door.setReuseAddress(true);
    door.bind(from);
    daemon(this::accept);
  }

  /** From now on bytes take so long, each way. */
  void delay(long millis) {
    delayNanos = TimeUnit.MILLISECONDS.toNanos(millis);
  }

  void cut() {
    isCut = true;
  }

  void heal() {
    isCut = false;
    delayNanos = 0;
  }

  /** Bytes under way, and when they are there. */
  private static final class Piece {
    final byte[] bytes;
    final long due;

    Piece(byte[] bytes, long due) {
      this.bytes = bytes;
      this.due = due;
    }
  }

  private static void daemon(Runnable task) {
    Thread thread = new Thread(task, "link");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    try {
      while (true) {
        Socket near = door.accept();
        sockets.add(near);
        daemon(() -> connect(near));
      }
    } catch (IOException closed) {
      // The test is over.
    }
  }

  private void connect(Socket near) {
    Socket far = new Socket();
    sockets.add(far);
    try {
      far.connect(to);
      near.setTcpNoDelay(true);
      far.setTcpNoDelay(true);
      carry(near, far);
      carry(far, near);
    } catch (IOException refused) {
      end(near, far);
    }
  }

  private void carry(Socket from, Socket onTo) {
    BlockingQueue<Piece> underWay = new ArrayBlockingQueue<>(PIECES);
    daemon(() -> take(from, onTo, underWay));
    daemon(() -> give(from, onTo, underWay));
  }

  private void take(Socket from, Socket onTo, BlockingQueue<Piece> underWay) {
    byte[] buffer = new byte[PIECE_BYTES];
    try {
      InputStream in = from.getInputStream();
      for (int size = in.read(buffer); size >= 0; size = in.read(buffer)) {
        underWay.put(new Piece(Arrays.copyOf(buffer, size), System.nanoTime() + delayNanos));
      }
      underWay.put(new Piece(new byte[0], System.nanoTime())); // the end
    } catch (IOException | InterruptedException broken) {
      end(from, onTo);
    }
  }

  private void give(Socket from, Socket onTo, BlockingQueue<Piece> underWay) {
    try {
      OutputStream out = onTo.getOutputStream();
      for (Piece piece = underWay.take(); piece.bytes.length > 0; piece = underWay.take()) {
        for (long left = piece.due - System.nanoTime(); left > 0 || isCut; ) {
          TimeUnit.NANOSECONDS.sleep(Math.max(left, TimeUnit.MILLISECONDS.toNanos(1)));
          left = piece.due - System.nanoTime();
        }
        out.write(piece.bytes);
      }
    } catch (IOException | InterruptedException broken) {
      // The other end is told below.
    } finally {
      end(from, onTo);
    }
  }

  private static void end(Socket... both) {
    for (Socket socket : both) {
      try {
        socket.close();
      } catch (IOException broken) {
        // It is closed.
      }
    }
  }

  @Override
  public void close() throws IOException {
    door.close();
    isCut = false;
    end(sockets.toArray(Socket[]::new));
  }
}
