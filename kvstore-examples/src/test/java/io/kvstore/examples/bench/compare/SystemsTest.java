package io.kvstore.examples.bench.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What takes part in the comparison does what is measured of it. */
class SystemsTest {
  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(20);

  static Stream<String> systems() {
    List<String> shaped =
        List.of("kv/eventual/replicas=5/shards=4", "kv/sequential/sessions=7/dedicated");
    return Stream.of(Systems.limits(), Systems.levels(), Systems.cells(), shaped)
        .flatMap(List::stream);
  }

  @ParameterizedTest
  @MethodSource("systems")
  void whatAClientWritesIsReadThereAndAtEveryMember(String system) throws Exception {
    Entries entries = new Entries(50, 100, Fresh.ALL, 1);
    try (Contender contender = Systems.open(system, entries)) {
      Client client = contender.client(0);
      for (int key = 0; key < entries.size(); key++) {
        if (key % 2 == 0) {
          client.put(key, key + 1);
        } else {
          client.beginPut(key, key + 1).join();
        }
      }
      long deadline = System.nanoTime() + PATIENCE_NANOS;
      for (int key = 0; key < entries.size(); key++) {
        while (!client.sees(key, key + 1)) {
          assertThat(System.nanoTime()).as("key %s is seen", key).isLessThan(deadline);
        }
        assertThat(client.get(key)).isNotNull();
        assertThat(client.beginGet(key).join()).isNotNull();
        assertThat(client.sees(key, key + 2)).isFalse();
        for (int member = 0; member < contender.members(); member++) {
          while (!contender.memberHas(member, key, key + 1)) {
            assertThat(System.nanoTime()).as("key %s is copied", key).isLessThan(deadline);
          }
        }
      }
    }
  }

  @Test
  void groupsOfSystemsAreNamedOnce() {
    assertThat(Systems.named("chm,limits,levels,kv/causal"))
        .containsExactly(
            "chm", "chm3", "kv/linearizable", "kv/sequential", "kv/causal", "kv/eventual");
  }

  @Test
  void anUnknownSystemIsRefusedWithTheListOfTheKnown() {
    assertThatThrownBy(() -> Systems.named("chm,redis"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("redis")
        .hasMessageContaining("kv/linearizable");
  }
}
