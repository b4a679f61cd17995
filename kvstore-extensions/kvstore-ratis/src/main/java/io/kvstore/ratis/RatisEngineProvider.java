package io.kvstore.ratis;

import io.kvstore.spi.Engine;
import io.kvstore.spi.EngineProvider;
import java.nio.file.Path;
import java.util.Map;

/**
 * Makes members for programs that choose their engine by its name: {@code id} is the name of the
 * member, {@code peers} all of them with commas between, {@code joining} whether it is new, {@code
 * lease-reads} whether leaders read alone; {@code client} makes a client, which needs no name.
 * {@code peer-tls-cert}, {@code peer-tls-key} and {@code peer-tls-trust} name the files with which
 * members prove who they are.
 */
public final class RatisEngineProvider implements EngineProvider {
  /** For the service loader. */
  public RatisEngineProvider() {}

  @Override
  public String name() {
    return "ratis";
  }

  @Override
  public Engine create(Map<String, String> options) {
    String[] peers = required(options, "peers").split(",", -1);
    RatisEngine engine =
        Boolean.parseBoolean(options.get("client"))
            ? RatisEngine.client(peers)
            : RatisEngine.member(required(options, "id")).peers(peers);
    if (Boolean.parseBoolean(options.get("joining"))) {
      engine = engine.joining();
    }
    if (Boolean.parseBoolean(options.get("lease-reads"))) {
      engine = engine.leaseReads();
    }
    return options.containsKey("peer-tls-cert")
        ? engine.tls(
            Path.of(required(options, "peer-tls-key")),
            Path.of(required(options, "peer-tls-cert")),
            Path.of(required(options, "peer-tls-trust")))
        : engine;
  }

  private static String required(Map<String, String> options, String name) {
    String value = options.get(name);
    if (value == null) {
      throw new IllegalArgumentException(
          "the engine ratis needs --" + name + ", such as --id n1 --peers n1=host1:7001,n2=…");
    }
    return value;
  }
}
