package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Health;
import io.kvstore.KVStore;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a store is said to be like while a member answers, and does not hear of its leader. */
class HealthTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  @TempDir(factory = Directories.Factory.class)
  private Path directory;

  @Test
  void aStoreIsNotWholeWhileAMemberHearsOfNoLeader() throws Exception {
    try (Links links = new Links(3, directory);
        Processes processes = new Processes(directory, 1, links.peers(), links::options)) {
      processes.clientsUse(links.peersForClients());
      try (KVStore<String, String> store = processes.client(Consistency.SEQUENTIAL, LONG)) {
        store.put("k", "v");
        await(store, Health.WHOLE);
        int follower = Processes.leader(store, 0) % 3 + 1;
        links.around(follower).forEach(Link::cut);
        await(store, Health.DEGRADED);
        links.heal();
        await(store, Health.WHOLE);
      }
    }
  }

  /** Waits until a store says so: for a moment it may be without a leader. */
  static void await(KVStore<String, String> store, Health health) throws InterruptedException {
    long deadline = System.nanoTime() + LONG.toNanos();
    while (store.cluster().health() != health) {
      assertThat(System.nanoTime())
          .as("%s: %s", health, store.cluster().replicas())
          .isLessThan(deadline);
      Thread.sleep(20);
    }
  }
}
