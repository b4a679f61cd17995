package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.server.http.Web;
import io.kvstore.server.http.Web.Reply;
import java.io.Writer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The process: started, used, and ended by a signal. */
@Timeout(120)
final class MainTest {
  private static final int ENDED_BY_SIGTERM = 143;

  @TempDir private Path directory;

  @Test
  void aProcessServesUntilItIsAskedToEndAndKeepsItsData() throws Exception {
    String[] options = {
      "--http", "0", "--memcached", "0", "--nodes", "2", "--storage", directory.toString()
    };
    try (ServerProcess server = ServerProcess.start(Map.of(), options)) {
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
    try (ServerProcess again = ServerProcess.start(Map.of(), options)) {
      again.await("ready");
      assertThat(Web.send(again.http(1), "GET", "/data/k", "").field("value")).isEqualTo("v");
      again.end();
    }
  }

  @Test
  void tablesAreMadeAndServedAndThereAgain() throws Exception {
    String[] options = {
      "--http",
      "0",
      "--memcached",
      "0",
      "--storage",
      directory.toString(),
      "--table",
      "visits=eventual,log=sequential/shared-log"
    };
    for (int status : new int[] {201, 200}) {
      try (ServerProcess server = ServerProcess.start(Map.of(), options)) {
        server.await("ready");
        assertThat(Web.send(server.http(1), "GET", "/tables", "").body())
            .isEqualTo("{\"tables\":[\"log\",\"visits\"]}");
        String value = "{\"value\": \"v\"}";
        Reply written = Web.send(server.http(0), "PUT", "/tables/log/data/k", value);
        assertThat(written.status()).isEqualTo(status);
        Reply read = Web.send(server.http(0), "GET", "/tables/log/data/k", "");
        assertThat(read.field("value")).isEqualTo("v");
        assertThat(Web.send(server.http(0), "GET", "/tables/log/data", "").body())
            .isEqualTo("{\"k\":\"v\"}");
        assertThat(Web.send(server.http(0), "GET", "/data/k", "").status()).isEqualTo(404);
        server.end();
      }
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
    try (ServerProcess server =
        ServerProcess.start(
            environment, "--config", config.toString(), "--consistency", "sequential")) {
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
  void aSilentNodeStaysInItsViewForAsLongAsFailoverSays() throws Exception {
    try (ServerProcess server =
        ServerProcess.start(
            Map.of("KVSTORE_HTTP", "0", "KVSTORE_MEMCACHED", "0"), "--failover=1h", "--admin=0")) {
      String admin = server.await("admin=");
      server.await("ready");
      InetSocketAddress operator =
          new InetSocketAddress(
              InetAddress.getLoopbackAddress(),
              Integer.parseInt(admin.substring(admin.lastIndexOf(':') + 1)));
      String before = Web.send(server.http(0), "GET", "/view", "").body();
      assertThat(Web.send(operator, "POST", "/admin/nodes/n2/crash", "").status()).isEqualTo(200);
      Thread.sleep(2_000); // four times what it is when nothing is said
      assertThat(Web.send(server.http(0), "GET", "/view", "").body()).isEqualTo(before);
      server.end();
    }
  }

  @Test
  void viewsAndNodesAreDrivenFromOutside() throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "s3cret\n");
    try (ServerProcess server =
        ServerProcess.start(
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
          --nodes 0                       | 2 | --nodes must be from 1 to 1001, not 0
          --replicas 4                    | 2 | --replicas must be from 1 to the number of --nodes, 3, not 4
          --replicas 0                    | 2 | --replicas must be from 1 to the number of --nodes, 3, not 0
          --consistency strong            | 2 | option '--consistency': 'strong' is none of linearizable
          --replication x                 | 2 | primary
          --consistency causal --replication primary | 2 | cannot give
          --http 65536                    | 2 | 65535
          --http x                        | 2 | off
          --http off --memcached off      | 2 | nothing to serve
          --http 9000 --memcached 9002    | 2 | --http 9000 to 9002 and --memcached 9002 to 9004 name port 9002 twice
          --admin 9001 --http 9000        | 2 | --http 9000 to 9002 and --admin 9001 name port 9001 twice
          --views sometimes               | 2 | automatic
          --timeout 5                     | 2 | 500ms
          --failover 1ms                  | 2 | at least
          --failover 1s --views external  | 2 | leave one out
          --timeout 0s                    | 2 | timeout
          --unknown                       | 2 | unknown
          --lease-reads                   | 2 | it needs --engine ratis
          --table visits                  | 2 | not like visits=eventual
          --table visits=often            | 2 | none of [linearizable, sequential
          --table visits=causal/raft      | 2 | RAFT
          --table /=causal                | 2 | a table cannot be called '/'
          --tls-cert cert.pem             | 2 | --tls-key
          --tls-client-ca clients.pem     | 2 | needs --tls-cert and --tls-key
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
    try (ServerProcess server = ServerProcess.start(Map.of(), arguments.toArray(String[]::new))) {
      List<String> lines = server.linesOfItsOwn();
      assertThat(server.process().waitFor()).as("%s", lines).isEqualTo(code);
      assertThat(lines.get(0)).containsIgnoringCase(said);
      assertThat(lines).hasSizeLessThanOrEqualTo(2);
    }
  }

  @Test
  void aShellPerformsTheLinesOfAPipeAtTheServerThatItWasTold() throws Exception {
    try (ServerProcess server =
        ServerProcess.start(Map.of("KVSTORE_HTTP", "0", "KVSTORE_MEMCACHED", "0"))) {
      server.await("ready");
      String url = "http://127.0.0.1:" + server.http(1).getPort();
      try (ServerProcess shell = ServerProcess.start(Map.of("KVSTORE_URL", url), "shell")) {
        try (Writer in = shell.process().outputWriter()) {
          in.write("put k v\nget k\nget none\n");
        }
        assertThat(shell.linesOfItsOwn()).containsExactly("v", "there is no such key");
        assertThat(shell.process().waitFor()).isEqualTo(1);
      }
      server.end();
    }
  }

  @Test
  void aFileWithAnUnknownOptionIsRefused() throws Exception {
    Path config = Files.writeString(directory.resolve("x.properties"), "nodez=3\n");
    try (ServerProcess server = ServerProcess.start(Map.of("KVSTORE_CONFIG", config.toString()))) {
      assertThat(server.await("--config")).contains("'nodez'");
      assertThat(server.process().waitFor()).isEqualTo(2);
    }
  }

  @Test
  void helpNamesEveryOption() throws Exception {
    try (ServerProcess help = ServerProcess.start(Map.of(), "--help")) {
      String text = String.join("\n", help.out().lines().toList());
      assertThat(help.process().waitFor()).isZero();
      assertThat(text)
          .contains("--nodes=NUMBER", "--config=FILE", "KVSTORE_MAX_CONNECTIONS", "143");
    }
  }
}
