package io.kvstore.memcached;

import com.google.code.yanf4j.core.Session;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import net.rubyeye.xmemcached.MemcachedClient;
import net.rubyeye.xmemcached.XMemcachedClientBuilder;
import net.rubyeye.xmemcached.exception.MemcachedException;
import org.jspecify.annotations.Nullable;

/**
 * The one connection of a datalet to its server. What is asked is done in that order, and nothing
 * is ever tried a second time.
 */
final class Connection implements AutoCloseable {
  private static final RawItems RAW = new RawItems();

  private final InetSocketAddress address;
  private final MemcachedClient client;

  private Connection(InetSocketAddress address, MemcachedClient client) {
    this.address = address;
    this.client = client;
  }

  /**
   * Connects.
   *
   * @throws UncheckedIOException when no answer comes within the timeout
   */
  static Connection open(InetSocketAddress address, Duration timeout) {
    XMemcachedClientBuilder builder = new XMemcachedClientBuilder(List.of(address));
    builder.setConnectTimeout(timeout.toMillis());
    builder.setOpTimeout(timeout.toMillis());
    builder.setConnectionPoolSize(1);
    builder.setSelectorPoolSize(1);
    builder.setEnableHealSession(false);
    MemcachedClient client;
    try {
      client = builder.build();
    } catch (IOException failed) {
      throw unreachable(address, failed);
    }
    client.setEnableHeartBeat(false);
    Connection connection = new Connection(address, client);
    if (client.getAvailableServers().isEmpty()) { // the builder only logs it
      connection.close();
      throw unreachable(address, new IOException("no connection"));
    }
    return connection;
  }

  private static UncheckedIOException unreachable(InetSocketAddress address, IOException cause) {
    return new UncheckedIOException(
        "no memcached answers at " + text(address) + ": " + cause.getMessage(), cause);
  }

  private static String text(InetSocketAddress address) {
    return address.getHostString() + ":" + address.getPort();
  }

  InetSocketAddress address() {
    return address;
  }

  byte @Nullable [] get(String name) {
    return ask(() -> client.get(name, RAW));
  }

  /** Those of the items that are there. */
  Map<String, byte[]> getAll(Collection<String> names) {
    Map<String, byte[]> found = ask(() -> client.get(names, RAW));
    return found == null ? Map.of() : found;
  }

  void set(String name, byte[] item) {
    Boolean isStored = ask(() -> client.set(name, 0, item, RAW));
    if (isStored == null || !isStored) {
      throw new LostEntriesException(this + " does not take the item " + name);
    }
  }

  /** Asks for it, and does not wait. */
  void delete(String name) {
    ask(
        () -> {
          client.deleteWithNoReply(name);
          return null;
        });
  }

  private interface Question<T> {
    @Nullable T ask() throws InterruptedException, MemcachedException, TimeoutException;
  }

  private <T> @Nullable T ask(Question<T> question) {
    try {
      return question.ask();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      String why = "interrupted while waiting for " + this;
      throw new UncheckedIOException(why, new InterruptedIOException());
    } catch (TimeoutException | MemcachedException failed) {
      String why = this + ": " + failed.getMessage();
      throw new UncheckedIOException(why, new IOException(failed));
    }
  }

  @Override
  public void close() {
    // Else the client asks the server for an end, and looks a second later whether it has come.
    client.getConnector().getSessionSet().forEach(Session::close);
    try {
      client.shutdown();
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
  }

  @Override
  public String toString() {
    return "the memcached at " + text(address);
  }
}
