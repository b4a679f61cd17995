package io.kvstore.ratis;

import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcTlsConfig;

/** The files with which a process proves who it is, and knows others. */
record TlsFiles(Path privateKey, Path certificate, Path trusted) {
  static TlsFiles of(Path privateKey, Path certificate, Path trusted) {
    for (Path file : new Path[] {privateKey, certificate, trusted}) {
      if (!Files.isReadable(file)) {
        throw new IllegalArgumentException("the file " + file + " cannot be read");
      }
    }
    return new TlsFiles(privateKey, certificate, trusted);
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
