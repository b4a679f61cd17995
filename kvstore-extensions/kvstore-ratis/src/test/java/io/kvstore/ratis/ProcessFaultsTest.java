package io.kvstore.ratis;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three processes are killed and stopped while five clients use them, and what the clients saw is
 * judged. {@code -Dkvstore.ratis.rounds=200 -Dkvstore.ratis.operations=5000} does more of it,
 * {@code -Dkvstore.ratis.seed=…} draws the same faults.
 */
class ProcessFaultsTest {
  private static final int ROUNDS = Integer.getInteger("kvstore.ratis.rounds", 2);
  private static final int OPERATIONS = Integer.getInteger("kvstore.ratis.operations", 600);
  private static final long SEED = Long.getLong("kvstore.ratis.seed", System.nanoTime());
  private static final List<Consistency> LEVELS = List.of(Consistency.values());

  @TempDir(factory = Directories.Factory.class)
  private Path directory;

  @Test
  void whatClientsSeeKeepsThePromiseOfTheirLevelWhileMembersAreKilledAndStopped() throws Exception {
    Random random = new Random(SEED);
    int first = random.nextInt(LEVELS.size());
    String leases = "-D" + MemberProcess.LEASES + "=" + random.nextBoolean();
    try (Processes processes =
        new Processes(directory, 1, RatisEngine.freeLoopbackPeers(3), member -> List.of(leases))) {
      for (int round = 0; round < ROUNDS; round++) {
        Consistency level = LEVELS.get((first + round) % LEVELS.size());
        play(processes, level, round, random);
      }
    }
  }

  private static void play(Processes processes, Consistency level, int round, Random random)
      throws Exception {
    String circumstances = level + ", round " + round + " of -Dkvstore.ratis.seed=" + SEED;
    new Round(processes, level, "round " + round, circumstances)
        .play(OPERATIONS, 2, random, store -> strike(processes, store, random));
  }

  private static void strike(Processes processes, KVStore<String, String> store, Random random)
      throws Exception {
    int leader = Processes.leader(store, 0);
    int victim = random.nextBoolean() ? leader : leader % 3 + 1;
    Thread.sleep(200 + random.nextInt(300));
    if (random.nextInt(3) == 0) {
      processes.stopForAWhile(victim, Duration.ofMillis(500 + random.nextInt(1_500)));
    } else {
      processes.kill(victim);
      Thread.sleep(random.nextInt(1_000));
      processes.start(victim);
    }
  }
}
