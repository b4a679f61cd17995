package io.kvstore.core.api;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.spi.Entry;
import java.util.concurrent.locks.LockSupport;

/** Datalets of which one node's fails at a certain key, and all are slow at another. */
record WeakDatalets(DataletFactory sound, NodeId weak) implements DataletFactory {
  static final String KEY = "poison";
  static final String SLOW_KEY = "slow";
  static final long SLOW_NANOS = 60_000_000;

  @Override
  public Datalet open(NodeId node, int shard) {
    Datalet datalet = sound.open(node, shard);
    return new Datalet() {
      @Override
      public Entry get(Bytes key) {
        return datalet.get(key);
      }

      @Override
      public Entry put(Bytes key, Entry entry) {
        if (node.equals(weak) && key.equals(Bytes.of(KEY))) {
          throw new IllegalStateException("the disk is full");
        }
        if (key.equals(Bytes.of(SLOW_KEY))) {
          long end = System.nanoTime() + SLOW_NANOS;
          while (System.nanoTime() < end) {
            LockSupport.parkNanos(end - System.nanoTime());
          }
        }
        return datalet.put(key, entry);
      }

      @Override
      public Entry remove(Bytes key) {
        return datalet.remove(key);
      }

      @Override
      public void scan(Bytes from, Bytes to, Visitor visitor) {
        datalet.scan(from, to, visitor);
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
      public void close() {
        datalet.close();
      }
    };
  }
}
