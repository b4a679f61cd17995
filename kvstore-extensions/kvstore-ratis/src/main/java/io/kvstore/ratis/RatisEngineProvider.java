package io.kvstore.ratis;

import io.kvstore.spi.Engine;
import io.kvstore.spi.EngineProvider;
import java.util.Map;

/**
 * Makes members for programs that choose their engine by its name: {@code id} is the name of the
 * member, {@code peers} all of them with commas between, {@code joining} whether it is new.
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
    RatisEngine engine =
        RatisEngine.member(required(options, "id"))
            .peers(required(options, "peers").split(",", -1));
    return Boolean.parseBoolean(options.get("joining")) ? engine.joining() : engine;
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
