package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;

/** A hash table in memory: the fastest for single keys; a scan sorts the keys that it shows. */
final class HashDatalet implements Datalet {
  private static final Comparator<Pair> BY_KEY = Comparator.comparing(Pair::key);

  private final EntryTable entries;

  HashDatalet() {
    this(new EntryTable());
  }

  private HashDatalet(EntryTable entries) {
    this.entries = entries;
  }

  @Override
  public @Nullable Entry get(Bytes key) {
    return entries.get(key);
  }

  @Override
  public boolean allowsGlances() {
    return true;
  }

  @Override
  public @Nullable Entry put(Bytes key, Entry entry) {
    return entries.put(key, entry);
  }

  @Override
  public @Nullable Entry putIfNewer(Bytes key, Entry entry) {
    return entries.putIfNewer(key, entry);
  }

  @Override
  public @Nullable Entry remove(Bytes key) {
    return entries.remove(key);
  }

  @Override
  public boolean copyFrom(Datalet other) {
    if (other instanceof HashDatalet same) {
      entries.copyFrom(same.entries);
      return true;
    }
    return false;
  }

  @Override
  public boolean forEachUnlike(Datalet other, Visitor visitor) {
    if (other instanceof HashDatalet same) {
      entries.forEachUnlike(same.entries, visitor);
      return true;
    }
    return false;
  }

  @Override
  public Datalet still() {
    return new HashDatalet(entries.copy());
  }

  @Override
  public void scan(Bytes from, Bytes to, Visitor visitor) {
    List<Pair> selected = new ArrayList<>();
    entries.forEach(
        (key, entry) -> {
          if (key.compareTo(from) >= 0 && (to.isEmpty() || key.compareTo(to) < 0)) {
            selected.add(new Pair(key, entry));
          }
          return true;
        });
    selected.sort(BY_KEY);
    show(selected, visitor);
  }

  private static void show(List<Pair> selected, Visitor visitor) {
    for (Pair each : selected) {
      if (!visitor.visit(each.key(), each.entry())) {
        return;
      }
    }
  }

  /** Looks at all entries, but keeps no more than it shows. */
  @Override
  public void scan(Bytes from, Bytes to, int limit, Visitor visitor) {
    if (limit >= size()) {
      scan(from, to, visitor);
      return;
    }
    PriorityQueue<Pair> first = new PriorityQueue<>(BY_KEY.reversed());
    entries.forEach(
        (key, entry) -> {
          boolean isIn = key.compareTo(from) >= 0 && (to.isEmpty() || key.compareTo(to) < 0);
          if (isIn && (first.size() < limit || key.compareTo(first.element().key()) < 0)) {
            first.add(new Pair(key, entry));
            if (first.size() > limit) {
              first.remove();
            }
          }
          return true;
        });
    List<Pair> selected = new ArrayList<>(first);
    selected.sort(BY_KEY);
    show(selected, visitor);
  }

  @Override
  public void forEach(Visitor visitor) {
    entries.forEach(visitor);
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
}
