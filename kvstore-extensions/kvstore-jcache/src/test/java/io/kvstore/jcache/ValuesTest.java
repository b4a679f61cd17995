package io.kvstore.jcache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Codecs;
import io.kvstore.KVStore;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import javax.cache.Cache;
import javax.cache.CacheException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Keys and values become bytes, and other objects when they come back. */
class ValuesTest {
  private final Caches caches = Caches.linearizable();

  @AfterEach
  void close() {
    caches.close();
  }

  @Test
  void knownTypesAreInTheTableAsTheStoreEncodesThem() {
    Cache<String, Long> cache = caches.cache(Caches.configuration(String.class, Long.class));
    cache.put("visits", 41L);

    KVStore<String, Long> table = Caches.table(cache);
    assertThat(table.add("visits", 1)).isEqualTo(42);
    assertThat(cache.get("visits")).isEqualTo(42);
    String name = caches.store().tables().get(0);
    assertThat(
            caches
                .store()
                .table(name, t -> t.keys(Codecs.STRING).values(Codecs.LONG))
                .get("visits"))
        .contains(42L);
  }

  @Test
  void bytesAreComparedByTheirContents() {
    Cache<UUID, byte[]> cache = caches.cache(Caches.configuration(UUID.class, byte[].class));
    UUID key = new UUID(1, 2);
    cache.put(key, new byte[] {1});

    assertThat(cache.replace(key, new byte[] {2}, new byte[] {3})).isFalse();
    assertThat(cache.replace(key, new byte[] {1}, new byte[] {2})).isTrue();
    assertThat(cache.remove(key, new byte[] {2})).isTrue();
  }

  @Test
  void otherTypesAreSerialized() {
    Cache<Object, Object> cache = caches.cache(Caches.configuration(Object.class, Object.class));
    List<String> value = new ArrayList<>(List.of("a"));
    cache.put(List.of(1, "x"), value);
    value.add("b");

    assertThat(cache.get(List.of(1, "x"))).isEqualTo(List.of("a"));
    assertThat(cache.get(List.of(1, "x"))).isNotSameAs(cache.get(List.of(1, "x")));
    assertThatThrownBy(() -> cache.put("k", new Object()))
        .isInstanceOf(CacheException.class)
        .hasMessageContaining("java.lang.Object cannot be serialized");
    assertThat(cache.containsKey("k")).isFalse();
  }

  @Test
  @SuppressWarnings({"unchecked", "rawtypes"})
  void anotherTypeThanTheConfiguredOneIsRefused() {
    Cache cache = caches.texts();

    assertThatThrownBy(() -> cache.put("k", 1))
        .isInstanceOf(ClassCastException.class)
        .hasMessage(
            "the cache is configured for java.lang.String, and this is a java.lang.Integer: 1");
    assertThatThrownBy(() -> cache.get(1)).isInstanceOf(ClassCastException.class);
    assertThat(cache.containsKey("k")).isFalse();
  }

  @Test
  void anIteratorGoesThroughMoreThanOnePageAndRemoves() {
    Cache<Integer, Integer> cache =
        caches.cache(Caches.configuration(Integer.class, Integer.class));
    Set<Integer> expected = new HashSet<>();
    for (int i = 0; i < 1_000; i++) {
      cache.put(i, -i);
      expected.add(i);
    }

    Iterator<Cache.Entry<Integer, Integer>> iterator = cache.iterator();
    while (iterator.hasNext()) {
      Cache.Entry<Integer, Integer> entry = iterator.next();
      assertThat(entry.getValue()).isEqualTo(-entry.getKey());
      assertThat(expected.remove(entry.getKey())).isTrue();
      if (entry.getKey() % 2 == 0) {
        iterator.remove();
      }
    }
    assertThat(expected).isEmpty();
    assertThat(cache).hasSize(500);
    cache.removeAll();
    assertThat(cache).isEmpty();
  }
}
