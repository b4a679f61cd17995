package io.kvstore.server;

import io.kvstore.spi.Engine;
import io.kvstore.spi.EngineProvider;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;

/** Engines that are chosen by name: those that are on the class path. */
final class Engines {
  /** The engine that runs all nodes in this process. */
  static final String IN_PROCESS = "in-process";

  private Engines() {}

  /**
   * Makes the engine of a name.
   *
   * @throws IllegalArgumentException when there is none, or it cannot be made of these options
   */
  static Engine create(String name, Map<String, String> options) {
    List<EngineProvider> all =
        ServiceLoader.load(EngineProvider.class).stream().map(ServiceLoader.Provider::get).toList();
    return all.stream()
        .filter(each -> each.name().equals(name))
        .findFirst()
        .orElseThrow(
            () ->
                new IllegalArgumentException(
                    "--engine: no '"
                        + name
                        + "' is on the class path; there are "
                        + IN_PROCESS
                        + all.stream().map(each -> ", " + each.name()).reduce("", String::concat)))
        .create(options);
  }
}
