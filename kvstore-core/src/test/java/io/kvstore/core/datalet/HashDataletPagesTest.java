package io.kvstore.core.datalet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Entry;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** A hash table read page by page, while it changes, shows what a tree shows. */
class HashDataletPagesTest {
  private static final int KEYS = 10_000;

  private final Datalet hash = Datalets.hash().open(NodeId.of(0), 0);
  private final Datalet tree = Datalets.tree().open(NodeId.of(0), 0);

  private static Bytes key(int number) {
    return Bytes.of("key" + number);
  }

  private void put(int number) {
    Stream.of(hash, tree).forEach(each -> each.put(key(number), Entry.of(key(number), number)));
  }

  private void change(SplittableRandom random) {
    int number = random.nextInt(KEYS);
    switch (random.nextInt(4)) {
      case 0 -> Stream.of(hash, tree).forEach(each -> each.remove(key(number)));
      case 1 -> {
        Entry entry = Entry.of(key(number), random.nextInt(KEYS));
        Stream.of(hash, tree).forEach(each -> each.putIfNewer(key(number), entry));
      }
      default -> put(number);
    }
  }

  private static List<Bytes> page(Datalet datalet, Bytes from, Bytes to, int limit) {
    List<Bytes> shown = new ArrayList<>();
    datalet.scan(from, to, limit, (key, entry) -> shown.add(key));
    return shown;
  }

  @Test
  void pagesAreThoseOfATreeWhateverChangesBetweenThem() {
    for (long seed = 0; seed < 5; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < KEYS; i += 1 + random.nextInt(4)) {
        put(i);
      }
      Bytes[] from = new Bytes[6]; // more readers than the table remembers
      for (int round = 0; round < 500; round++) {
        int reader = random.nextInt(from.length);
        if (from[reader] == null) {
          from[reader] = random.nextBoolean() ? Bytes.EMPTY : key(random.nextInt(KEYS));
        }
        Bytes to = random.nextInt(4) == 0 ? key(random.nextInt(KEYS)) : Bytes.EMPTY;
        int limit = 1 + random.nextInt(300);
        List<Bytes> page = page(tree, from[reader], to, limit);
        assertThat(page(hash, from[reader], to, limit)).as("seed %s", seed).isEqualTo(page);
        from[reader] = page.size() < limit ? null : page.get(page.size() - 1);
        for (int i = random.nextInt(200); i > 0; i--) {
          change(random);
        }
        if (random.nextInt(200) == 0) {
          Stream.of(hash, tree).forEach(Datalet::clear);
        }
      }
    }
  }

  @Test
  void keysThatComeBetweenPagesAreFoundHoweverManyTheyAre() {
    for (int i = 0; i < KEYS; i += 100) {
      put(i);
    }
    List<Bytes> first = page(hash, Bytes.EMPTY, Bytes.EMPTY, 10);
    for (int i = 0; i < KEYS; i++) {
      put(i);
    }
    Bytes last = first.get(first.size() - 1);
    assertThat(page(hash, last, Bytes.EMPTY, KEYS / 2))
        .isEqualTo(page(tree, last, Bytes.EMPTY, KEYS / 2));
  }

  @Test
  void aVisitorMayChangeTheTable() {
    for (int i = 0; i < KEYS; i++) {
      put(i);
    }
    List<Bytes> expected = page(tree, Bytes.EMPTY, Bytes.EMPTY, 100);
    List<Bytes> shown = new ArrayList<>();
    hash.scan(
        Bytes.EMPTY,
        Bytes.EMPTY,
        100,
        (key, entry) -> {
          hash.put(key.concat(Bytes.of((byte) 1)), entry);
          hash.remove(key);
          return shown.add(key);
        });
    assertThat(shown).isEqualTo(expected);
  }
}
