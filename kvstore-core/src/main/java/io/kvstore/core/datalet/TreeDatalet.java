package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Entry;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** An ordered tree in memory: a scan costs what it shows, without sorting. */
final class TreeDatalet implements Datalet {
  private final FreezableMap<Entry> entries = new FreezableMap<>();

  @Override
  public @Nullable Entry get(Bytes key) {
    return entries.get(key);
  }

  @Override
  public @Nullable Entry put(Bytes key, Entry entry) {
    return entries.put(key, entry);
  }

  @Override
  public @Nullable Entry remove(Bytes key) {
    return entries.remove(key);
  }

  @Override
  public void scan(Bytes from, Bytes to, Visitor visitor) {
    for (Map.Entry<Bytes, Entry> each : entries.between(from, to).entrySet()) {
      if (!visitor.visit(each.getKey(), each.getValue())) {
        return;
      }
    }
  }

  @Override
  public long size() {
    return entries.size();
  }

  @Override
  public void clear() {
    entries.clear();
  }

  @Override
  public Frozen freeze() {
    FreezableMap<Entry>.View view = entries.freeze();
    return new Frozen() {
      @Override
      public void scan(Bytes from, Visitor visitor) {
        view.from(from, visitor::visit);
      }

      @Override
      public void close() {
        view.close();
      }
    };
  }

  @Override
  public void close() {}
}
