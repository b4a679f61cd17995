package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Health;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What operators do to processes, and what networks do between them, while five clients use them:
 * all members end and start again, at once and one after the other; one joins and another is
 * removed; links are slow, and cut. The first three are long tests ({@code -Dtest.left.out=none}).
 * {@code -Dkvstore.ratis.changes=20 -Dkvstore.ratis.operations=5000} does more of it, {@code
 * -Dkvstore.ratis.seed=…} draws the same, and {@code -Dkvstore.ratis.before=…} names the class path
 * of these tests in an earlier version, from and to which members change.
 */
class ProcessChangesTest {
  private static final int ROUNDS = Integer.getInteger("kvstore.ratis.changes", 1);
  private static final int OPERATIONS = Integer.getInteger("kvstore.ratis.operations", 300);
  private static final long SEED = Long.getLong("kvstore.ratis.seed", System.nanoTime());
  private static final List<Consistency> LEVELS = List.of(Consistency.values());

  private final Random random = new Random(SEED);
  private final int first = random.nextInt(LEVELS.size());

  @TempDir(factory = Directories.Factory.class)
  private Path directory;

  private Round round(Processes processes, int number, String what) {
    Consistency level = LEVELS.get((first + number) % LEVELS.size());
    return new Round(
        processes,
        level,
        what + " " + number,
        what + ": " + level + ", round " + number + " of -Dkvstore.ratis.seed=" + SEED);
  }

  @Tag("long")
  @Test
  void aPromiseOutlivesTheEndOfAllMembersAtOnceAndOfOneAfterTheOther() throws Exception {
    try (Processes processes = new Processes(directory, 3, 1)) {
      for (int number = 0; number < ROUNDS; number++) {
        round(processes, number, "restarts")
            .play(OPERATIONS, 2, random, store -> restart(processes, store));
      }
    }
  }

  /** Both ways: a version that was put in too early is taken out again. */
  @Tag("long")
  @Test
  void aPromiseOutlivesMembersOfAnotherVersion() throws Exception {
    String own = OwnJvm.classPath();
    List<String> versions = List.of(System.getProperty("kvstore.ratis.before", own), own);
    try (Processes processes = new Processes(directory, 3, 1)) {
      for (int number = 0; number < ROUNDS; number++) {
        AtomicInteger changes = new AtomicInteger();
        round(processes, number, "versions")
            .play(
                OPERATIONS,
                2,
                random,
                store -> {
                  processes.runFrom(versions.get(changes.getAndIncrement() % versions.size()));
                  restartOneByOne(processes, store);
                });
      }
    }
  }

  private boolean isRolling;

  private void restart(Processes processes, KVStore<String, String> store) throws Exception {
    isRolling = !isRolling;
    Thread.sleep(200 + random.nextInt(300));
    if (isRolling) {
      restartOneByOne(processes, store);
    } else {
      for (int member : processes.members()) {
        processes.kill(member);
      }
      Thread.sleep(random.nextInt(500));
      processes.startAll();
    }
  }

  private static void restartOneByOne(Processes processes, KVStore<String, String> store)
      throws Exception {
    for (int member : processes.members()) {
      processes.end(member);
      processes.start(member);
      awaitWhole(store, "n" + member + " has ended and started again");
    }
  }

  /**
   * What operators are told to wait for: clients go on, so that a follower always lags a little.
   */
  private static void awaitWhole(KVStore<String, String> store, String after)
      throws InterruptedException {
    long deadline = System.nanoTime() + Duration.ofSeconds(60).toNanos();
    while (store.cluster().health() != Health.WHOLE) {
      assertThat(System.nanoTime())
          .as("%s: %s", after, store.cluster().replicas())
          .isLessThan(deadline);
      Thread.sleep(50);
    }
  }

  @Tag("long")
  @Test
  void aPromiseOutlivesMembersThatComeAndGo() throws Exception {
    try (Processes processes = new Processes(directory, 3, 1)) {
      for (int number = 0; number < ROUNDS; number++) {
        round(processes, number, "members")
            .play(OPERATIONS, 2, random, store -> replace(processes, store));
      }
    }
  }

  /** A new member joins, and then one of the others is removed: sometimes it is a leader. */
  private void replace(Processes processes, KVStore<String, String> store) throws Exception {
    List<Integer> before = processes.members();
    int newcomer = before.get(before.size() - 1) + 1;
    processes.join(newcomer);
    int leaver = before.get(random.nextInt(before.size()));
    store.cluster().remove(NodeId.of(leaver));
    processes.leave(leaver);
    assertThat(store.cluster().view(0).members())
        .contains(NodeId.of(newcomer))
        .doesNotContain(NodeId.of(leaver));
  }

  @Test
  void aPromiseOutlivesLinksThatAreSlowAndCut() throws Exception {
    try (Links links = new Links(3, directory);
        Processes processes = new Processes(directory, 1, links.peers(), links::options)) {
      processes.clientsUse(links.peersForClients());
      for (int number = 0; number < ROUNDS; number++) {
        round(processes, number, "links")
            .play(
                OPERATIONS,
                3,
                random,
                store -> {
                  disturb(links, Processes.leader(store, 0));
                  links.heal();
                });
      }
    }
  }

  /** One member's links get slow, some of them so slow that it seems gone; or one is cut. */
  private void disturb(Links links, int leader) throws InterruptedException {
    int victim = random.nextBoolean() ? leader : leader % 3 + 1;
    int other = victim % 3 + 1;
    switch (random.nextInt(4)) {
      case 0 -> links.around(victim).forEach(link -> link.delay(20 + random.nextInt(80)));
      case 1 -> links.around(victim).forEach(link -> link.delay(200 + random.nextInt(600)));
      case 2 -> links.around(victim).forEach(Link::cut);
      default -> links.link(victim, other).cut(); // what it asks is not heard
    }
    Thread.sleep(Duration.ofMillis(500 + random.nextInt(1_500)).toMillis());
  }
}
