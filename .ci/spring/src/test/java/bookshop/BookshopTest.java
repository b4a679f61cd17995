package bookshop;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;

@SpringBootTest
class BookshopTest {
  @Autowired private Catalogue catalogue;
  @Autowired private KVStore<String, String> store;

  @Test
  void whatWasCachedIsThereWhenAReplicaIsNot() {
    assertThat(store.cluster().view(0).consistency()).isEqualTo(Consistency.SEQUENTIAL);
    assertThat(catalogue.title("1984")).isEqualTo("1984, looked up as number 1");

    store.cluster().crash(NodeId.of(0));

    assertThat(catalogue.title("1984")).isEqualTo("1984, looked up as number 1");
    assertThat(catalogue.title("451")).isEqualTo("451, looked up as number 2");
    assertThat(store.tables()).containsExactly("cache.titles");
  }
}
