package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The stand-alone process as a member: three of them, asked over HTTP and memcached's protocol. */
class ServerOnRatisTest {
  private final HttpClient http = HttpClient.newHttpClient();
  private ServerProcesses servers;

  @BeforeEach
  void start() throws Exception {
    servers = new ServerProcesses();
  }

  @AfterEach
  void stop() throws Exception {
    servers.close();
  }

  @Test
  void threeProcessesServeOneStore() throws Exception {
    assertThat(ask(1, "PUT", "/data/key", "{\"value\": \"seen\"}").statusCode()).isEqualTo(201);
    assertThat(ask(3, "GET", "/data/key", "").body()).contains("seen");
    assertThat(ask(2, "GET", "/view", "").body()).contains("n1", "n3");
    servers.kill(1);
    assertThat(ask(2, "PUT", "/data/key", "{\"value\": \"next\"}").statusCode()).isEqualTo(200);
    assertThat(ask(3, "GET", "/data/key", "").body()).contains("next");
  }

  private HttpResponse<String> ask(int member, String method, String path, String body)
      throws Exception {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create("http://" + servers.http(member) + path))
            .method(method, HttpRequest.BodyPublishers.ofString(body))
            .timeout(Duration.ofSeconds(30))
            .build();
    return http.send(request, BodyHandlers.ofString());
  }

  @Test
  void everyTestOfMemccapablePassesAtAnyOfThem() throws Exception {
    assumeTrue(
        isInstalled("memccapable"),
        "memccapable is not on the PATH, so this test is skipped: install libmemcached-tools");
    assertThat(ask(1, "PUT", "/data/key", "{\"value\": \"led\"}").statusCode()).isEqualTo(201);
    for (int member = 1; member <= 3; member++) {
      String[] address = servers.memcached(member).split(":", 2);
      Process program =
          new ProcessBuilder("memccapable", "-a", "-t", "20", "-h", address[0], "-p", address[1])
              .redirectErrorStream(true)
              .start();
      String said = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertThat(program.waitFor()).as(said).isZero();
      assertThat(said.lines().filter(line -> line.endsWith("[pass]"))).as(said).hasSize(27);
      assertThat(said).contains("All tests passed");
    }
  }

  private static boolean isInstalled(String program) throws IOException {
    return Arrays.stream(System.getenv("PATH").split(":", -1))
        .anyMatch(directory -> Files.isExecutable(Path.of(directory, program)));
  }
}
