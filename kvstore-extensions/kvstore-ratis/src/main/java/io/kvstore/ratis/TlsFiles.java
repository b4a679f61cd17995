package io.kvstore.ratis;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContextBuilder;

/** The files with which a process proves who it is, and knows others. */
record TlsFiles(Path privateKey, Path certificate, Path trusted) {
  static TlsFiles of(Path privateKey, Path certificate, Path trusted) {
    for (Path file : new Path[] {privateKey, certificate, trusted}) {
      if (!Files.isReadable(file)) {
        throw new IllegalArgumentException("the file " + file + " cannot be read");
      }
    }
    requireUsable(privateKey, certificate, trusted);
    return new TlsFiles(privateKey, certificate, trusted);
  }

  private static void requireUsable(Path privateKey, Path certificate, Path trusted) {
    try {
      Object unused =
          SslContextBuilder.forServer(certificate.toFile(), privateKey.toFile())
              .trustManager(trusted.toFile())
              .build();
    } catch (SSLException | IllegalArgumentException unusable) {
      throw new IllegalArgumentException(
          "TLS is not possible with the key "
              + privateKey
              + ", the certificate "
              + certificate
              + " and the trusted certificates "
              + trusted
              + ": "
              + rootOf(unusable).getMessage(),
          unusable);
    }
  }

  private static Throwable rootOf(Throwable thrown) {
    Throwable root = thrown;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return root;
  }

  /** What a failed call has to do with TLS, in words; empty when nothing. */
  static String explain(Throwable thrown) {
    boolean isOfTls = false;
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
      isOfTls |= cause instanceof SSLException || cause instanceof CertificateException;
      if (isOfTls && text.contains("alert")) {
        return "; it does not trust the certificate of this process, or was shown none";
      }
      if (text.contains("network closed for unknown reason") || text.contains("not settings")) {
        return "; perhaps it speaks TLS, and this process does not";
      }
    }
    return isOfTls
        ? "; its certificate is not trusted here, or does not name its host; or it does not speak"
            + " TLS"
        : "";
  }

  void addTo(Parameters parameters) {
    GrpcTlsConfig config =
        new GrpcTlsConfig(privateKey.toFile(), certificate.toFile(), trusted.toFile(), true);
    GrpcConfigKeys.TLS.setConf(parameters, config);
    GrpcConfigKeys.Server.setTlsConf(parameters, config);
    GrpcConfigKeys.Admin.setTlsConf(parameters, config);
    GrpcConfigKeys.Client.setTlsConf(parameters, config);
  }
}
