package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
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

  @Test
  void threeProcessesServeOneStore() throws Exception {
    Path directory = Directories.make();
    List<Process> processes = new ArrayList<>();
    try {
      String[] peers = RatisEngine.freeLoopbackPeers(3);
      List<String> addresses = new ArrayList<>();
      for (int member = 1; member <= 3; member++) {
        processes.add(start(member, peers, directory));
      }
      for (Process process : processes) {
        Conversation lines = new Conversation(process);
        Matcher address = HTTP.matcher(lines.next());
        assertThat(address.find()).isTrue();
        addresses.add(address.group(1));
        assertThat(lines.next()).startsWith("ready engine=ratis");
      }
      assertThat(ask(addresses.get(0), "PUT", "/data/key", "{\"value\": \"seen\"}").statusCode())
          .isEqualTo(201);
      assertThat(ask(addresses.get(2), "GET", "/data/key", "").body()).contains("seen");
      assertThat(ask(addresses.get(1), "GET", "/view", "").body()).contains("n1", "n3");
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

  private HttpResponse<String> ask(String address, String method, String path, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + address + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(30))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  private static Process start(int member, String[] peers, Path directory) throws Exception {
    return new ProcessBuilder(
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
            "--log",
            "error")
        .redirectError(directory.resolve("n" + member + ".log").toFile())
        .start();
  }
}
