package io.kvstore.core.storage;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Count;
import io.kvstore.spi.Range;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Write;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A member takes over what another one has, as a whole or one by one, and from then on goes its
 * way.
 */
class StillEntriesTest {
  private static final int VALUE_LIMIT = 100;
  private static final int ENTRIES = 1_000;
  private static final long SOON = 5_000;

  private long position;

  static Stream<Arguments> pairs() {
    return Stream.of(
        Arguments.of(Datalets.hash(), Datalets.hash()),
        Arguments.of(Datalets.hash(), Datalets.tree()),
        Arguments.of(Datalets.tree(), Datalets.hash()));
  }

  private static Applier open(DataletFactory factory) {
    return new Applier(factory.open(NodeId.of(0), 0), VALUE_LIMIT);
  }

  private void put(Applier applier, int key, long lifetime) {
    position++;
    Change value = new Change.Put(Bytes.of("v" + position), 0, lifetime);
    Write write = new Write(Bytes.of("k" + key), Condition.ALWAYS, value);
    applier.apply(new Ordered(position, position, 1, position, write));
  }

  private static Object all(Applier applier, long time) {
    return applier.query(new Range(Bytes.EMPTY, Bytes.EMPTY, Integer.MAX_VALUE), time);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void whatIsTakenOverIsTheSame(DataletFactory from, DataletFactory to) {
    Applier source = open(from);
    Applier target = open(to);
    for (int i = 0; i < ENTRIES; i++) {
      put(source, i, i % 10 == 0 ? SOON : Change.FOREVER);
      put(target, ENTRIES + i, SOON);
    }
    target.replace(Transfer.bring(source.stillContents(failure -> {}), source, target));

    assertThat(all(target, position)).isEqualTo(all(source, position));
    assertThat(target.query(new Count(), position)).isEqualTo(source.query(new Count(), position));
    assertThat(target.contents().highestVersion()).isGreaterThanOrEqualTo(position - 1);
    long later = position + SOON;
    for (Applier each : new Applier[] {source, target}) {
      each.apply(new Ordered(position + 1, later, 1, position + 1, new Tick()));
    }
    assertThat(target.query(new Count(), later)).isEqualTo(source.query(new Count(), later));
    assertThat(all(target, later)).isEqualTo(all(source, later));
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void afterwardsEachGoesItsWay(DataletFactory from, DataletFactory to) {
    Applier source = open(from);
    Applier target = open(to);
    put(source, 1, Change.FOREVER);
    target.replace(Transfer.bring(source.stillContents(failure -> {}), source, target));
    Object before = all(source, position);
    put(target, 1, Change.FOREVER);
    put(target, 2, Change.FOREVER);

    assertThat(all(source, position)).isEqualTo(before);
    assertThat(all(target, position)).isNotEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void contentsAreWhatTheyWereWhenTheyWereAskedFor(DataletFactory from, DataletFactory to) {
    Applier source = open(from);
    Applier target = open(to);
    for (int i = 0; i < ENTRIES; i++) {
      put(source, i, i % 10 == 0 ? SOON : Change.FOREVER);
    }
    Contents contents = source.contents();
    Object before = all(source, position);
    for (int i = 0; i < 2 * ENTRIES; i += 3) {
      put(source, i, Change.FOREVER);
    }
    target.replace(Transfer.bring(contents, source, target));

    assertThat(contents.entries()).hasSize(ENTRIES);
    assertThat(all(target, position)).isEqualTo(before);
  }
}
