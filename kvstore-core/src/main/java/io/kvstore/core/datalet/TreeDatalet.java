package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Entry;
import java.util.Collections;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An ordered tree in memory: a scan costs what it shows, without sorting. */
final class TreeDatalet implements Datalet {
  private final NavigableMap<Bytes, Entry> entries = new TreeMap<>();

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
    for (Map.Entry<Bytes, Entry> each : between(entries, from, to).entrySet()) {
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
  public void close() {}

  /** The part of a map that a scan shows. */
  static <V> SortedMap<Bytes, V> between(NavigableMap<Bytes, V> map, Bytes from, Bytes to) {
    if (to.isEmpty()) {
      return map.tailMap(from);
    }
    return from.compareTo(to) < 0 ? map.subMap(from, to) : Collections.emptySortedMap();
  }
}
