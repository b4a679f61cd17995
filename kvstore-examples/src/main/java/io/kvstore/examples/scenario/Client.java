package io.kvstore.examples.scenario;

/** A client that talks to one server, one request after another. */
interface Client extends AutoCloseable {
  /** Writes, and waits for the answer. What is refused is known to the history. */
  void write(String key, String value);

  /** Reads, and waits for the answer. */
  void read(String key);

  @Override
  void close();
}
