package io.kvstore;

import java.util.ArrayDeque;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** The entries that a scan selects, fetched page by page while they are asked for. */
final class ScanPages<K, V> implements Iterator<Item<K, V>> {
  private static final int PAGE = 256;

  private final KVStore<K, V> store;
  private final Queue<Item<K, V>> fetched = new ArrayDeque<>();
  private Scan<K> rest;
  private int left;
  private boolean isLastFetched;

  private ScanPages(KVStore<K, V> store, Scan<K> scan) {
    this.store = store;
    rest = scan;
    left = scan.limit();
  }

  static <K, V> Stream<Item<K, V>> stream(KVStore<K, V> store, Scan<K> scan) {
    int traits = Spliterator.ORDERED | Spliterator.DISTINCT | Spliterator.NONNULL;
    return StreamSupport.stream(
        Spliterators.spliteratorUnknownSize(new ScanPages<>(store, scan), traits), false);
  }

  @Override
  public boolean hasNext() {
    if (fetched.isEmpty() && !isLastFetched) {
      fetch();
    }
    return !fetched.isEmpty();
  }

  private void fetch() {
    int size = Math.min(left, PAGE);
    List<Item<K, V>> page = store.scan(rest.limit(size));
    fetched.addAll(page);
    left -= page.size();
    isLastFetched = page.size() < size || left == 0;
    if (!isLastFetched) {
      rest = rest.startAfter(page.get(size - 1).key());
    }
  }

  @Override
  public Item<K, V> next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return fetched.remove();
  }
}
