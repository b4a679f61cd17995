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
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server that asks its clients for certificates: {@code --tls-client-ca}. */
@Timeout(120)
final class ClientCertificateTest {
  private static final String PING = "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String NODES = "GET /admin/nodes HTTP/1.1\r\nHost: localhost\r\n\r\n";
  private static final String SERVED = "HTTP/1.1 200 OK\r\n";

  @TempDir private Path directory;

  private record Port(InetSocketAddress address, String request, String answer) {}

  @Test
  void everyPortServesThoseAloneWhoseCertificateWasSigned() throws Exception {
    X509Bundle authority = authority("CN=clients");
    X509Bundle own = authority("CN=localhost");
    Path chain = write("chain.pem", own.getCertificatePathPEM());
    String[] options = {
      "--nodes",
      "1",
      "--http",
      "0",
      "--memcached",
      "0",
      "--admin",
      "0",
      "--tls-cert",
      chain.toString(),
      "--tls-key",
      write("key.pem", own.getPrivateKeyPEM()).toString(),
      "--tls-client-ca",
      write("clients.pem", authority.getCertificatePathPEM()).toString()
    };
    X509Bundle known = client().buildIssuedBy(authority);
    X509Bundle foreign = client().buildIssuedBy(authority("CN=clients"));
    try (ServerProcess server = ServerProcess.start(Map.of(), options)) {
      server.await("ready");
      Map<String, Port> ports = new LinkedHashMap<>();
      ports.put("http", new Port(server.http(0), PING, SERVED));
      ports.put("memcached", new Port(server.memcached(0), "version\r\n", "VERSION"));
      ports.put("admin", new Port(admin(server), NODES, SERVED));
      for (Map.Entry<String, Port> each : ports.entrySet()) {
        Port port = each.getValue();
        assertThat(ask(port, trusting(chain).keyManager(key(known), known.getCertificatePath())))
            .as("%s, a certificate that was signed", each.getKey())
            .startsWith(port.answer());
        assertThat(
                ask(port, trusting(chain).keyManager(key(foreign), foreign.getCertificatePath())))
            .as("%s, a certificate of the same name by another authority", each.getKey())
            .isEmpty();
        assertThat(ask(port, trusting(chain))).as("%s, no certificate", each.getKey()).isEmpty();
      }
    }
  }

  private static X509Bundle authority(String name) throws Exception {
    return new CertificateBuilder().subject(name).setIsCertificateAuthority(true).buildSelfSigned();
  }

  private static CertificateBuilder client() {
    return new CertificateBuilder().subject("CN=ana");
  }

  private static PrivateKey key(X509Bundle bundle) {
    return bundle.getKeyPair().getPrivate();
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(directory.resolve(name), text);
  }

  private static SslContextBuilder trusting(Path chain) {
    return SslContextBuilder.forClient().sslProvider(SslProvider.JDK).trustManager(chain.toFile());
  }

  private static InetSocketAddress admin(ServerProcess server) throws Exception {
    String line =
        server.lines().stream().filter(each -> each.startsWith("admin=")).findFirst().orElseThrow();
    return new InetSocketAddress(
        InetAddress.getLoopbackAddress(),
        Integer.parseInt(line.substring(line.lastIndexOf(':') + 1)));
  }

  /** The first line of the answer, empty when there is none. */
  private static String ask(Port port, SslContextBuilder client) throws IOException {
    JdkSslContext context = (JdkSslContext) client.build();
    try (RawClient connected =
        new RawClient(
            context
                .context()
                .getSocketFactory()
                .createSocket(port.address().getAddress(), port.address().getPort()))) {
      return connected.send(port.request()).readLine();
    } catch (IOException | UncheckedIOException refused) {
      return "";
    }
  }
}
