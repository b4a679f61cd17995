package io.kvstore.redis;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What tests do to a Redis behind the back of its datalets. */
final class RedisTool {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private RedisTool() {}

  /** Starts one, and skips the test where there is none. */
  static LocalServer start(String... options) {
    Optional<LocalServer> server = LocalServer.redis(options);
    assumeTrue(
        server.isPresent(),
        "there is no redis-server and no valkey-server on the PATH (Debian's package redis-server)");
    return server.orElseThrow();
  }

  /** Has a command done, and waits for it. */
  static void tell(LocalServer server, String... words) {
    try (Connection connection = Connection.open(server.address(), PATIENCE)) {
      connection.ask(Stream.of(words).map(word -> word.getBytes(UTF_8)).toArray(byte[][]::new));
      connection.answer();
    }
  }

  /** The names of all keys, sorted. */
  static List<String> keys(LocalServer server) {
    try (Connection connection = Connection.open(server.address(), PATIENCE)) {
      connection.ask(Connection.ascii("KEYS"), Connection.ascii("*"));
      return connection.texts().stream().map(name -> new String(name, UTF_8)).sorted().toList();
    }
  }

  /** The one key whose name ends like this. */
  static String key(LocalServer server, String end) {
    return keys(server).stream().filter(name -> name.endsWith(end)).findFirst().orElseThrow();
  }
}
