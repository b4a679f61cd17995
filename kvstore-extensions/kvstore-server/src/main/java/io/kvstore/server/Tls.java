package io.kvstore.server;

import static java.util.Objects.requireNonNull;

import java.nio.file.Path;
import java.util.Optional;

/**
 * The certificate that a server shows, as PEM files.
 *
 * @param certificateChain the server's certificate and those that vouch for it
 * @param privateKey its key, in PKCS#8, not encrypted
 * @param clientAuthorities whose certificates clients must show; empty asks clients for none
 */
public record Tls(Path certificateChain, Path privateKey, Optional<Path> clientAuthorities) {
  /** Checks that nothing is null. */
  public Tls {
    requireNonNull(certificateChain, "certificateChain");
    requireNonNull(privateKey, "privateKey");
    requireNonNull(clientAuthorities, "clientAuthorities");
  }

  /** A certificate and its key; clients need none. */
  public static Tls of(Path certificateChain, Path privateKey) {
    return new Tls(certificateChain, privateKey, Optional.empty());
  }

  /** The same, for clients with a certificate that one of these has signed. */
  public Tls withClientAuthorities(Path certificates) {
    return new Tls(certificateChain, privateKey, Optional.of(certificates));
  }
}
