package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Entry;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A hash table in memory: the fastest for single keys; a scan sorts the keys that it shows. */
final class HashDatalet implements Datalet {
  private final Map<Bytes, Entry> entries = new HashMap<>();

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
    List<Map.Entry<Bytes, Entry>> selected =
        entries.entrySet().stream()
            .filter(each -> each.getKey().compareTo(from) >= 0)
            .filter(each -> to.isEmpty() || each.getKey().compareTo(to) < 0)
            .sorted(Map.Entry.comparingByKey())
            .toList();
    show(selected, visitor);
  }

  @Override
  public void forEach(Visitor visitor) {
    show(entries.entrySet(), visitor);
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
  public void close() {}

  private static void show(Iterable<Map.Entry<Bytes, Entry>> pairs, Visitor visitor) {
    for (Map.Entry<Bytes, Entry> each : pairs) {
      if (!visitor.visit(each.getKey(), each.getValue())) {
        return;
      }
    }
  }
}
