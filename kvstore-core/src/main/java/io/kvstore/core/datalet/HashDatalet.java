package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A hash table in memory: the fastest for single keys; a scan sorts the keys that it shows. For
 * pages that are read one after the other, all entries are looked at only now and then ({@link
 * KeyRuns}).
 */
final class HashDatalet implements Datalet {
  private static final Comparator<Pair> BY_KEY = Comparator.comparing(Pair::key);

  private final EntryTable entries;
  private final KeyRuns runs;

  HashDatalet() {
    this(new EntryTable());
  }

  private HashDatalet(EntryTable entries) {
    this.entries = entries;
    this.runs = new KeyRuns(entries);
  }

  @Override
  public @Nullable Entry get(Bytes key) {
    return entries.get(key);
  }

  @Override
  public boolean allowsOptimisticReads() {
    return true;
  }

  @Override
  public @Nullable Entry put(Bytes key, Entry entry) {
    return noted(key, entries.put(key, entry));
  }

  @Override
  public @Nullable Entry putIfNewer(Bytes key, Entry entry) {
    return noted(key, entries.putIfNewer(key, entry));
  }

  private @Nullable Entry noted(Bytes key, @Nullable Entry before) {
    if (before == null) {
      runs.added(key);
    }
    return before;
  }

  @Override
  public @Nullable Entry remove(Bytes key) {
    return entries.remove(key);
  }

  @Override
  public boolean copyFrom(Datalet other) {
    if (other instanceof HashDatalet same) {
      entries.copyFrom(same.entries);
      runs.clear();
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
          if (key.compareTo(from) >= 0 && KeyRun.isBefore(key, to)) {
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

  @Override
  public void scan(Bytes from, Bytes to, int limit, Visitor visitor) {
    if (limit >= size()) {
      scan(from, to, visitor);
      return;
    }
    List<Pair> selected = new ArrayList<>();
    Bytes next = from;
    boolean isMore = true;
    while (isMore && selected.size() < limit && KeyRun.isBefore(next, to)) {
      KeyRun run = runs.covering(next, to, limit);
      select(run.from(next), to, limit, selected);
      next = run.end();
      isMore = !next.isEmpty();
    }
    show(selected, visitor);
  }

  private void select(List<Bytes> keys, Bytes to, int limit, List<Pair> selected) {
    for (Bytes key : keys) {
      if (selected.size() == limit || !KeyRun.isBefore(key, to)) {
        return;
      }
      Entry entry = entries.get(key);
      if (entry != null) {
        selected.add(new Pair(key, entry));
      }
    }
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
    runs.clear();
  }

  @Override
  public void close() {}
}
