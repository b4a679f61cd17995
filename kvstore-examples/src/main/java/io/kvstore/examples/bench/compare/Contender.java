package io.kvstore.examples.bench.compare;

/** A map under load: one system with all its members, opened and empty. */
public interface Contender extends AutoCloseable {
  /** What one of the callers uses; they are numbered from zero. */
  Client client(int number);

  /** How many members hold a copy of each entry. */
  int members();

  /** Whether this member, asked by itself, has this value under this key. */
  boolean memberHas(int member, int key, int value);

  /** Stops it and whatever it has started. */
  @Override
  void close();
}
