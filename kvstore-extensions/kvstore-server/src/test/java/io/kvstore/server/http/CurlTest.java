package io.kvstore.server.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvstore.Consistency;
import io.kvstore.server.Endpoint;
import io.kvstore.server.Http;
import io.kvstore.server.Tls;
import io.kvstore.server.net.Addresses;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** curl as a client, where it is installed. */
final class CurlTest {
  @TempDir private Path directory;

  @BeforeAll
  static void curlIsInstalled() {
    boolean isThere;
    try {
      isThere = new ProcessBuilder("curl", "--version").start().waitFor() == 0;
    } catch (IOException missing) {
      isThere = false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      isThere = false;
    }
    assumeTrue(isThere, "curl is not installed");
  }

  /** What curl prints: bodies, each followed by a space and its status. */
  private static String curl(String... arguments) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("curl", "-sS", "-m", "20", "-w", " %{http_code}\n"));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return said.strip();
  }

  @Test
  void curlPutsGetsAndDeletes() throws Exception {
    try (Web web = Web.at(Consistency.CAUSAL)) {
      String base = "http://" + Addresses.text(web.address(0));
      assertThat(curl("-X", "PUT", base + "/data/k", "-d", "{\"value\": \"ü\"}"))
          .isEqualTo("{} 201");
      assertThat(curl(base + "/data/k", base + "/data"))
          .isEqualTo("{\"value\":\"ü\"} 200\n{\"k\":\"ü\"} 200");
      assertThat(curl("-X", "DELETE", base + "/data/k")).isEqualTo("{} 200");
      assertThat(curl("-G", base + "/data", "--data-urlencode", "prefix=a b&c"))
          .isEqualTo("{} 200");
      assertThat(
              curl(
                  "-X",
                  "PUT",
                  base + "/kvs/k",
                  "-d",
                  "{\"value\": {\"a\": [1]}, \"causal-metadata\": null}"))
          .matches("\\{\"result\":\"created\",\"causal-metadata\":\"[^\"]+\"} 201");
      assertThat(curl("-X", "GET", base + "/kvs/k", "-d", "{\"causal-metadata\": null}"))
          .startsWith("{\"result\":\"found\",\"value\":{\"a\": [1]},");
    }
  }

  @Test
  void curlWatches() throws Exception {
    try (Web web = Web.at(Consistency.LINEARIZABLE)) {
      String base = "http://" + Addresses.text(web.address(0));
      Process process = new ProcessBuilder("curl", "-sSN", base + "/watch?prefix=a").start();
      try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
        assertThat(lines.readLine()).startsWith("id: 0:");
        assertThat(lines.readLine()).isEmpty();
        web.put(1, "/data/b", "{\"value\": \"unseen\"}");
        web.put(1, "/data/a1", "{\"value\": \"ü\"}");
        assertThat(lines.readLine()).startsWith("id: 0:");
        assertThat(lines.readLine())
            .startsWith("data: {\"changes\":[{\"key\":\"a1\",\"value\":\"ü\",\"version\":\"");
        assertThat(lines.readLine()).isEmpty();
        web.server().close();
        assertThat(lines.readLine()).isNull();
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("it ends well: the last chunk has come").isZero();
      } finally {
        process.destroy();
      }
    }
  }

  @Test
  void curlSendsALargeBodyAfterItWasAskedFor() throws Exception {
    try (Web web = Web.at(Consistency.LINEARIZABLE)) {
      String base = "http://" + Addresses.text(web.address(0));
      Path fits = directory.resolve("fits.json");
      Files.writeString(fits, "{\"value\": \"" + "v".repeat(1_048_000) + "\"}");
      assertThat(curl("-T", fits.toString(), base + "/data/k")).isEqualTo("{} 201");
      Path tooLarge = directory.resolve("large.json");
      Files.writeString(tooLarge, "{\"value\": \"" + "v".repeat(16 << 20) + "\"}");
      assertThat(curl("-T", tooLarge.toString(), base + "/data/k")).endsWith("413");
      assertThat(curl("-H", "Expect:", "-T", tooLarge.toString(), base + "/data/k"))
          .endsWith("413");
      assertThat(curl("--head", base + "/data/k")).contains("405").doesNotContain("error\":");
    }
  }

  @Test
  void curlTalksOverAnEncryptedConnection() throws Exception {
    X509Bundle bundle =
        new CertificateBuilder()
            .subject("CN=localhost")
            .addSanDnsName("localhost")
            .addSanIpAddress("127.0.0.1")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Path certificate = bundle.toTempCertChainPem().toPath();
    Path key = bundle.toTempPrivateKeyPem().toPath();
    Endpoint endpoint = Endpoint.loopback().withTls(new Tls(certificate, key, Optional.empty()));
    try (Web web = Web.with(Consistency.LINEARIZABLE, store -> store, Http.on(endpoint))) {
      String base = "https://" + Addresses.text(web.address(0));
      assertThat(curl("--cacert", certificate.toString(), base + "/ping"))
          .isEqualTo("{\"node\":\"n0\"} 200");
    }
  }
}
