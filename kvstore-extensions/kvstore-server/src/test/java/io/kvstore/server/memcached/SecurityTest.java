package io.kvstore.server.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.server.Endpoint;
import io.kvstore.server.Memcached;
import io.kvstore.server.RawClient;
import io.kvstore.server.Served;
import io.kvstore.server.Tls;
import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Encryption, and who may talk. */
class SecurityTest {
  @TempDir private Path directory;

  private Served forUsers(String lines) throws IOException {
    Path file = Files.writeString(directory.resolve("users"), lines);
    return Served.with(
        Consistency.LINEARIZABLE,
        store -> store,
        Memcached.onLoopback().withAuthenticationFile(file));
  }

  private static String login(String token) {
    return "set auth 0 0 " + token.length() + "\r\n" + token + "\r\n";
  }

  @Test
  void onlyKnownUsersMayTalk() throws IOException {
    try (Served served = forUsers("alice:secret\n\nbob:other\n");
        RawClient client = served.client(0)) {
      client.send("get k\r\n" + login("alice other") + login("carol ") + login("alice"));
      assertThat(client.readLine()).isEqualTo("CLIENT_ERROR unauthenticated\r\n");
      assertThat(client.readLine()).isEqualTo("CLIENT_ERROR authentication failure\r\n");
      assertThat(client.readLine()).isEqualTo("CLIENT_ERROR bad authentication token format\r\n");
      assertThat(client.readLine()).isEqualTo("CLIENT_ERROR bad authentication token format\r\n");
      assertThat(client.say(login("alice secret") + "get k\r\n")).isEqualTo("STORED\r\nEND\r\n");
      assertThat(client.say("stats\r\n"))
          .contains("STAT auth_cmds 2\r\n")
          .contains("STAT auth_errors 1\r\n");
    }
  }

  @Test
  void aLoginThatGoesOnForEverEndsTheConnection() throws IOException {
    try (Served served = forUsers("alice:secret")) {
      try (RawClient client = served.client(0)) {
        client.send("x".repeat(2_049));
        assertThat(client.isClosed()).isTrue();
      }
      try (RawClient client = served.client(0)) {
        client.send("set auth 0 0 999999999\r\n");
        assertThat(client.isClosed()).isTrue();
      }
    }
  }

  @Test
  void aFileOfUsersThatMakesNoSenseIsRefused() {
    assertThatThrownBy(() -> forUsers("alice\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("line 1");
    assertThatThrownBy(() -> forUsers("\n")).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void connectionsCanBeEncrypted() throws Exception {
    X509Bundle certificate = certificate();
    Path chain =
        Files.writeString(directory.resolve("chain.pem"), certificate.getCertificatePathPEM());
    Path key = Files.writeString(directory.resolve("key.pem"), certificate.getPrivateKeyPEM());
    Memcached options = Memcached.on(Endpoint.loopback().withTls(Tls.of(chain, key)));
    try (Served served = Served.with(Consistency.LINEARIZABLE, store -> store, options);
        RawClient client = encrypted(served.address(0), chain)) {
      String large = "v".repeat(500_000);
      assertThat(client.say("set k 0 0 500000\r\n" + large + "\r\nget k\r\n"))
          .isEqualTo("STORED\r\nVALUE k 0 500000\r\n" + large + "\r\nEND\r\n");
      try (RawClient plain = served.client(0)) {
        plain.send("version\r\n");
        assertThat(plain.readUntil("<nothing>")).doesNotContain("VERSION");
      }
    }
  }

  private static X509Bundle certificate() throws Exception {
    return new CertificateBuilder()
        .subject("CN=localhost")
        .setIsCertificateAuthority(true)
        .buildSelfSigned();
  }

  private static RawClient encrypted(InetSocketAddress address, Path trusted)
      throws SSLException, IOException {
    JdkSslContext context =
        (JdkSslContext)
            SslContextBuilder.forClient()
                .sslProvider(io.netty.handler.ssl.SslProvider.JDK)
                .trustManager(trusted.toFile())
                .build();
    return new RawClient(
        context.context().getSocketFactory().createSocket(address.getAddress(), address.getPort()));
  }
}
