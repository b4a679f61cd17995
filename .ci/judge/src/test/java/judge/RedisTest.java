package judge;

import static io.kvstore.testkit.assertions.KVAssertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvstore.Consistency;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.workload.Subject;
import io.kvstore.testkit.workload.Workload;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import redis.clients.jedis.Jedis;

/** A server is one copy; one with a replica that is read is not. */
class RedisTest {
  @TempDir Path folder;
  private final List<Process> servers = new ArrayList<>();

  @AfterEach
  void stop() {
    servers.forEach(Process::destroyForcibly);
  }

  private int server(String... options) throws Exception {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    List<String> command = new ArrayList<>(List.of("redis-server", "--port", "" + port));
    command.addAll(List.of("--bind", "127.0.0.1", "--dir", folder.toString(), "--save", ""));
    command.addAll(List.of(options));
    ProcessBuilder builder = new ProcessBuilder(command);
    try {
      servers.add(builder.redirectOutput(ProcessBuilder.Redirect.DISCARD).start());
    } catch (IOException none) {
      assumeTrue(false, "redis-server is not installed");
    }
    for (int tries = 0; tries < 100; tries++) {
      try (Jedis jedis = new Jedis("127.0.0.1", port)) {
        String info = jedis.info("replication");
        if (options.length == 0 || info.contains("master_link_status:up")) {
          return port;
        }
      } catch (RuntimeException notYet) {
        // asked again
      }
      Thread.sleep(100);
    }
    throw new IllegalStateException("no server answers at port " + port);
  }

  record Redis(Jedis written, Jedis read) implements Subject {
    @Override
    public String get(String key) {
      return read.get(key);
    }

    @Override
    public void put(String key, String value) {
      written.set(key, value);
    }

    @Override
    public void close() {
      written.close();
      read.close();
    }
  }

  private static Workload workload(int operations) {
    return new Workload().kinds(Kind.READ, Kind.WRITE).operations(operations);
  }

  @Test
  void oneServerIsOneCopyAndAReplicaIsAnother() throws Exception {
    int primary = server();
    int replica = server("--replicaof", "127.0.0.1", "" + primary);
    assertThat(workload(500).run(client -> new Redis(at(primary), at(primary)))).isLinearizable();
    assertThat(workload(5_000).run(client -> new Redis(at(primary), at(replica))))
        .isNot(Consistency.LINEARIZABLE);
  }

  private static Jedis at(int port) {
    return new Jedis("127.0.0.1", port);
  }
}
