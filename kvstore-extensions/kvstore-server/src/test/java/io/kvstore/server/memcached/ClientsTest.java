package io.kvstore.server.memcached;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvstore.Consistency;
import io.kvstore.server.Served;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import net.rubyeye.xmemcached.GetsResponse;
import net.rubyeye.xmemcached.MemcachedClient;
import net.rubyeye.xmemcached.XMemcachedClient;
import net.rubyeye.xmemcached.exception.MemcachedException;
import net.spy.memcached.CASResponse;
import net.spy.memcached.CASValue;
import net.spy.memcached.DefaultConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The tools that people already have, at work against a node. */
class ClientsTest {
  @ParameterizedTest
  @EnumSource(Consistency.class)
  void xmemcachedWorks(Consistency level)
      throws IOException, InterruptedException, MemcachedException, TimeoutException {
    try (Served served = Served.at(level)) {
      MemcachedClient client = new XMemcachedClient(served.address(1));
      client.setOpTimeout(20_000);
      try {
        assertThat(client.set("k", 0, "v")).isTrue();
        assertThat(client.<String>get("k")).isEqualTo("v");
        assertThat(client.add("k", 0, "w")).isFalse();
        assertThat(client.replace("k", 0, "w")).isTrue();
        GetsResponse<String> seen = client.gets("k");
        assertThat(client.cas("k", 0, "x", seen.getCas())).isTrue();
        assertThat(client.cas("k", 0, "y", seen.getCas())).isFalse();
        assertThat(client.append("k", "!")).isTrue();
        assertThat(client.prepend("k", "?")).isTrue();
        assertThat(client.<String>get("k")).isEqualTo("?x!");
        assertThat(client.incr("n", 5, 10)).isEqualTo(10);
        assertThat(client.incr("n", 5)).isEqualTo(15);
        assertThat(client.decr("n", 7)).isEqualTo(8);
        assertThat(client.touch("k", 100)).isTrue();
        client.set("l", 0, "m");
        assertThat(client.<String>get(List.of("k", "l", "none")))
            .isEqualTo(Map.of("k", "?x!", "l", "m"));
        assertThat(client.delete("k")).isTrue();
        assertThat(client.<String>get("k")).isNull();
        assertThat(client.getVersions()).containsValue("1.6.18");
        assertThat(client.getStats().values().iterator().next()).containsKeys("pid", "node");
        client.flushAll();
        assertThat(client.<String>get("l")).isNull();
      } finally {
        client.shutdown();
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Consistency.class)
  void spymemcachedWorks(Consistency level)
      throws IOException, InterruptedException, ExecutionException {
    System.setProperty("net.spy.log.LoggerImpl", "net.spy.memcached.compat.log.SLF4JLogger");
    try (Served served = Served.at(level)) {
      List<InetSocketAddress> addresses = List.of(served.address(2));
      net.spy.memcached.MemcachedClient client =
          new net.spy.memcached.MemcachedClient(new PatientConnections(), addresses);
      try {
        assertThat(client.set("k", 0, "v").get()).isTrue();
        assertThat(client.get("k")).isEqualTo("v");
        assertThat(client.add("k", 0, "w").get()).isFalse();
        assertThat(client.replace("k", 0, "w").get()).isTrue();
        CASValue<Object> seen = client.gets("k");
        assertThat(client.cas("k", seen.getCas(), "x")).isEqualTo(CASResponse.OK);
        assertThat(client.cas("k", seen.getCas(), "y")).isEqualTo(CASResponse.EXISTS);
        assertThat(client.append("k", "!").get()).isTrue();
        assertThat(client.prepend("k", "?").get()).isTrue();
        assertThat(client.get("k")).isEqualTo("?x!");
        assertThat(client.incr("n", 5, 10)).isEqualTo(10);
        assertThat(client.incr("n", 5)).isEqualTo(15);
        assertThat(client.decr("n", 7)).isEqualTo(8);
        assertThat(client.touch("k", 100).get()).isTrue();
        client.set("l", 0, "m").get();
        assertThat(client.getBulk("k", "l", "none")).isEqualTo(Map.of("k", "?x!", "l", "m"));
        assertThat(client.delete("k").get()).isTrue();
        assertThat(client.get("k")).isNull();
        assertThat(client.getVersions()).containsValue("1.6.18");
        assertThat(client.flush().get()).isTrue();
        assertThat(client.get("l")).isNull();
      } finally {
        client.shutdown();
      }
    }
  }

  /** Waits as long as a busy machine takes. */
  private static final class PatientConnections extends DefaultConnectionFactory {
    @Override
    public long getOperationTimeout() {
      return 20_000;
    }
  }

  @Test
  void everyAsciiTestOfMemccapablePasses() throws IOException, InterruptedException {
    Path program = ReferenceMemcached.requireProgram("memccapable", "libmemcached-tools");
    try (Served served = Served.at(Consistency.LINEARIZABLE)) {
      InetSocketAddress address = served.address(0);
      Ended ended =
          run(
              program.toString(),
              "-a",
              "-h",
              address.getAddress().getHostAddress(),
              "-p",
              Integer.toString(address.getPort()));
      assertThat(ended.code()).as(ended.said()).isZero();
      assertThat(ended.said()).contains("ascii stat").contains("All tests passed");
    }
  }

  @ParameterizedTest
  @EnumSource(Consistency.class)
  void memcachedFromNpmWorks(Consistency level) throws IOException, InterruptedException {
    String node = ReferenceMemcached.requireProgram("node", "Debian's package nodejs").toString();
    assumeTrue(
        run(node, "-e", "require('memcached')").code() == 0,
        "node finds no 'memcached', so this test is skipped: npm install memcached, set NODE_PATH");
    String script;
    try (InputStream in = ClientsTest.class.getResourceAsStream("client.js")) {
      script = new String(requireNonNull(in).readAllBytes(), StandardCharsets.UTF_8);
    }
    try (Served served = Served.at(level)) {
      InetSocketAddress address = served.address(1);
      String where = address.getAddress().getHostAddress() + ":" + address.getPort();
      Ended ended = run(node, "-e", script, "client", where);
      assertThat(ended.code()).as(ended.said()).isZero();
      assertThat(ended.said()).contains("all is well");
    }
  }

  private record Ended(int code, String said) {}

  private static Ended run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Ended(process.waitFor(), said);
  }
}
