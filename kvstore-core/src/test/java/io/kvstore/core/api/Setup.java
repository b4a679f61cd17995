package io.kvstore.core.api;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.core.InProcess;
import io.kvstore.core.Simulation;
import io.kvstore.core.replication.Cell;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** One way to have a store: where it runs, what it promises, how, and in how many parts. */
record Setup(Runner runner, Consistency consistency, Replication replication, int shards) {
  private static final long SEED = 42;

  enum Runner {
    SIMULATED,
    SHARED,
    DEDICATED
  }

  /**
   * Every cell of the matrix in virtual time, and on threads those that differ there, with one
   * shard.
   */
  static Stream<Setup> all() {
    return on(EnumSet.allOf(Runner.class), 1);
  }

  /**
   * Every cell in virtual time, and the default on threads: for what is the same on threads in all
   * cells, and takes its time.
   */
  static Stream<Setup> eachCellOnce() {
    return Stream.concat(simulated(), linearizable().filter(setup -> !setup.isSimulated()));
  }

  /** Those of them all whose views leave out a member that is silent. */
  static Stream<Setup> leavingOut() {
    return all().filter(setup -> !setup.goesByMajorities());
  }

  /** The same, with one shard and with four. */
  static Stream<Setup> allSharded() {
    return on(EnumSet.allOf(Runner.class), 1, 4);
  }

  /** Every cell of the matrix in virtual time. */
  static Stream<Setup> simulated() {
    return on(EnumSet.of(Runner.SIMULATED), 1);
  }

  /** On threads, the cells that differ there. */
  static Stream<Setup> threaded() {
    return on(EnumSet.of(Runner.SHARED, Runner.DEDICATED), 1);
  }

  /** The default replication of linearizable stores on every engine. */
  static Stream<Setup> linearizable() {
    return Arrays.stream(Runner.values())
        .map(runner -> new Setup(runner, Consistency.LINEARIZABLE, Replication.PRIMARY, 1));
  }

  private static Stream<Setup> on(Set<Runner> runners, int... shards) {
    return runners.stream()
        .flatMap(
            runner ->
                cells()
                    .filter(cell -> runner == Runner.SIMULATED || cell.isWorthThreads())
                    .flatMap(
                        cell ->
                            IntStream.of(shards)
                                .mapToObj(
                                    number ->
                                        new Setup(
                                            runner, cell.consistency, cell.replication, number))));
  }

  private static Stream<Setup> cells() {
    return Arrays.stream(Consistency.values())
        .flatMap(
            level ->
                Arrays.stream(Replication.values())
                    .filter(each -> each.supports(level))
                    .map(each -> new Setup(Runner.SIMULATED, level, each, 1)));
  }

  /**
   * Whether threads show of it what they do not show of another cell: a protocol is the same at all
   * its levels but for what waits for other members, and which replica reads, as PRIMARY has it on
   * threads at every level; CRAQ is CHAIN, and LEASEGUARD is RAFT, but for who reads. With {@code
   * -Dkvstore.setups=all} all cells are.
   */
  private boolean isWorthThreads() {
    if (System.getProperty("kvstore.setups", "").equals("all")) {
      return true;
    }
    boolean isAtStrongestLevel =
        consistency == Consistency.LINEARIZABLE || !replication.supports(Consistency.LINEARIZABLE);
    return replication == Replication.PRIMARY
        || replication == Replication.QUORUM // which is another protocol at each of its levels
        || (isAtStrongestLevel
            && replication != Replication.CRAQ
            && replication != Replication.LEASEGUARD);
  }

  /** Where stores of this kind are opened. */
  Bench bench() {
    return new Bench(this, Simulation.withSeed(SEED), new InProcess().seed(SEED));
  }

  /** Whether a client sees at once what it has written itself, when nothing is wrong. */
  boolean showsOwnWritesAtOnce() {
    return replication != Replication.KEY_OWNER;
  }

  boolean isSimulated() {
    return runner == Runner.SIMULATED;
  }

  boolean isAtLeast(Consistency level) {
    return consistency.isAtLeast(level);
  }

  private Cell cell() {
    return new Cell(consistency, replication);
  }

  /** Whether a majority goes on in the same view without members that are silent. */
  boolean goesByMajorities() {
    return cell().toleratesSilence();
  }

  /** Whether what concerns several keys at once is served. */
  boolean servesSeveralKeys() {
    return !cell().keepsKeysApart();
  }

  /** Whether all that is answered goes on whichever members are lost. */
  boolean isStrong() {
    return cell().isStrong();
  }

  /** Whether a minority may lack what is answered. */
  boolean isKeptByMajority() {
    return cell().isKeptByMajority();
  }

  @Override
  public String toString() {
    String place = isSimulated() ? "simulated with seed " + SEED : runner.toString();
    return consistency + " by " + replication + ", " + place + ", " + shards + " shard(s)";
  }
}
