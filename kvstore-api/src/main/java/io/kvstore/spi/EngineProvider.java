package io.kvstore.spi;

import java.util.Map;

/**
 * Makes engines that must be told more than a store's settings. {@link java.util.ServiceLoader}
 * finds it, so that a program can choose an engine by its name at run time.
 */
public interface EngineProvider {
  /** The name by which an engine of this kind is chosen. */
  String name();

  /**
   * Makes an engine.
   *
   * @param options what it is told, by name
   * @throws IllegalArgumentException when it cannot be made of these; the message names the option
   */
  Engine create(Map<String, String> options);
}
