package io.kvstore.ratis;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Entry;

/**
 * A datalet that takes its time, as one on a slow disk does: what is put, and who reads a copy of
 * it all, waits at a gate.
 */
record SlowDatalet(Datalet datalet, Gate puts, Gate copies) implements Datalet {
  @Override
  public Entry get(Bytes key) {
    return datalet.get(key);
  }

  @Override
  public boolean allowsOptimisticReads() {
    return datalet.allowsOptimisticReads();
  }

  @Override
  public Entry put(Bytes key, Entry entry) {
    puts.pass();
    return datalet.put(key, entry);
  }

  @Override
  public Entry remove(Bytes key) {
    puts.pass();
    return datalet.remove(key);
  }

  @Override
  public void scan(Bytes from, Bytes to, Visitor visitor) {
    datalet.scan(from, to, visitor);
  }

  @Override
  public void forEach(Visitor visitor) {
    datalet.forEach(visitor);
  }

  @Override
  public long size() {
    return datalet.size();
  }

  @Override
  public void clear() {
    datalet.clear();
  }

  @Override
  public Datalet still() {
    return new Copy(datalet.still(), copies);
  }

  @Override
  public void close() {
    datalet.close();
  }

  /** What is read of it waits at a gate. */
  private record Copy(Datalet datalet, Gate gate) implements Datalet {
    @Override
    public Entry get(Bytes key) {
      return datalet.get(key);
    }

    @Override
    public Entry put(Bytes key, Entry entry) {
      throw new UnsupportedOperationException("a copy stays as it is");
    }

    @Override
    public Entry remove(Bytes key) {
      throw new UnsupportedOperationException("a copy stays as it is");
    }

    @Override
    public void scan(Bytes from, Bytes to, Visitor visitor) {
      gate.pass();
      datalet.scan(from, to, visitor);
    }

    @Override
    public void forEach(Visitor visitor) {
      gate.pass();
      datalet.forEach(visitor);
    }

    @Override
    public long size() {
      return datalet.size();
    }

    @Override
    public void clear() {
      throw new UnsupportedOperationException("a copy stays as it is");
    }

    @Override
    public void close() {
      datalet.close();
    }
  }
}
