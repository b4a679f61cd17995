package io.kvstore.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.datalet.Fsync;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.testkit.campaign.Campaign;
import io.kvstore.testkit.campaign.Tally;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Cells keep their promise under the simulated scheduler with their replicas in RocksDB: nodes
 * crash one by one and all at once, and come back with what they have written. {@code
 * -Dkvstore.rocksdb.seeds=1000} tries more of them.
 */
class CampaignTest {
  private static final int SEEDS = Integer.getInteger("kvstore.rocksdb.seeds", 1);

  @TempDir Path directory;
  private final AtomicInteger runs = new AtomicInteger();

  /** Small pieces, so that some groups are written in several. */
  private DataletFactory datalets(long seed) {
    Path its = directory.resolve("seed" + seed + "-" + runs.incrementAndGet());
    return RocksDatalets.in(its).withFsync(Fsync.never()).withPieces(300);
  }

  @ParameterizedTest
  @CsvSource({
    "LINEARIZABLE, PRIMARY",
    "LINEARIZABLE, RAFT",
    "CAUSAL, BROADCAST",
    "EVENTUAL, QUORUM"
  })
  void aCellLosesNothingThatItHasAnswered(Consistency level, Replication replication) {
    Tally tally = Campaign.of(level, replication).durable(this::datalets).seeds(SEEDS).check();
    System.out.println(level + " by " + replication + " in RocksDB: " + tally);
    assertThat(tally.runs()).isEqualTo(SEEDS);
    assertThat(tally.faults()).isPositive();
  }
}
