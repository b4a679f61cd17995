package io.kvstore.core.datalet;

import io.kvstore.Bytes;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * An ordered map of which frozen views can be had: each shows what was there when it began, while
 * the map changes.
 *
 * <p>A view copies nothing when it begins. From then on the map notes for it what a key had before
 * its first change, until the view is closed: several members may read it, each at its own pace.
 */
final class FreezableMap<V> {
  private NavigableMap<Bytes, V> present = new TreeMap<>();
  private final List<View> views = new ArrayList<>(); // of the present entries
  private int open; // views, also of entries that were cleared

  @Nullable V get(Bytes key) {
    return present.get(key);
  }

  int size() {
    return present.size();
  }

  @Nullable V put(Bytes key, V value) {
    V before = present.put(key, value);
    if (!views.isEmpty()) {
      note(key, before);
    }
    return before;
  }

  @Nullable V remove(Bytes key) {
    V before = present.remove(key);
    if (!views.isEmpty()) {
      note(key, before);
    }
    return before;
  }

  private void note(Bytes key, @Nullable V before) {
    views.forEach(view -> view.note(key, before));
  }

  void clear() {
    if (views.isEmpty()) {
      present.clear();
    } else {
      present = new TreeMap<>(); // the views go on with the entries that were
      views.clear();
    }
  }

  Iterable<V> values() {
    return present.values();
  }

  /** The part from one key up to, but without, another; an empty end means all the rest. */
  SortedMap<Bytes, V> between(Bytes from, Bytes to) {
    if (to.isEmpty()) {
      return present.tailMap(from);
    }
    return present.subMap(from, from.compareTo(to) < 0 ? to : from);
  }

  /** A view of what is there now. */
  View freeze() {
    View view = new View(present);
    views.add(view);
    open++;
    return view;
  }

  /** Whether any view is still needed. */
  boolean isFrozen() {
    return open > 0;
  }

  /** Looks at keys and values, one by one. */
  @FunctionalInterface
  interface Looker<V> {
    /** Looks at one; false to see no more. */
    boolean look(Bytes key, V value);
  }

  /** What was there at one moment. */
  final class View implements AutoCloseable {
    private final NavigableMap<Bytes, V> base;
    private final NavigableMap<Bytes, Optional<V>> before = new TreeMap<>(); // of what has changed
    private boolean isClosed;

    private View(NavigableMap<Bytes, V> base) {
      this.base = base;
    }

    private void note(Bytes key, @Nullable V value) {
      before.putIfAbsent(key, Optional.ofNullable(value));
    }

    /** Shows what was there from a key on. */
    void from(Bytes first, Looker<V> looker) {
      Iterator<Map.Entry<Bytes, Optional<V>>> changed = before.tailMap(first).entrySet().iterator();
      Map.Entry<Bytes, Optional<V>> next = next(changed);
      for (Map.Entry<Bytes, V> each : base.tailMap(first).entrySet()) {
        while (next != null && next.getKey().compareTo(each.getKey()) < 0) {
          if (!shows(next, looker)) {
            return;
          }
          next = next(changed);
        }
        if (next != null && next.getKey().equals(each.getKey())) {
          if (!shows(next, looker)) {
            return;
          }
          next = next(changed);
        } else if (!looker.look(each.getKey(), each.getValue())) {
          return;
        }
      }
      while (next != null && shows(next, looker)) {
        next = next(changed);
      }
    }

    private static <T> @Nullable T next(Iterator<T> iterator) {
      return iterator.hasNext() ? iterator.next() : null;
    }

    private static <V> boolean shows(Map.Entry<Bytes, Optional<V>> was, Looker<V> looker) {
      return was.getValue().isEmpty() || looker.look(was.getKey(), was.getValue().get());
    }

    @Override
    public void close() {
      if (!isClosed) {
        isClosed = true;
        before.clear();
        views.remove(this);
        open--;
      }
    }
  }
}
