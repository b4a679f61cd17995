package io.kvstore.recipes;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Replication;
import java.util.Arrays;
import java.util.stream.Stream;
import org.junit.jupiter.params.provider.Arguments;

/** The stores on which recipes are tried. */
final class Stores {
  private Stores() {}

  /** All cells of the matrix on which recipes work. */
  static Stream<Arguments> strongCells() {
    return Stream.of(Consistency.LINEARIZABLE, Consistency.SEQUENTIAL)
        .flatMap(
            level ->
                Arrays.stream(Replication.values())
                    .filter(replication -> replication.supports(level))
                    .map(replication -> Arguments.of(level, replication)));
  }

  static KVStore<String, String> open(Consistency level, Replication replication) {
    return KVStore.builder().consistency(level).replication(replication).open();
  }
}
