package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class SmokeTest {
  @TempDir Path directory;

  @ParameterizedTest
  @EnumSource(Consistency.class)
  void works(Consistency level) {
    long t = System.nanoTime();
    try (ThreeMembers members = ThreeMembers.at(directory, level)) {
      System.out.println("opened " + (System.nanoTime() - t) / 1000000);
      KVStore<String, String> store = members.get(1);
      store.put("a", "1");
      System.out.println("put " + (System.nanoTime() - t) / 1000000);
      assertThat(store.get("a")).contains("1");
      assertThat(store.putIfAbsent("a", "2")).isFalse();
      assertThat(store.add("n", 5)).isEqualTo(5);
      assertThat(members.get(2).session(store.position()).get("a")).contains("1");
      try (KVStore<String, String> client = members.client()) {
        client.put("b", "2");
        assertThat(client.get("b")).contains("2");
        assertThat(client.size()).isEqualTo(3);
        System.out.println(
            client.cluster().view(0)
                + " "
                + client.cluster().replicas()
                + client.cluster().health());
      }
      for (int i = 0; i < 1000; i++) {
        store.put("k" + i, "v");
      }
      System.out.println("1000 puts " + (System.nanoTime() - t) / 1000000);
      members.close(1);
      members.get(2).put("c", "3");
      System.out.println("put after close " + (System.nanoTime() - t) / 1000000);
      members.reopen(1);
      assertThat(members.get(1).session(members.get(2).position()).get("c")).contains("3");
      System.out.println("done " + (System.nanoTime() - t) / 1000000);
    }
  }
}
