package io.kvstore.testkit.engine;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.Codec;
import io.kvstore.Codecs;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.NotANumberException;
import io.kvstore.Scan;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Stores of other things than texts. */
public interface CodecsContract extends EngineContract {

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void numbersAreKeysThatSortAsNumbersAndValuesThatCount(Setup setup) {
    try (KVStore<Long, Long> store =
        setup.bench().builder().keys(Codecs.LONG).values(Codecs.LONG).open()) {
      for (long key : new long[] {10, -1, Long.MAX_VALUE, 0, Long.MIN_VALUE, 9}) {
        store.put(key, key);
      }
      assertThat(store.snapshot())
          .extracting(Item::key)
          .containsExactly(Long.MIN_VALUE, -1L, 0L, 9L, 10L, Long.MAX_VALUE);
      assertThat(store.scan(Scan.range(0L, 10L))).extracting(Item::value).containsExactly(0L, 9L);
      assertThat(store.add(10L, -30)).isEqualTo(-20);
      assertThat(store.add(11L, 3)).isEqualTo(3);
      assertThat(store.get(10L)).contains(-20L);
      assertThatThrownBy(() -> store.add(Long.MAX_VALUE, 1))
          .isInstanceOf(NotANumberException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void bytesAndArraysAreKeptAsTheyAre(Setup setup) {
    try (KVStore<Bytes, byte[]> store =
        setup.bench().builder().keys(Codecs.BYTES).values(Codecs.BYTE_ARRAY).open()) {
      Bytes key = Bytes.of((byte) 0, (byte) 0xFF);
      byte[] value = {1, 0, -1};
      store.put(key, value);
      value[0] = 9;
      store.get(key).orElseThrow()[1] = 9;

      assertThat(store.get(key).orElseThrow()).containsExactly(1, 0, -1);
      assertThat(store.add(Bytes.of("n"), 12)).isEqualTo(12);
      assertThat(store.get(Bytes.of("n")).orElseThrow()).isEqualTo("12".getBytes(UTF_8));
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void uuidsAreKeysAndNoNumbers(Setup setup) {
    try (KVStore<UUID, UUID> store =
        setup.bench().builder().keys(Codecs.UUID).values(Codecs.UUID).open()) {
      UUID key = new UUID(Long.MIN_VALUE, -1);
      UUID value = new UUID(0, 42);
      store.put(key, value);

      assertThat(store.get(key)).contains(value);
      assertThatThrownBy(() -> store.add(key, 1))
          .isInstanceOf(UnsupportedOperationException.class)
          .hasMessageContaining("use Codecs.LONG or Codecs.STRING");
      assertThatThrownBy(() -> store.async().add(key, 1))
          .isInstanceOf(UnsupportedOperationException.class);
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aCodecOfOnesOwnIsAsGood(Setup setup) {
    Codec<LocalDate> dates =
        new Codec<>() {
          @Override
          public Bytes encode(LocalDate date) {
            return Codecs.LONG.encode(date.toEpochDay());
          }

          @Override
          public LocalDate decode(Bytes bytes) {
            return LocalDate.ofEpochDay(Codecs.LONG.decode(bytes));
          }
        };
    try (KVStore<LocalDate, String> store = setup.bench().builder().keys(dates).open()) {
      LocalDate first = LocalDate.of(1969, 7, 20);
      LocalDate second = LocalDate.of(2000, 1, 1);
      store.put(second, "later");
      store.put(first, "earlier");

      assertThat(store.getAll(List.of(second, first)).keySet()).containsExactly(second, first);
      assertThat(store.snapshot()).extracting(Item::key).containsExactly(first, second);
      assertThat(store.asMap()).containsEntry(first, "earlier").hasSize(2);
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aCodecThatThrowsIsTheCallersMatterAlone(Setup setup) {
    Codec<String> picky =
        new Codec<>() {
          @Override
          public Bytes encode(String value) {
            return Bytes.of(value);
          }

          @Override
          public String decode(Bytes bytes) {
            if (bytes.size() == 3) {
              throw new IllegalStateException("cannot read " + bytes);
            }
            return bytes.toText();
          }
        };
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.builder().values(picky).open()) {
      store.put("k", "bad");
      assertThatThrownBy(() -> store.get("k")).hasRootCauseMessage("cannot read bad");
      var future = store.async().get("k");
      bench.end(future);
      assertThat(future).isCompletedExceptionally();

      store.put("k", "good");
      assertThat(store.get("k")).contains("good");
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void textsOfAnyKindComeBack(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      for (String text : List.of("ä", "日本", "\0", "a\nb", "😀", " ")) {
        store.put(text, text);
        assertThat(store.get(text)).contains(text);
      }
      assertThat(store.snapshot())
          .extracting(Item::key)
          .containsExactly("\0", " ", "a\nb", "ä", "日本", "😀");
    }
  }
}
