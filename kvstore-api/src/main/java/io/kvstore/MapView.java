package io.kvstore;

import static java.util.Objects.requireNonNull;

import java.util.AbstractMap;
import java.util.AbstractSet;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A store as a {@link ConcurrentMap}: one operation of the store for each simple call, a
 * compare-and-set loop for those that run a function.
 *
 * <p>Iteration walks over a snapshot of the entries, so that it never fails and never shows a key
 * twice; removing through the iterator, and setting a value through an entry, write to the store.
 */
final class MapView<K, V> extends AbstractMap<K, V> implements ConcurrentMap<K, V> {
  private final KVStore<K, V> store;
  private final Codec<V> values;

  MapView(KVStore<K, V> store, Codec<V> values) {
    this.store = store;
    this.values = values;
  }

  /** Whether another object is the same value: has the same bytes. */
  @SuppressWarnings("unchecked") // as in find
  private boolean isSame(V value, Object other) {
    try {
      return value.equals(other) || values.encode(value).equals(values.encode((V) other));
    } catch (ClassCastException anotherType) {
      return false;
    }
  }

  @SuppressWarnings(
      "unchecked") // a key of another type is simply not there: the class cast below says so
  private Optional<Versioned<V>> find(Object key) {
    try {
      return store.getVersioned((K) requireNonNull(key));
    } catch (ClassCastException anotherType) {
      return Optional.empty();
    }
  }

  // Reading

  @Override
  public int size() {
    return (int) Math.min(store.size(), Integer.MAX_VALUE);
  }

  @Override
  public boolean isEmpty() {
    return store.size() == 0;
  }

  @Override
  @SuppressWarnings("unchecked") // as in find
  public boolean containsKey(Object key) {
    try {
      return store.contains((K) requireNonNull(key));
    } catch (ClassCastException anotherType) {
      return false;
    }
  }

  @Override
  public boolean containsValue(Object value) {
    requireNonNull(value);
    return store.snapshot().stream().anyMatch(item -> isSame(item.value(), value));
  }

  @Override
  public @Nullable V get(Object key) {
    return find(key).map(Versioned::value).orElse(null);
  }

  @Override
  public V getOrDefault(Object key, V defaultValue) {
    return find(key).map(Versioned::value).orElse(defaultValue);
  }

  // Writing

  @Override
  public @Nullable V put(K key, V value) {
    return store.getAndPut(key, value).orElse(null);
  }

  @Override
  @SuppressWarnings("unchecked") // as in find
  public @Nullable V remove(Object key) {
    try {
      return store.getAndRemove((K) requireNonNull(key)).orElse(null);
    } catch (ClassCastException anotherType) {
      return null;
    }
  }

  @Override
  public void clear() {
    store.clear();
  }

  @Override
  public @Nullable V putIfAbsent(K key, V value) {
    Written<V> written = store.update(Update.<K, V>put(key, value).ifAbsent());
    return written.before().map(Versioned::value).orElse(null);
  }

  @Override
  @SuppressWarnings("unchecked") // as in find
  public boolean remove(Object key, Object value) {
    requireNonNull(key);
    if (value == null) {
      return false;
    }
    try {
      return store.update(Update.<K, V>remove((K) key).ifValue((V) value)).applied();
    } catch (ClassCastException anotherType) {
      return false;
    }
  }

  @Override
  public boolean replace(K key, V oldValue, V newValue) {
    return store.update(Update.put(key, newValue).ifValue(oldValue)).applied();
  }

  @Override
  public @Nullable V replace(K key, V value) {
    Written<V> written = store.update(Update.<K, V>put(key, value).ifPresent());
    return written.before().map(Versioned::value).orElse(null);
  }

  // Functions, each tried until no other write has come between

  @Override
  public V computeIfAbsent(K key, Function<? super K, ? extends V> function) {
    requireNonNull(function);
    Optional<V> found = store.get(key);
    if (found.isPresent()) {
      return found.get();
    }
    V made = function.apply(key);
    if (made == null) {
      return made;
    }
    V other = putIfAbsent(key, made);
    return other == null ? made : other;
  }

  @Override
  public @Nullable V computeIfPresent(
      K key, BiFunction<? super K, ? super V, ? extends @Nullable V> function) {
    requireNonNull(function);
    return recompute(key, old -> old == null ? null : function.apply(key, old));
  }

