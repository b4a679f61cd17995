package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.http.Web;
import io.kvstore.server.http.Web.Reply;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The process: started, used, and ended by a signal. */
@Timeout(120)
final class MainTest {
  private static final Pattern NODE =
      Pattern.compile("node=n(\\d+) id=(\\d+) http=([^ ]+):(\\d+) memcached=([^ ]+):(\\d+)");
  private static final int ENDED_BY_SIGTERM = 143;

  @TempDir private Path directory;

  /** A process with what it has printed so far. */
  private record Running(Process process, BufferedReader out, List<String> lines)
      implements AutoCloseable {
    static Running start(Map<String, String> environment, String... arguments) throws IOException {
      List<String> command = new ArrayList<>();
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(List.of("-cp", System.getProperty("java.class.path"), Main.class.getName()));
      command.addAll(List.of(arguments));
      ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
      builder.environment().putAll(environment);
      Process process = builder.start();
      BufferedReader out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      return new Running(process, out, new ArrayList<>());
    }

    /** Reads until a line begins with this. */
    String await(String begin) throws IOException {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        lines.add(line);
        if (line.startsWith(begin)) {
          return line;
        }
      }
      throw new AssertionError("no line begins with " + begin + ": " + lines);
    }

    /** What it prints, without what a newer JVM says of itself. */
    List<String> linesOfItsOwn() {
      return out.lines().filter(line -> !line.startsWith("WARNING: ")).toList();
    }

    InetSocketAddress address(int node, int group) {
      return lines.stream()
          .map(NODE::matcher)
          .filter(Matcher::matches)
          .filter(each -> Integer.parseInt(each.group(1)) == node)
          .map(
              each ->
                  new InetSocketAddress(
                      InetAddress.getLoopbackAddress(), Integer.parseInt(each.group(group))))
          .findFirst()
          .orElseThrow(() -> new AssertionError(lines.toString()));
    }

    InetSocketAddress http(int node) {
      return address(node, 4);
    }

    InetSocketAddress memcached(int node) {
      return address(node, 6);
    }

    int end() throws InterruptedException {
      process.toHandle().destroy(); // SIGTERM; what it prints can still be read
      assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
      return process.exitValue();
    }

