package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The stand-alone process as a member: three of them, asked over HTTP. */
class ServerOnRatisTest {
  private static final Pattern HTTP = Pattern.compile(" http=(\\S+)");

  private final HttpClient http = HttpClient.newHttpClient();
  private List<String> tls = List.of();

  @Test
  void threeProcessesServeOneStore() throws Exception {
    Path directory = Directories.make();
    List<Process> processes = new ArrayList<>();
    try {
      String[] peers = RatisEngine.freeLoopbackPeers(3);
      Certificates.Issued issued = new Certificates(directory, "known").issue("127.0.0.1");
      tls =
          List.of(
              "--peer-tls-cert",
              issued.certificate().toString(),
              "--peer-tls-key",
              issued.key().toString(),
              "--peer-tls-trust",
              directory.resolve("known/ca.pem").toString());
      List<String> addresses = new ArrayList<>();
      String admin = "";
      for (int member = 1; member <= 3; member++) {
        processes.add(start(member, peers, directory));
      }
      for (Process process : processes) {
        Conversation lines = new Conversation(process);
        Matcher address = HTTP.matcher(lines.next());
        assertThat(address.find()).isTrue();
        addresses.add(address.group(1));
        admin = lines.next().substring("admin=".length());
        assertThat(lines.next()).startsWith("ready engine=ratis");
      }
      assertThat(ask(addresses.get(0), "PUT", "/data/key", "{\"value\": \"seen\"}").statusCode())
          .isEqualTo(201);
      assertThat(ask(addresses.get(2), "GET", "/data/key", "").body()).contains("seen");
      assertThat(ask(addresses.get(1), "GET", "/view", "").body())
          .contains("10.0.0.1:8081", "10.0.0.2:8081", "n3");
      HttpResponse<String> crash = ask(admin, "POST", "/admin/nodes/n1/crash", "{}");
      assertThat(crash.statusCode()).isEqualTo(501);
      assertThat(crash.body()).contains("end the process of the member");
      String view = "{\"view\": [{\"address\": \"10.0.0.1:8081\", \"id\": 1}]}";
      HttpResponse<String> refused = ask(addresses.get(0), "PUT", "/view", view);
      assertThat(refused.statusCode()).isEqualTo(501);
      assertThat(refused.body()).contains("its members agree on who they are");
      takesEntriesOver(directory, peers);
      processes.get(0).toHandle().destroyForcibly();
      assertThat(ask(addresses.get(1), "PUT", "/data/key", "{\"value\": \"next\"}").statusCode())
          .isEqualTo(200);
      assertThat(ask(addresses.get(2), "GET", "/data/key", "").body()).contains("next");
    } finally {
      processes.forEach(process -> process.toHandle().destroyForcibly());
      processes.forEach(process -> process.onExit().join());
      Directories.delete(directory);
    }
  }

  /** Entries of a store in one process come in, and all of them go out again. */
  private void takesEntriesOver(Path directory, String... peers) throws Exception {
    Path storage = directory.resolve("one process");
    try (KVStore<String, String> store = KVStore.builder().storageDirectory(storage).open()) {
      store.put("from one process", "value");
      store.put("mortal", "value", Duration.ofHours(1));
    }
    Path file = directory.resolve("in.jsonl");
    String[] cluster = {"--engine", "ratis", "--peers", String.join(",", peers)};
    run(List.of("export", file.toString(), "--storage", storage.toString()));
    run(List.of("import", file.toString()), cluster);
    Path back = directory.resolve("out.jsonl");
    run(List.of("export", back.toString()), cluster);
    assertThat(Files.readAllLines(back))
        .contains("{\"key\":\"from one process\",\"value\":\"value\"}", "{\"entries\":3}")
        .anySatisfy(line -> assertThat(line).contains("mortal", "expires"));
  }

  private void run(List<String> what, String... cluster) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                OwnJvm.java(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                OwnJvm.classPath(),
                "io.kvstore.server.Main"));
    command.addAll(what);
    command.addAll(List.of(cluster));
    if (cluster.length > 0) {
      command.addAll(tls);
    }
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private HttpResponse<String> ask(String address, String method, String path, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(30))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  private Process start(int member, String[] peers, Path directory) throws Exception {
    List<String> command =
        new ArrayList<>(
            List.of(
                OwnJvm.java(),
                "-XX:TieredStopAtLevel=1",
                "-cp",
                OwnJvm.classPath(),
                "io.kvstore.server.Main",
                "--engine",
                "ratis",
                "--id",
                "n" + member,
                "--peers",
                String.join(",", peers),
                "--storage",
                directory.resolve("n" + member).toString(),
                "--http",
                "0",
                "--memcached",
                "0",
                "--timeout",
                "20s",
                "--admin",
                "0",
                "--advertise",
                "1=10.0.0.1:8081,2=10.0.0.2:8081",
                "--log",
                "error"));
    command.addAll(tls);
    return new ProcessBuilder(command)
        .redirectError(directory.resolve("n" + member + ".log").toFile())
        .start();
  }
}
