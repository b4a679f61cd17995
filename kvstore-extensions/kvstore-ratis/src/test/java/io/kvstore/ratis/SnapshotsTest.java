package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.datalet.Fsync;
import io.kvstore.core.spi.DataletFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A snapshot and the log after it are all that there was, with every datalet. */
class SnapshotsTest {
  private static final int ROUNDS = 2;
  private static final int ADDITIONS = 600;
  private static final int KEYS = 100;

  @TempDir(factory = Directories.Factory.class)
  private Path directory;

  @ParameterizedTest
  @EnumSource
  void everyAdditionCountsOnceAndWhatWasRemovedStaysAwayAcrossRestarts(RatisSetup.Kind kind) {
    DataletFactory factory =
        kind == RatisSetup.Kind.LOG
            ? Datalets.log(directory.resolve("entries"), Fsync.never())
            : kind.factory(directory);
    try (ThreeMembers members =
        new ThreeMembers(
            directory,
            builder -> builder.consistency(Consistency.LINEARIZABLE),
            engine -> engine.datalet(factory).snapshotEvery(7))) {
      for (int round = 1; round <= ROUNDS; round++) {
        KVStore<String, String> store = members.get(round % 3 + 1);
        List<CompletableFuture<?>> writes = new ArrayList<>();
        for (int i = 0; i < ADDITIONS; i++) {
          writes.add(store.async().add("n" + i % KEYS, 1));
          writes.add(store.async().put("gone" + round + "." + i, "v"));
          writes.add(store.async().remove("gone" + round + "." + i));
          if (writes.size() > 300) {
            writes.forEach(CompletableFuture::join);
            writes.clear();
          }
        }
        writes.forEach(CompletableFuture::join);
        for (int member = 1; member <= 3; member++) {
          members.close(member);
        }
        for (int member = 1; member <= 3; member++) {
          members.reopen(member);
        }
        String expected = Integer.toString(round * ADDITIONS / KEYS);
        for (int member = 1; member <= 3; member++) {
          assertThat(members.get(member).asMap())
              .as("round %s, at n%s", round, member)
              .hasSize(KEYS)
              .allSatisfy((key, value) -> assertThat(value).isEqualTo(expected));
        }
      }
      assertThat(members.get(1).cluster().replicas())
          .allSatisfy(replica -> assertThat(replica.entries()).isEqualTo(KEYS));
    }
  }
}
