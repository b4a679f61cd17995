package io.kvstore.spring;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import java.io.Serializable;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.cache.annotation.CacheEvict;
import org.springframework.cache.annotation.Cacheable;
import org.springframework.cache.annotation.EnableCaching;
import org.springframework.context.annotation.Import;

/** A small application, whose cache goes on while replicas crash. */
@SpringBootTest(
    classes = BookshopTest.Bookshop.class,
    properties = "kvstore.failover-detection=50ms")
class BookshopTest {
  @Autowired private Catalogue catalogue;
  @Autowired private KVStore<String, String> store;

  @Test
  void whatWasCachedStaysWhileReplicasCrash() {
    assertThat(catalogue.find("1984")).isEqualTo(new Book("1984", "book 1"));
    for (NodeId node : store.cluster().nodes()) {
      store.cluster().crash(node);
      assertThat(catalogue.find("1984")).isEqualTo(new Book("1984", "book 1"));
      assertThat(catalogue.find("while " + node + " is down").isbn()).contains("down");
      store.cluster().restart(node);
      assertThat(store.cluster().awaitMember(node, Duration.ofSeconds(20))).isTrue();
    }
    assertThat(catalogue.lookups()).isEqualTo(4);

    catalogue.reprint("1984");
    assertThat(catalogue.find("1984")).isEqualTo(new Book("1984", "book 5"));
    assertThat(catalogue.find("none")).isNull();
    assertThat(catalogue.find("none")).isNull();
    assertThat(catalogue.lookups()).isEqualTo(6);
  }

  record Book(String isbn, String title) implements Serializable {}

  @SpringBootConfiguration
  @EnableAutoConfiguration
  @EnableCaching
  @Import(Catalogue.class)
  static class Bookshop {}

  static class Catalogue {
    private final AtomicInteger lookups = new AtomicInteger();

    @Cacheable("books")
    public Book find(String isbn) {
      int number = lookups.incrementAndGet();
      return isbn.equals("none") ? null : new Book(isbn, "book " + number);
    }

    public int lookups() {
      return lookups.get();
    }

    @CacheEvict("books")
    public void reprint(String isbn) {}
  }
}
