package io.kvstore.server;

import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How members across machines prove to each other who they are. */
final class PeerTls {
  @Option(
      names = "--peer-tls-cert",
      paramLabel = "FILE",
      description =
          "With --engine ratis: the certificate chain that this member shows to others, in PEM;"
              + " needs --peer-tls-key and --peer-tls-trust (no encryption).")
  private @Nullable Path certificate;

  @Option(
      names = "--peer-tls-key",
      paramLabel = "FILE",
      description = "Its private key, PKCS 8 in PEM.")
  private @Nullable Path key;

  @Option(
      names = "--peer-tls-trust",
      paramLabel = "FILE",
      description = "The certificates that may vouch for others, in PEM; others are refused.")
  private @Nullable Path trust;

  /** What an engine is told. */
  Map<String, String> told() {
    Map<String, String> told = new TreeMap<>();
    put(told, "peer-tls-cert", certificate);
    put(told, "peer-tls-key", key);
    put(told, "peer-tls-trust", trust);
    if (!told.isEmpty() && told.size() < 3) {
      throw new IllegalArgumentException(
          "--peer-tls-cert, --peer-tls-key and --peer-tls-trust need each other");
    }
    return told;
  }

  private static void put(Map<String, String> told, String name, @Nullable Path file) {
    if (file != null) {
      told.put(name, file.toString());
    }
  }

  /** Checks that nothing is set, because all nodes are in one process. */
  void requireNone() {
    if (!told().isEmpty()) {
      throw new IllegalArgumentException(
          "--peer-tls-… is for members across machines: it needs --engine ratis");
    }
  }
}
