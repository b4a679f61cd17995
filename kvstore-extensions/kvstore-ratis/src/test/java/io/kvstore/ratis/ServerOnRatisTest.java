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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The stand-alone process as a member: three of them, asked over HTTP. */
class ServerOnRatisTest {
  @TempDir(factory = Directories.Factory.class)
  private Path directory;

  private final HttpClient http = HttpClient.newHttpClient();

  @Test
  void threeProcessesServeOneStore() throws Exception {
    List<String> tls = certified();
    List<String> options =
        new ArrayList<>(List.of("--admin", "0", "--advertise", "1=10.0.0.1:8081,2=10.0.0.2:8081"));
    options.addAll(tls);
    try (ServerProcesses servers = new ServerProcesses(options)) {
      HttpResponse<String> first =
          ask(servers.http(1), "PUT", "/data/key", "{\"value\": \"seen\"}");
      assertThat(first.statusCode()).as(first.body()).isEqualTo(201);
      assertThat(ask(servers.http(3), "GET", "/data/key", "").body()).contains("seen");
      assertThat(ask(servers.http(2), "GET", "/view", "").body())
          .contains("10.0.0.1:8081", "10.0.0.2:8081", "n3");
      refusesWhatHasNoMeaning(servers.admin(3));
      String view = "{\"view\": [{\"address\": \"10.0.0.1:8081\", \"id\": 1}]}";
      HttpResponse<String> refused = ask(servers.http(1), "PUT", "/view", view);
      assertThat(refused.statusCode()).isEqualTo(501);
      assertThat(refused.body()).contains("its members agree on who they are");
      takesEntriesOver(servers.peers(), tls);
      showsTheWholeStoreAndItsEntries(servers.http(2));
      servers.kill(1);
      HttpResponse<String> next = ask(servers.http(2), "PUT", "/data/key", "{\"value\": \"next\"}");
      assertThat(next.statusCode()).as(next.body()).isEqualTo(200);
      assertThat(ask(servers.http(3), "GET", "/data/key", "").body()).contains("next");
    }
  }

  /** What the commands of the server's jar, and its page, ask for. */
  private void showsTheWholeStoreAndItsEntries(String url) throws Exception {
    assertThat(ask(url, "GET", "/status", "").body())
        .contains("\"node\":\"n2\"", "\"node\":\"n3\"", "\"consistency\":\"linearizable\"")
        .contains("\"address\":\"10.0.0.1:8081\",\"status\":\"serving\"");
    String line = "{\"key64\":\"/w==\",\"value\":\"v\",\"flags\":7}\n";
    assertThat(ask(url, "POST", "/entries", line).body())
        .isEqualTo("{\"entries\":1,\"expired\":0}");
    assertThat(ask(url, "GET", "/entries?from64=_w", "").body()).isEqualTo(line);
  }

  /** What an operator cannot have done here is answered with what to do instead. */
  private void refusesWhatHasNoMeaning(String admin) throws Exception {
    refuses(admin, "POST", "/admin/nodes/n1/crash", "{}", "end the process of the member");
    refuses(admin, "POST", "/admin/nodes/n1/restart", "{}", "start the process of the member");
    refuses(admin, "POST", "/admin/nodes/n1/pause", "{\"millis\": 1}", "stop the process");
    refuses(admin, "POST", "/admin/nodes/n1/expel", "{}", "remove the member");
    refuses(admin, "POST", "/admin/nodes/n1/isolate", "{}", "the links of the machines");
    String link = "{\"from\": \"n1\", \"to\": \"n2\"}";
    refuses(admin, "POST", "/admin/network/cut", link, "the links of the machines");
    refuses(admin, "POST", "/admin/network/heal", "{}", "the links of the machines");
    refuses(admin, "POST", "/admin/nodes", "{}", "joining()");
    refuses(admin, "PUT", "/admin/view", "{\"view\": [\"n1\", \"n2\"]}", "its members agree");
  }

  private void refuses(String admin, String method, String path, String body, String instead)
      throws Exception {
    HttpResponse<String> answer = ask(admin, method, path, body);
    assertThat(answer.statusCode()).as("%s %s: %s", method, path, answer.body()).isEqualTo(501);
    assertThat(answer.body()).contains(instead);
  }

  private List<String> certified() throws Exception {
    Certificates.Issued issued = new Certificates(directory, "known").issue("127.0.0.1");
    return List.of(
        "--peer-tls-cert",
        issued.certificate().toString(),
        "--peer-tls-key",
        issued.key().toString(),
        "--peer-tls-trust",
        directory.resolve("known/ca.pem").toString());
  }

  /** Entries of a store in one process come in, and all of them go out again. */
  private void takesEntriesOver(String[] peers, List<String> tls) throws Exception {
    Path storage = directory.resolve("one process");
    try (KVStore<String, String> store = KVStore.builder().storageDirectory(storage).open()) {
      store.put("from one process", "value");
      store.put("mortal", "value", Duration.ofHours(1));
    }
    List<String> cluster =
        new ArrayList<>(List.of("--engine", "ratis", "--peers", String.join(",", peers)));
    cluster.addAll(tls);
    String file = directory.resolve("in.jsonl").toString();
    run("export", file, List.of("--storage", storage.toString()));
    run("import", file, cluster);
    Path back = directory.resolve("out.jsonl");
    run("export", back.toString(), cluster);
    assertThat(Files.readAllLines(back))
        .contains("{\"key\":\"from one process\",\"value\":\"value\"}", "{\"entries\":3}")
        .anySatisfy(line -> assertThat(line).contains("mortal", "expires"));
  }

  private static void run(String command, String file, List<String> store) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(command, file));
    arguments.addAll(store);
    Process process = ServerProcesses.program(arguments).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
  }

  private HttpResponse<String> ask(String address, String method, String path, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(90))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }
}
