package stranger;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.ratis.RatisEngine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ThreeMembersTest {
  @TempDir Path directory;

  @Test
  void whatOneMemberWritesAnotherReads() {
    String[] peers = RatisEngine.freeLoopbackPeers(3);
    try (KVStore<String, String> one = open("n1", peers);
        KVStore<String, String> two = open("n2", peers);
        KVStore<String, String> three = open("n3", peers)) {
      one.put("greeting", "hello");
      assertEquals(Optional.of("hello"), two.get("greeting"));
      assertEquals(1, three.size());
    }
  }

  private KVStore<String, String> open(String name, String... peers) {
    return KVStore.builder()
        .consistency(Consistency.LINEARIZABLE)
        .timeout(Duration.ofSeconds(30))
        .storageDirectory(directory.resolve(name))
        .engine(RatisEngine.member(name).peers(peers))
        .open();
  }
}
