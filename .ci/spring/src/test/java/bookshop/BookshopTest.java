package bookshop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import java.net.CookieManager;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.integration.support.locks.LockRegistry;

@SpringBootTest(webEnvironment = WebEnvironment.RANDOM_PORT)
class BookshopTest {
  @Autowired private Catalogue catalogue;
  @Autowired private Till till;
  @Autowired private LockRegistry locks;
  @Autowired private KVStore<String, String> store;
  @LocalServerPort private int port;

  private final HttpClient browser =
      HttpClient.newBuilder().cookieHandler(new CookieManager()).build();

  @Test
  void whatWasCachedIsThereWhenAReplicaIsNot() {
    assertThat(store.cluster().view(0).consistency()).isEqualTo(Consistency.SEQUENTIAL);
    assertThat(catalogue.title("1984")).isEqualTo("1984, looked up as number 1");

    loseAReplica();

    assertThat(catalogue.title("1984")).isEqualTo("1984, looked up as number 1");
    assertThat(catalogue.title("451")).isEqualTo("451, looked up as number 2");
    assertThat(store.tables()).contains("cache.titles");
    bringItBack();
  }

  @Test
  void aCartIsThereWhenAReplicaIsNot() throws Exception {
    assertThat(get("/cart?isbn=1984")).isEqualTo("1984");

    loseAReplica();

    assertThat(get("/cart?isbn=451")).isEqualTo("1984, 451");
    assertThat(get("/pay")).startsWith("1984, 451, sold as number ");
    assertThat(get("/cart?isbn=42")).isEqualTo("42");
    bringItBack();
  }

  @Test
  void customersPayOneAtATime() throws Exception {
    Set<Integer> numbers = ConcurrentHashMap.newKeySet();
    CountDownLatch done = new CountDownLatch(4);
    for (int i = 0; i < 4; i++) {
      new Thread(
              () -> {
                try {
                  for (int j = 0; j < 10; j++) {
                    numbers.add(till.sell("ana"));
                  }
                  done.countDown();
                } catch (InterruptedException stopped) {
                  Thread.currentThread().interrupt();
                }
              })
          .start();
    }
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(numbers).hasSize(40);
    assertThat(locks.obtain("till").tryLock()).isTrue();
    locks.obtain("till").unlock();
  }

  private void loseAReplica() {
    store.cluster().crash(NodeId.of(0));
  }

  private void bringItBack() {
    store.cluster().restart(NodeId.of(0));
    assertThat(store.cluster().awaitMember(NodeId.of(0), Duration.ofSeconds(20))).isTrue();
  }

  private String get(String path) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + path);
    HttpResponse<String> answer =
        browser.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(200);
    return answer.body();
  }
}
