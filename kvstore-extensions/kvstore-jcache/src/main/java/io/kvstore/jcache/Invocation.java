package io.kvstore.jcache;

import java.util.Optional;
import javax.cache.CacheException;
import javax.cache.processor.EntryProcessor;
import javax.cache.processor.EntryProcessorException;
import org.jspecify.annotations.Nullable;

/** A call of an entry processor, which decides what is done to the entry. */
final class Invocation<K, V, T> implements Step.Decision<V> {
  private final K key;
  private final EntryProcessor<K, V, T> processor;
  private final Object[] arguments;
  private final Encoding<V> values;
  private final Loading<K, V> loading;
  private @Nullable T result;

  Invocation(
      K key,
      EntryProcessor<K, V, T> processor,
      Object[] arguments,
      Encoding<V> values,
      Loading<K, V> loading) {
    this.key = key;
    this.processor = processor;
    this.arguments = arguments;
    this.values = values;
    this.loading = loading;
  }

  @Override
  public Step<V> on(Optional<Stored> live) {
    ProcessorEntry<K, V> entry =
        new ProcessorEntry<>(key, live.map(stored -> values.decode(stored.value())), loading);
    try {
      result = processor.process(entry, arguments);
    } catch (CacheException failure) {
      throw failure; // of the processor itself, or of what it has called
    } catch (RuntimeException failure) {
      throw new EntryProcessorException(failure);
    }
    return entry.step();
  }

  /** What the processor has returned. */
  @Nullable T result() {
    return result;
  }
}
