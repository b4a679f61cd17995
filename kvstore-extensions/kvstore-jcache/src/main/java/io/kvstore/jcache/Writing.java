package io.kvstore.jcache;

import java.util.Collection;
import java.util.Optional;
import javax.cache.Cache;
import javax.cache.integration.CacheWriter;
import javax.cache.integration.CacheWriterException;

/**
 * Where a cache writes through to, before it stores or removes anything itself.
 *
 * @param writer the writer; nothing without write-through
 */
record Writing<K, V>(Optional<CacheWriter<? super K, ? super V>> writer) {
  boolean isOn() {
    return writer.isPresent();
  }

  void write(K key, V value) {
    writer.ifPresent(each -> told(() -> each.write(new CacheEntry<K, V>(key, value))));
  }

  void delete(K key) {
    writer.ifPresent(each -> told(() -> each.delete(key)));
  }

  /**
   * Writes entries.
   *
   * @param entries those to write; where it fails, those that are left were not written
   * @return why not all are written, if they are not
   */
  Optional<CacheWriterException> writeAll(
      Collection<Cache.Entry<? extends K, ? extends V>> entries) {
    return attempted(entries, () -> writeAllTo(writer.orElseThrow(), entries));
  }

  // The signature of writeAll fits no collection of entries of K and V where the writer takes more.
  @SuppressWarnings({"unchecked", "rawtypes"})
  private static void writeAllTo(CacheWriter<?, ?> writer, Collection<?> entries) {
    ((CacheWriter) writer).writeAll((Collection) entries);
  }

  /**
   * Deletes keys.
   *
   * @param keys those to delete; where it fails, those that are left were not deleted
   * @return why not all are deleted, if they are not
   */
  Optional<CacheWriterException> deleteAll(Collection<K> keys) {
    return attempted(keys, () -> writer.orElseThrow().deleteAll(keys));
  }

  private static Optional<CacheWriterException> attempted(Collection<?> left, Runnable message) {
    try {
      told(message);
      left.clear();
      return Optional.empty();
    } catch (CacheWriterException failure) {
      return Optional.of(failure);
    }
  }

  private static void told(Runnable message) {
    try {
      message.run();
    } catch (CacheWriterException failure) {
      throw failure;
    } catch (RuntimeException failure) {
      throw new CacheWriterException("the cache writer throws: " + failure, failure);
    }
  }
}
