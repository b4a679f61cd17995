package io.kvstore.redis;

import static java.util.Objects.requireNonNull;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Replicas that keep their entries in servers that speak Redis: each node in a server of its own,
 * or several in one.
 *
 * <pre>{@code
 * DataletFactory factory = RedisDatalets.at(first, second, third).withPrefix("orders");
 * KVStore<String, String> store =
 *     KVStore.builder().engine(new InProcess().datalet(factory)).open();
 * }</pre>
 *
 * <p>A replica begins with nothing each time it is opened, and is brought up to date by the others;
 * when all nodes end, everything is gone. Start the servers so that they evict nothing ({@code
 * maxmemory-policy noeviction}, as they do unless said otherwise): a replica whose server has lost
 * something stops, with {@link LostEntriesException}, rather than serve what is left.
 *
 * <p>Immutable: each method returns a new factory.
 */
public final class RedisDatalets implements DataletFactory {
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final int PREFIX_LIMIT = 100;

  /** Who asks; the user is empty where the server has only a password. */
  private record Login(String user, String password) {}

  private final List<InetSocketAddress> addresses;
  private final String prefix;
  private final Duration timeout;
  private final Optional<Login> login;

  private RedisDatalets(
      List<InetSocketAddress> addresses, String prefix, Duration timeout, Optional<Login> login) {
    this.addresses = addresses;
    this.prefix = prefix;
    this.timeout = timeout;
    this.login = login;
  }

  /** In these servers: nodes use them in turn, and so all use the same if there is one. */
  public static RedisDatalets at(InetSocketAddress first, InetSocketAddress... more) {
    List<InetSocketAddress> all = new ArrayList<>(List.of(more));
    all.add(0, requireNonNull(first, "first"));
    return new RedisDatalets(List.copyOf(all), "kvstore", TIMEOUT, Optional.empty());
  }

  /**
   * What the names of all keys begin with, {@code kvstore} unless said otherwise. Of stores with
   * the same prefix in the same servers, the last to open works, and the others lose their
   * replicas.
   */
  public RedisDatalets withPrefix(String text) {
    boolean isPrintable = text.chars().allMatch(each -> each > ' ' && each <= '~');
    if (!isPrintable || text.isEmpty() || text.length() > PREFIX_LIMIT) {
      throw new IllegalArgumentException(
          "a prefix has 1 to "
              + PREFIX_LIMIT
              + " printable ASCII characters and no space, not \""
              + text
              + "\"");
    }
    return new RedisDatalets(addresses, text, timeout, login);
  }

  /** How long a server may take for an answer, two seconds unless said otherwise. */
  public RedisDatalets withTimeout(Duration atMost) {
    if (atMost.toMillis() < 1 || atMost.toMillis() > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a timeout is at least a millisecond and at most "
              + Integer.MAX_VALUE
              + ", not "
              + atMost);
    }
    return new RedisDatalets(addresses, prefix, atMost, login);
  }

  /** With the password that the servers ask for ({@code requirepass}). */
  public RedisDatalets withPassword(String password) {
    return withLogin("", password);
  }

  /** As a user of the servers ({@code ACL}). */
  public RedisDatalets withLogin(String user, String password) {
    Login its = new Login(requireNonNull(user, "user"), requireNonNull(password, "password"));
    return new RedisDatalets(addresses, prefix, timeout, Optional.of(its));
  }

  @Override
  public Datalet open(NodeId node, int shard) {
    InetSocketAddress address = addresses.get(node.number() % addresses.size());
    String owner = UUID.randomUUID().toString().substring(0, 18);
    RedisKeys keys = new RedisKeys(prefix + ":" + node + "-" + shard, owner);
    Connection connection = Connection.open(address, timeout);
    try {
      login.ifPresent(its -> connection.login(its.user(), its.password()));
      return RedisDatalet.open(connection, keys);
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
