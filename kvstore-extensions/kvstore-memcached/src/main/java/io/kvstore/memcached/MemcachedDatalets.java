package io.kvstore.memcached;

import static java.util.Objects.requireNonNull;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Replicas that keep their entries in servers that speak memcached: each node in a server of its
 * own, or several in one.
 *
 * <pre>{@code
 * DataletFactory factory = MemcachedDatalets.at(first, second, third).withPrefix("orders");
 * KVStore<String, String> store =
 *     KVStore.builder().engine(new InProcess().datalet(factory)).open();
 * }</pre>
 *
 * <p>A replica begins with nothing each time it is opened, and is brought up to date by the others;
 * when all nodes end, everything is gone. Start the servers so that they evict nothing ({@code
 * memcached -M}): a replica whose server has lost something stops, with {@link
 * LostEntriesException}, rather than serve what is left.
 *
 * <p>Immutable: each method returns a new factory.
 */
public final class MemcachedDatalets implements DataletFactory {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);

  private final List<InetSocketAddress> addresses;
  private final String prefix;
  private final Duration timeout;

  private MemcachedDatalets(List<InetSocketAddress> addresses, String prefix, Duration timeout) {
    this.addresses = addresses;
    this.prefix = prefix;
    this.timeout = timeout;
  }

  /** In these servers: nodes use them in turn, and so all use the same if there is one. */
  public static MemcachedDatalets at(InetSocketAddress first, InetSocketAddress... more) {
    List<InetSocketAddress> all = new ArrayList<>(List.of(more));
    all.add(0, requireNonNull(first, "first"));
    return new MemcachedDatalets(List.copyOf(all), "kvstore", TIMEOUT);
  }

  /**
   * What the names of all items begin with, {@code kvstore} unless said otherwise. Of stores with
   * the same prefix in the same servers, the last to open works, and the others lose their
   * replicas.
   */
  public MemcachedDatalets withPrefix(String text) {
    return new MemcachedDatalets(addresses, ItemNames.requirePrefix(text), timeout);
  }

  /** How long a server may take for an answer, two seconds unless said otherwise. */
  public MemcachedDatalets withTimeout(Duration atMost) {
    if (atMost.toMillis() < 1 || atMost.toMillis() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a timeout is at least a millisecond and at most "
              + Integer.MAX_VALUE
              + ", not "
              + atMost);
    }
    return new MemcachedDatalets(addresses, prefix, atMost);
  }

  @Override
  public Datalet open(NodeId node, int shard) {
    InetSocketAddress address = addresses.get(node.number() % addresses.size());
    String owner = UUID.randomUUID().toString().substring(0, 18);
    ItemNames names = new ItemNames(prefix, node, shard, owner);
    Connection connection = Connection.open(address, timeout);
    try {
      return MemcachedDatalet.open(connection, names, timeout);
    } catch (RuntimeException | Error failed) {
      connection.close();
      throw failed;
    }
  }

  /** True: each replica gets a thread of its own that waits for its server. */
  @Override
  public boolean mayBlock() {
    return true;
  }
}
