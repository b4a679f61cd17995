package io.kvstore.server.memcached;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Connections that each send a batch of requests, read all answers to it, and send it again; on one
 * thread. An answer that is not the expected one ends it.
 */
final class LoadGenerator implements AutoCloseable {
  private static final String VALUE = "v".repeat(32);
  private static final int KEYS = 1_000;

  private final Selector selector = Selector.open();
  private final List<Client> clients = new ArrayList<>();
  private final ByteBuffer received = ByteBuffer.allocateDirect(256 << 10);
  private final int pipelined;

  LoadGenerator(InetSocketAddress address, int connections, int pipelined, boolean reads)
      throws IOException {
    this.pipelined = pipelined;
    for (int i = 0; i < connections; i++) {
      clients.add(new Client(address, i * pipelined, reads));
    }
  }

  private final class Client {
    private final SocketChannel channel;
    private final ByteBuffer requests;
    private final ByteBuffer answers;
    private int at; // how many bytes of the answers have come

    Client(InetSocketAddress address, int firstKey, boolean reads) throws IOException {
      StringBuilder sets = new StringBuilder();
      StringBuilder gets = new StringBuilder();
      StringBuilder found = new StringBuilder();
      for (int i = 0; i < pipelined; i++) {
        String key = "key-" + (firstKey + i) % KEYS;
        sets.append("set ").append(key).append(" 0 0 32\r\n").append(VALUE).append("\r\n");
        gets.append("get ").append(key).append("\r\n");
        found.append("VALUE ").append(key).append(" 0 32\r\n").append(VALUE).append("\r\nEND\r\n");
      }
      String stored = "STORED\r\n".repeat(pipelined);
      channel = SocketChannel.open(address);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      write(bytes(sets.toString())); // so that there is something to get
      ByteBuffer ignored = ByteBuffer.allocate(stored.length());
      while (ignored.hasRemaining() && channel.read(ignored) >= 0) {}
      requests = bytes(reads ? gets.toString() : sets.toString());
      answers = bytes(reads ? found.toString() : stored);
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, this);
    }

    private void write(ByteBuffer bytes) throws IOException {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    }

    void begin() throws IOException {
      at = 0;
      write(requests.duplicate());
    }

    /** Reads what has come; true when that was the last of the answers. */
    boolean read() throws IOException {
      received.clear();
      if (channel.read(received) < 0) {
        throw new IOException("the server has closed a connection");
      }
      received.flip();
      if (received.remaining() > answers.limit() - at
          || answers.slice(at, received.remaining()).mismatch(received) >= 0) {
        throw new IOException(
            "unexpected: " + StandardCharsets.ISO_8859_1.decode(received.duplicate()));
      }
      at += received.remaining();
      return at == answers.limit();
    }
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1)).asReadOnlyBuffer();
  }

  /** Runs for some time, and until every batch is answered; tells how many requests a second. */
  long run(Duration time) throws IOException {
    long began = System.nanoTime();
    long end = began + time.toNanos();
    long batches = 0;
    int open = clients.size();
    for (Client client : clients) {
      client.begin();
    }
    while (open > 0) {
      selector.select(1_000);
      for (SelectionKey key : selector.selectedKeys()) {
        Client client = (Client) key.attachment();
        if (client.read()) {
          batches++;
          if (System.nanoTime() < end) {
            client.begin();
          } else {
            open--;
          }
        }
      }
      selector.selectedKeys().clear();
    }
    double seconds = (System.nanoTime() - began) / 1e9;
    return Math.round(batches * pipelined / seconds);
  }

  @Override
  public void close() throws IOException {
    for (Client client : clients) {
      client.channel.close();
    }
    selector.close();
  }
}
