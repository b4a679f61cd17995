package io.kvstore.ratis;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;

/** An authority of its own, and what it issues, as PEM files. */
final class Certificates {
  private final Path directory;
  private final X509Bundle authority;
  private final Path trusted;

  Certificates(Path directory, String name) throws Exception {
    this.directory = Files.createDirectories(directory.resolve(name));
    authority =
        new CertificateBuilder()
            .subject("CN=" + name)
            .setIsCertificateAuthority(true)
            .buildSelfSigned();
    trusted =
        Files.writeString(this.directory.resolve("ca.pem"), authority.getRootCertificatePEM());
  }

  /** Whom those trust that this authority has issued a certificate for. */
  Path trusted() {
    return trusted;
  }

  /** A certificate for this address. */
  Issued issue(String address) throws Exception {
    X509Bundle issued =
        new CertificateBuilder()
            .subject("CN=member")
            .addSanIpAddress(address)
            .buildIssuedBy(authority);
    Path certificate = directory.resolve(address + ".pem");
    Path key = directory.resolve(address + ".key");
    Files.writeString(certificate, issued.getCertificatePathPEM());
    Files.writeString(key, issued.getPrivateKeyPEM());
    return new Issued(key, certificate);
  }

  /** A key and its certificate. */
  record Issued(Path key, Path certificate) {}
}
