package io.kvstore.spring;

import io.kvstore.spi.Engine;
import io.kvstore.spi.EngineProvider;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Engines that are chosen by name: those that are on the class path. */
final class Engines {
  private Engines() {}

  /**
   * Makes the engine of a name.
   *
   * @throws IllegalArgumentException when there is none, or it cannot be made of these options
   */
  static Engine create(String name, Map<String, String> options) {
    List<Engine> ready = all(Engine.class);
    List<EngineProvider> providers = all(EngineProvider.class);
    for (EngineProvider provider : providers) {
      if (provider.name().equals(name)) {
        return provider.create(options);
      }
    }
    Engine engine =
        ready.stream()
            .filter(each -> each.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException(missing(name, ready, providers)));
    if (!options.isEmpty()) {
      throw new IllegalArgumentException(
          "the engine '" + name + "' has no options: remove engine-options " + options.keySet());
    }
    return engine;
  }

  private static <T> List<T> all(Class<T> service) {
    return ServiceLoader.load(service).stream().map(ServiceLoader.Provider::get).toList();
  }

  private static String missing(String name, List<Engine> ready, List<EngineProvider> providers) {
    return "there is no engine '"
        + name
        + "' on the class path: engine is one of "
        + Stream.concat(
                ready.stream().map(Engine::name), providers.stream().map(EngineProvider::name))
            .sorted()
            .collect(Collectors.joining(", "));
  }
}
