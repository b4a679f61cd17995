package io.kvstore.server.client;

import java.io.FileInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which server is asked, and how. */
public final class ClientOptions {
  private static final String DEFAULT_URL = "http://127.0.0.1:8081";

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "The server to ask: the HTTP address of any of its nodes (" + DEFAULT_URL + ").")
  private @Nullable URI url;

  @Option(
      names = "--admin-url",
      paramLabel = "URL",
      description = "Its administration address, for crash and restart (none).")
  private @Nullable URI adminUrl;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "A file with the token that the server asks for (none).")
  private @Nullable Path tokenFile;

  @Option(
      names = "--tls-trust",
      paramLabel = "FILE",
      description = "The certificates that are trusted, in PEM (those that Java trusts).")
  private @Nullable Path tlsTrust;

  @Option(
      names = "--answer-within",
      paramLabel = "TIME",
      defaultValue = "10s",
      description = "How long to wait for an answer (${DEFAULT-VALUE}).")
  private Duration answerWithin = Duration.ofSeconds(10);

  /** Whether a server was named. */
  public boolean isGiven() {
    return url != null;
  }

  /** The server. */
  Remote remote() throws IOException {
    return remote(url == null ? URI.create(DEFAULT_URL) : url, "--url");
  }

  /** Its administration address. */
  Remote administration(String command) throws IOException {
    if (adminUrl == null) {
      throw new Trouble(
          Trouble.USAGE,
          command
              + " needs --admin-url: the address that the server has printed as admin=…, when it was"
              + " started with --admin");
    }
    return remote(adminUrl, "--admin-url");
  }

  private Remote remote(URI to, String option) throws IOException {
    String scheme = to.getScheme() == null ? "" : to.getScheme();
    if (!(scheme.equals("http") || scheme.equals("https")) || to.getHost() == null) {
      throw new Trouble(
          Trouble.USAGE, option + ": '" + to + "' is not an address like " + DEFAULT_URL);
    }
    if (answerWithin.isZero()) {
      throw new Trouble(Trouble.USAGE, "--answer-within must be longer than 0s");
    }
    HttpClient.Builder http =
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(answerWithin);
    if (tlsTrust != null) {
      http.sslContext(trusting(tlsTrust));
    }
    return new Remote(
        http.build(), URI.create(scheme + "://" + to.getAuthority()), token(), answerWithin);
  }

  private Optional<String> token() throws IOException {
    if (tokenFile == null) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(tokenFile, StandardCharsets.UTF_8).strip());
    } catch (IOException unreadable) {
      throw new Trouble(Trouble.USAGE, "--token-file: cannot read " + tokenFile, unreadable);
    }
  }

  private static SSLContext trusting(Path certificates) throws IOException {
    try (InputStream in = new FileInputStream(certificates.toFile())) {
      KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
      trusted.load(null, null);
      int number = 0;
      for (Certificate each : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        trusted.setCertificateEntry("trusted" + number++, each);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(trusted);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), null);
      return context;
    } catch (IOException | GeneralSecurityException unusable) {
      throw new Trouble(
          Trouble.USAGE, "--tls-trust: cannot use the certificates in " + certificates, unusable);
    }
  }
}