  @Override
  public @Nullable V compute(
      K key, BiFunction<? super K, ? super @Nullable V, ? extends @Nullable V> function) {
    requireNonNull(function);
    return recompute(key, old -> function.apply(key, old));
  }

  @Override
  public @Nullable V merge(
      K key, V value, BiFunction<? super V, ? super V, ? extends @Nullable V> function) {
    requireNonNull(value);
    requireNonNull(function);
    return recompute(key, old -> old == null ? value : function.apply(old, value));
  }

  private @Nullable V recompute(K key, Function<@Nullable V, @Nullable V> function) {
    while (true) {
      Optional<Versioned<V>> old = store.getVersioned(key);
      V made = function.apply(old.map(Versioned::value).orElse(null));
      if (made == null && old.isEmpty()) {
        return null;
      }
      Update<K, V> change = made == null ? Update.remove(key) : Update.put(key, made);
      if (store
          .update(old.map(seen -> change.ifVersion(seen.version())).orElseGet(change::ifAbsent))
          .applied()) {
        return made;
      }
    }
  }

  @Override
  public void replaceAll(BiFunction<? super K, ? super V, ? extends V> function) {
    requireNonNull(function);
    for (K key : keySet()) {
      computeIfPresent(key, (same, old) -> requireNonNull(function.apply(same, old)));
    }
  }

  // Walking

  @Override
  public Set<Entry<K, V>> entrySet() {
    return new Entries();
  }

  @Override
  public Set<K> keySet() {
    return new Keys();
  }

  /** As the superclass has it, but for what would walk over all entries there. */
  private final class Keys extends AbstractSet<K> {
    @Override
    public int size() {
      return MapView.this.size();
    }

    @Override
    public boolean isEmpty() {
      return MapView.this.isEmpty();
    }

    @Override
    public boolean contains(Object key) {
      return containsKey(key);
    }

    @Override
    public boolean remove(Object key) {
      return MapView.this.remove(key) != null;
    }

    @Override
    public void clear() {
      MapView.this.clear();
    }

    @Override
    public Iterator<K> iterator() {
      Iterator<Entry<K, V>> entries = entrySet().iterator();
      return new Iterator<>() {
        @Override
        public boolean hasNext() {
          return entries.hasNext();
        }

        @Override
        public K next() {
          return entries.next().getKey();
        }

        @Override
        public void remove() {
          entries.remove();
        }
      };
    }
  }

  private final class Entries extends AbstractSet<Entry<K, V>> {
    @Override
    public int size() {
      return MapView.this.size();
    }

    @Override
    public boolean isEmpty() {
      return MapView.this.isEmpty();
    }

    @Override
    public boolean contains(Object element) {
      return element instanceof Entry<?, ?> entry
          && entry.getKey() != null
          && entry.getValue() != null
          && find(entry.getKey())
              .filter(seen -> isSame(seen.value(), entry.getValue()))
              .isPresent();
    }

    @Override
    public boolean remove(Object element) {
      return element instanceof Entry<?, ?> entry
          && entry.getKey() != null
          && entry.getValue() != null
          && MapView.this.remove(entry.getKey(), entry.getValue());
    }

    @Override
    public void clear() {
      MapView.this.clear();
    }

    @Override
    public Iterator<Entry<K, V>> iterator() {
      return new Walk(store.snapshot());
    }
  }

  private final class Walk implements Iterator<Entry<K, V>> {
    private final Iterator<Item<K, V>> items;
    private Optional<K> last = Optional.empty();

    Walk(List<Item<K, V>> items) {
      this.items = items.iterator();
    }

    @Override
    public boolean hasNext() {
      return items.hasNext();
    }

    @Override
    public Entry<K, V> next() {
      if (!items.hasNext()) {
        throw new NoSuchElementException();
      }
      Item<K, V> item = items.next();
      last = Optional.of(item.key());
      return new WriteThroughEntry(item.key(), item.value());
    }

    @Override
    public void remove() {
      store.remove(
          last.orElseThrow(
              () ->
                  new IllegalStateException("next() has not been called since the last removal")));
      last = Optional.empty();
    }
  }

  private final class WriteThroughEntry extends SimpleEntry<K, V> {
    private static final long serialVersionUID = 1L;

    WriteThroughEntry(K key, V value) {
      super(key, value);
    }

    @Override
    public V setValue(V value) {
      put(getKey(), requireNonNull(value));
      return super.setValue(value);
    }
  }
}
