package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An encrypted server, and clients that make encryption dear. */
@Timeout(600)
final class EncryptedServerTest {
  private static final int SMALL_BUFFER_BYTES = 4 << 10;

  @TempDir private Path directory;
  private SSLContext context;
  private String[] options;

  @BeforeEach
  void makeCertificate() throws Exception {
    X509Bundle certificate =
        new CertificateBuilder()
            .subject("CN=localhost")
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    Path chain =
        Files.writeString(directory.resolve("chain.pem"), certificate.getCertificatePathPEM());
    Path key = Files.writeString(directory.resolve("key.pem"), certificate.getPrivateKeyPEM());
    options = new String[] {"--tls-cert", chain.toString(), "--tls-key", key.toString()};
    JdkSslContext client =
        (JdkSslContext)
            SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(chain.toFile())
                .build();
    context = client.context();
  }

  private SSLSocket connect(InetSocketAddress address) {
    Socket plain = new Socket();
    try {
      plain.setReceiveBufferSize(SMALL_BUFFER_BYTES);
      plain.connect(address);
      SSLSocket socket =
          (SSLSocket)
              context
                  .getSocketFactory()
                  .createSocket(plain, address.getHostString(), address.getPort(), true);
      socket.setEnabledProtocols(new String[] {"TLSv1.2"});
      return socket;
    } catch (IOException refused) {
      throw new UncheckedIOException(refused);
    }
  }

  private UnderAttack start() throws IOException {
    ServerProcess server = UnderAttack.process(options);
    return UnderAttack.start(
        server,
        () -> new RawClient(connect(server.memcached(0))),
        () -> new RawClient(connect(server.http(0))));
  }

  @Test
  void aSecondHandshakeEndsTheConnection() throws Exception {
    try (UnderAttack attack = start()) {
      attack.by(
          "second handshakes",
          each -> {
            for (int i = 0; i < 50; i++) {
              assertThat(isServedAfterAnotherHandshake(each.server())).isFalse();
            }
          });
    }
  }

  private boolean isServedAfterAnotherHandshake(ServerProcess server) {
    SSLSocket socket = connect(server.memcached(0));
    try (RawClient client = new RawClient(socket)) {
      assertThat(client.send("version\r\n").readLine()).startsWith("VERSION");
      socket.startHandshake();
      return client.send("version\r\n").readLine().startsWith("VERSION");
    } catch (IOException | UncheckedIOException closed) {
      return false;
    }
  }

  @Test
  void encryptedReadersThatDoNotReadTakeNothingFromOthers() throws Exception {
    try (UnderAttack attack = start()) {
      attack.storeLarge();
      attack.by(
          "slow readers that are encrypted",
          each -> {
            for (int i = 0; i < 200; i++) {
              each.attacker(new RawClient(connect(each.server().memcached(i % 3))))
                  .sendUnlessClosed("get large\r\n".repeat(20));
            }
          });
    }
  }

  @Test
  void theAdministrationPortIsEncryptedLikeTheOthers() throws Exception {
    String[] all =
        List.of("--admin", "0", options[0], options[1], options[2], options[3])
            .toArray(String[]::new);
    try (ServerProcess server = UnderAttack.process(all)) {
      String line =
          server.lines().stream()
              .filter(each -> each.startsWith("admin="))
              .findFirst()
              .orElseThrow();
      int port = Integer.parseInt(line.substring(line.lastIndexOf(':') + 1));
      InetSocketAddress admin = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
      String request = "GET /admin/nodes HTTP/1.1\r\nHost: localhost\r\n\r\n";
      try (RawClient client = new RawClient(connect(admin))) {
        assertThat(client.send(request).readLine()).isEqualTo("HTTP/1.1 200 OK\r\n");
      }
      try (RawClient plain = RawClient.connectTo(admin)) {
        assertThat(plain.send(request).readUntil("<nothing>")).doesNotContain("HTTP/1.1");
      }
    }
  }
}
