package io.kvstore.memcached;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ItemNamesTest {
  private final ItemNames names = new ItemNames("kvstore", NodeId.of(2), 3, "me");

  @Test
  void aPlainKeyCanBeReadByPeople() {
    assertThat(names.place()).isEqualTo("kvstore:n2-3");
    assertThat(names.item(Bytes.of("user/17"), 0)).isEqualTo("kvstore:n2-3:me:tuser/17");
    assertThat(names.item(Bytes.of("user/17"), 2)).isEqualTo("kvstore:n2-3:me:2tuser/17");
  }

  @Test
  void everyNameIsOneThatMemcachedTakesAndBelongsToOneKey() {
    long seed = 5;
    Random random = new Random(seed);
    ItemNames longest =
        new ItemNames("p".repeat(ItemNames.PREFIX_LIMIT), NodeId.of(1000), 4095, "o".repeat(18));
    Set<Bytes> keys = new HashSet<>();
    Set<String> items = new HashSet<>();
    for (int i = 0; i < 5_000; i++) {
      byte[] key = new byte[random.nextInt(400)];
      random.nextBytes(key);
      if (random.nextBoolean()) {
        for (int at = 0; at < key.length; at++) {
          key[at] = (byte) ('!' + (key[at] & 0xFF) % 94);
        }
      }
      if (keys.add(Bytes.of(key))) {
        for (int part : new int[] {0, 1, 12, Integer.MAX_VALUE}) {
          String item = longest.item(Bytes.of(key), part);
          assertThat(item).as("seed %d", seed).hasSizeLessThanOrEqualTo(250).matches("[!-~]+");
          assertThat(items.add(item)).as("seed %d, %s", seed, item).isTrue();
        }
      }
    }
  }

  @Test
  void whatOthersHaveIsNotTakenForALeftover() {
    assertThat(names.isLeftover("kvstore:n2-3:before:tkey")).isTrue();
    assertThat(names.isLeftover("kvstore:n2-3:me:tkey")).isFalse();
    assertThat(names.isLeftover("kvstore:n2-3")).isFalse();
    assertThat(names.isLeftover("kvstore:n2-30:before:tkey")).isFalse();
    assertThat(names.isLeftover("kvstore2:n2-3:before:tkey")).isFalse();
    assertThat(names.isLeftover("something else")).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "with space", "line\n", "ümlaut"})
  void aPrefixThatWouldNotFitIsRefused(String prefix) {
    assertThatThrownBy(() -> ItemNames.requirePrefix(prefix))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a prefix has 1 to 100 printable ASCII characters");
  }
}
