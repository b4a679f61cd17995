package io.kvstore.jcache;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import javax.cache.processor.MutableEntry;
import org.jspecify.annotations.Nullable;

/**
 * The entry that an entry processor works on: a copy, with what the processor does to it. All of
 * that together is one {@link Step}.
 */
final class ProcessorEntry<K, V> implements MutableEntry<K, V> {
  private final K key;
  private final Loading<K, V> loading;
  private final Optional<V> before;
  private @Nullable V value;
  private Step<V> step = Step.none();

  /**
   * A copy of an entry.
   *
   * @param before the value that the cache has, if there is one
   */
  ProcessorEntry(K key, Optional<V> before, Loading<K, V> loading) {
    this.key = key;
    this.before = before;
    this.loading = loading;
    this.value = before.orElse(null);
  }

  @Override
  public K getKey() {
    return key;
  }

  @Override
  public boolean exists() {
    return value != null;
  }

  @Override
  public @Nullable V getValue() {
    if (step.kind() == Step.Kind.NONE) {
      if (before.isPresent()) {
        step = Step.access();
      } else {
        loading.read(key).ifPresent(this::loaded);
      }
    }
    return value;
  }

  private void loaded(V found) {
    value = found;
    step = Step.load(found);
  }

  @Override
  public void setValue(V newValue) {
    value = requireNonNull(newValue, "value");
    step = Step.put(newValue);
  }

  /** Of what the processor itself has made, nothing is left; or else the entry is removed. */
  @Override
  public void remove() {
    boolean wasMade =
        before.isEmpty() && (step.kind() == Step.Kind.PUT || step.kind() == Step.Kind.LOAD);
    value = null;
    step = wasMade ? Step.none() : Step.remove();
  }

  /** What the processor has done, all in all. */
  Step<V> step() {
    return step;
  }

  @Override
  public <T> T unwrap(Class<T> type) {
    return Unwrapping.of(this, type);
  }
}
