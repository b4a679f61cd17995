package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.Watch;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * While nothing more is written, a leader tells its followers with heartbeats what is committed.
 * Those who wait for it do not wait for these: here there is one each six seconds.
 */
class QuietStoreTest {
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  @TempDir(factory = Directories.Factory.class)
  private Path directory;

  @Test
  void aSessionSeesItsWriteAndAWatchItsChangeAtEveryMemberAtOnce() {
    try (ThreeMembers members =
            new ThreeMembers(
                directory,
                builder ->
                    builder
                        .consistency(Consistency.SEQUENTIAL)
                        .timeout(Duration.ofSeconds(30))
                        .failover(Failover.after(Duration.ofSeconds(12))),
                engine -> engine);
        KVStore<String, String> store = members.client()) {
      Session<String, String> session = store.session();
      for (int round = 0; round < 3; round++) {
        for (NodeId node : store.cluster().nodes()) {
          session.put("k", node + " in " + round);
          assertThat(session.at(node).withTimeout(PATIENCE).get("k"))
              .contains(node + " in " + round);
        }
      }
      for (NodeId node : store.cluster().nodes()) {
        try (Watch<String, String> watch = store.at(node).watch(Scan.all())) {
          for (int round = 0; round < 3; round++) {
            store.put("k", "watched in " + round);
            assertThat(watch.poll(PATIENCE)).as("at %s in %s", node, round).isPresent();
          }
        }
      }
    }
  }
}
