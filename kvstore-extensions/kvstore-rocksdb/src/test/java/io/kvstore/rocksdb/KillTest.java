package io.kvstore.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Replication;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Processes that write are killed at random moments, also while they recover, and everything that
 * they were answered is there afterwards. {@code -Dkvstore.rocksdb.kills=200} kills more of them.
 */
class KillTest {
  private static final int ROUNDS = Integer.getInteger("kvstore.rocksdb.kills", 1);
  private static final long SEED = Long.getLong("kvstore.rocksdb.kills.seed", System.nanoTime());

  private record Cell(Consistency consistency, Replication replication) {}

  private static final List<Cell> CELLS =
      List.of(
          new Cell(Consistency.LINEARIZABLE, Replication.PRIMARY),
          new Cell(Consistency.CAUSAL, Replication.BROADCAST),
          new Cell(Consistency.LINEARIZABLE, Replication.RAFT),
          new Cell(Consistency.EVENTUAL, Replication.KEY_OWNER));

  @TempDir Path directory;

  @Test
  void whatWasAnsweredIsThereAfterAKill() throws Exception {
    Random random = new Random(SEED);
    int answered = 0;
    Ledger[] ledgers = Stream.generate(Ledger::new).limit(CELLS.size()).toArray(Ledger[]::new);
    for (int round = 0; round < ROUNDS; round++) {
      int number = round % CELLS.size();
      Cell cell = CELLS.get(number);
      Path store = directory.resolve(cell.toString());
      String circumstances = cell + ", round " + round + " of -Dkvstore.rocksdb.kills.seed=" + SEED;
      runAndKill(cell, store, round, ledgers[number], random.nextInt(700), random);
      if (random.nextBoolean()) {
        runAndKill(cell, store, round, ledgers[number], -1 - random.nextInt(300), random);
      }
      try (KVStore<String, String> opened =
          Writer.open(store, cell.consistency(), cell.replication())) {
        ledgers[number].compare(opened, circumstances);
      } catch (IllegalStateException unopened) {
        throw new AssertionError(circumstances, unopened);
      }
      answered = Stream.of(ledgers).mapToInt(Ledger::answered).sum();
    }
    System.out.println(ROUNDS + " rounds of kills, " + answered + " answered writes");
    assertThat(answered).as("answered writes").isGreaterThan(ROUNDS * 10);
  }

  @Test
  void aDirectoryIsForOneProcessAtATime() throws Exception {
    Cell cell = CELLS.get(0);
    Path store = directory.resolve("store");
    Process writer = start(cell, store, 1, 0);
    try (BufferedReader lines = linesOf(writer)) {
      assertThat(lines.readLine()).isEqualTo("open");
      assertThatThrownBy(() -> Writer.open(store, cell.consistency(), cell.replication()))
          .isInstanceOf(IllegalStateException.class)
          .hasMessageContaining(store.toString())
          .hasMessageContaining("in use by another process");
    } finally {
      kill(writer);
    }
  }

  /**
   * Has a process write until it is killed.
   *
   * @param millis after which it is killed: since it has opened the store, or where this is
   *     negative, since it was started, which is while it recovers
   */
  private void runAndKill(
      Cell cell, Path store, int round, Ledger ledger, int millis, Random random)
      throws IOException, InterruptedException {
    Process writer = start(cell, store, random.nextInt(1 << 20), round * 1_000_000L);
    try (BufferedReader lines = linesOf(writer)) {
      if (millis < 0) {
        writer.waitFor(200 - millis, TimeUnit.MILLISECONDS);
      } else {
        assertThat(lines.readLine()).as("the first line of " + cell).isEqualTo("open");
        writer.waitFor(millis, TimeUnit.MILLISECONDS);
      }
      kill(writer);
      lines.lines().forEach(ledger::take);
    }
  }

  private static void kill(Process process) throws InterruptedException {
    assertThat(process.isAlive()).as("the writer runs until it is killed").isTrue();
    process.toHandle().destroyForcibly(); // SIGKILL, and what it has said can still be read
    process.waitFor();
  }

  private static BufferedReader linesOf(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  private Process start(Cell cell, Path store, long seed, long first) throws IOException {
    return OwnJvm.with(
            directory,
            "-XX:TieredStopAtLevel=1",
            Writer.class.getName(),
            store.toString(),
            cell.consistency().name(),
            cell.replication().name(),
            Long.toString(seed),
            Long.toString(first))
        .redirectError(ProcessBuilder.Redirect.DISCARD)
        .start();
  }
}