    @Override
    public void close() {
      process.destroyForcibly();
    }
  }

  @Test
  void aProcessServesUntilItIsAskedToEndAndKeepsItsData() throws Exception {
    String[] options = {
      "--http", "0", "--memcached", "0", "--nodes", "2", "--storage", directory.toString()
    };
    try (Running server = Running.start(Map.of(), options)) {
      assertThat(server.await("ready"))
          .isEqualTo(
              "ready nodes=2 consistency=linearizable replication=primary shards=1"
                  + " views=automatic");
      Reply written = Web.send(server.http(0), "PUT", "/data/k", "{\"value\": \"v\"}");
      assertThat(written.status()).isEqualTo(201);
      try (RawClient client = RawClient.connectTo(server.memcached(1))) {
        assertThat(client.say("get k\r\n")).isEqualTo("VALUE k 0 1\r\nv\r\nEND\r\n");
      }
      assertThat(server.end()).isEqualTo(ENDED_BY_SIGTERM);
      server.await("stopped");
    }
    try (Running again = Running.start(Map.of(), options)) {
      again.await("ready");
      assertThat(Web.send(again.http(1), "GET", "/data/k", "").field("value")).isEqualTo("v");
      again.end();
    }
  }

  @Test
  void optionsComeFromTheCommandLineThenTheEnvironmentThenTheFile() throws Exception {
    Path config =
        Files.write(
            directory.resolve("kvstore.properties"),
            List.of(
                "nodes=2",
                "consistency=causal",
                "shards=3",
                "http=0",
                "memcached=0",
                "advertise=7=10.0.0.7:80,8=10.0.0.8:80",
                "log=error"));
    Map<String, String> environment =
        Map.of("KVSTORE_CONSISTENCY", "eventual", "KVSTORE_SHARDS", "2");
    try (Running server =
        Running.start(environment, "--config", config.toString(), "--consistency", "sequential")) {
      assertThat(server.await("ready"))
          .isEqualTo(
              "ready nodes=2 consistency=sequential replication=primary shards=2"
                  + " views=automatic");
      assertThat(server.lines()).anyMatch(line -> line.startsWith("node=n0 id=7 http=127.0.0.1:"));
      assertThat(Web.send(server.http(0), "GET", "/view", "").body())
          .isEqualTo("{\"view\":[\"10.0.0.7:80\",\"10.0.0.8:80\"]}");
      server.end();
    }
  }

  @Test
  void viewsAndNodesAreDrivenFromOutside() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "s3cret\n");
    try (Running server =
        Running.start(
            Map.of("KVSTORE_HTTP", "0", "KVSTORE_MEMCACHED", "0", "KVSTORE_NODES", "2"),
            "--views=external",
            "--admin=0",
            "--token-file=" + token)) {
      String admin = server.await("admin=");
      server.await("ready");
      InetSocketAddress operator =
          new InetSocketAddress(
              InetAddress.getLoopbackAddress(),
              Integer.parseInt(admin.substring(admin.lastIndexOf(':') + 1)));
      assertThat(Web.send(operator, "GET", "/admin/nodes", "").status()).isEqualTo(401);
      String[] known = {"Authorization", "Bearer s3cret"};
      assertThat(Web.send(server.http(0), "GET", "/data", "", known).status()).isEqualTo(503);
      String view = "{\"view\": [{\"address\": \"10.0.0.1:80\", \"id\": 1}]}";
      assertThat(Web.send(server.http(0), "PUT", "/view", view, known).status()).isEqualTo(200);
      assertThat(Web.send(server.http(0), "GET", "/data", "", known).body()).isEqualTo("{}");
      assertThat(Web.send(operator, "POST", "/admin/nodes/n1/crash", "", known).status())
          .isEqualTo(200);
      server.end();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          --nodes x                       | 2 | not an int
          --nodes 0                       | 2 | replicas
          --consistency strong            | 2 | linearizable
          --replication x                 | 2 | primary
          --consistency causal --replication primary | 2 | cannot give
          --http 65536                    | 2 | 65535
          --http x                        | 2 | off
          --http off --memcached off      | 2 | nothing to serve
          --views sometimes               | 2 | automatic
          --timeout 5                     | 2 | 500ms
          --timeout 0s                    | 2 | timeout
          --unknown                       | 2 | unknown
          --tls-cert cert.pem             | 2 | --tls-key
          --advertise x=y                 | 2 | 1=10.0.0.1:8081
          --advertise 1,2,3,4             | 2 | but there are 3
          --max-connections 0             | 2 | connections
          --config nowhere.properties     | 2 | nowhere.properties
          --token-file nowhere.txt        | 1 | nowhere.txt
          --memcached-users nowhere.txt   | 1 | cannot use nowhere.txt: there is no such file
          --bind 192.0.2.1                | 1 | cannot listen on 192.0.2.1:
          """)
  void aWrongOptionIsOneClearLine(String options, int code, String said) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(options.split(" ")));
    if (!options.contains("--http")) {
      arguments.addAll(List.of("--http", "0", "--memcached", "0"));
    }
    arguments.addAll(List.of("--log", "off"));
    try (Running server = Running.start(Map.of(), arguments.toArray(String[]::new))) {
      List<String> lines = server.linesOfItsOwn();
      assertThat(server.process().waitFor()).as("%s", lines).isEqualTo(code);
      assertThat(lines.get(0)).containsIgnoringCase(said);
      assertThat(lines).hasSizeLessThanOrEqualTo(2);
    }
  }

  @Test
  void aFileWithAnUnknownOptionIsRefused() throws Exception {
    Path config = Files.writeString(directory.resolve("x.properties"), "nodez=3\n");
    try (Running server = Running.start(Map.of("KVSTORE_CONFIG", config.toString()))) {
      assertThat(server.await("--config")).contains("'nodez'");
      assertThat(server.process().waitFor()).isEqualTo(2);
    }
  }

  @Test
  void helpNamesEveryOption() throws Exception {
    try (Running help = Running.start(Map.of(), "--help")) {
      String text = String.join("\n", help.out().lines().toList());
      assertThat(help.process().waitFor()).isZero();
      assertThat(text)
          .contains("--nodes=NUMBER", "--config=FILE", "KVSTORE_MAX_CONNECTIONS", "143");
    }
  }
}
