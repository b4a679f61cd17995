package io.kvstore;

/** Something that goes on until it is closed. */
@FunctionalInterface
public interface Registration extends AutoCloseable {
  /** Ends it. A second call does nothing. */
  @Override
  void close();
}
