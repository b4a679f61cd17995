package io.kvstore.spi;

/**
 * Something that can run a store. {@link java.util.ServiceLoader} finds it, so that an application
 * compiles against the API alone.
 */
public interface Engine {
  /** A short name, for messages. */
  String name();

  /** Starts a store. */
  Backend open(Settings settings);
}
