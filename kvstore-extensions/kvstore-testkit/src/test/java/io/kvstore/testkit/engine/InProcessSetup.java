package io.kvstore.testkit.engine;

import io.kvstore.Consistency;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.Replication;
import io.kvstore.StoreBuilder;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.core.Simulation;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.datalet.Fsync;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.spi.Engine;
import io.kvstore.testkit.campaign.Cell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A store of the in-process engine, or a table of one: where it runs, in which cell, in how many
 * parts, on what.
 */
record InProcessSetup(Runner runner, Cell cell, int shards, Kind datalet, boolean isTable)
    implements Setup {
  private static final long SEED = 42;

  enum Runner {
    SIMULATED,
    SHARED,
    DEDICATED
  }

  /** What holds the entries. */
  enum Kind {
    HASH,
    TREE,
    LOG;

    private DataletFactory factory() {
      if (this == LOG) {
        return Datalets.log(temporary(), Fsync.never());
      }
      return this == HASH ? Datalets.hash() : Datalets.tree();
    }

    private static Path temporary() {
      try {
        Path directory = Files.createTempDirectory("kvstore-engine");
        directory.toFile().deleteOnExit();
        return directory;
      } catch (IOException broken) {
        throw new UncheckedIOException(broken);
      }
    }
  }

  /**
   * Every cell of the matrix wherever it can run, with one shard and with four: with {@code
   * -Dkvstore.setups=all}; else fewer of those on real threads.
   */
  static Stream<InProcessSetup> ofAllCells() {
    boolean all = System.getProperty("kvstore.setups", "").equals("all");
    return ofEveryCell().filter(setup -> all || setup.isUsual());
  }

  private boolean isUsual() {
    return switch (runner) {
      case SIMULATED -> true;
      case SHARED -> shards == 1 && isOfStrongestLevel();
      case DEDICATED -> shards > 1 && isOfDefaultCell();
    };
  }

  /** Of one protocol all levels are on threads: others are the same at all of theirs. */
  private boolean isOfStrongestLevel() {
    return cell.replication() == Replication.PRIMARY
        || !cell.replication().supports(Consistency.LINEARIZABLE)
        || cell.replication() == Replication.QUORUM // another protocol at each of its levels
        || consistency() == Consistency.LINEARIZABLE;
  }

  private static Stream<InProcessSetup> ofEveryCell() {
    return Stream.of(Runner.values())
        .flatMap(
            runner ->
                Cell.all().stream()
                    .filter(cell -> !cell.keepsKeysApart()) // which refuses much of the contract
                    .flatMap(
                        cell ->
                            IntStream.of(1, 4)
                                .mapToObj(
                                    shards ->
                                        new InProcessSetup(
                                            runner, cell, shards, Kind.HASH, false))));
  }

  /** The other datalets, at every level. */
  static Stream<InProcessSetup> ofOtherDatalets() {
    return Stream.of(Kind.TREE, Kind.LOG)
        .flatMap(
            kind ->
                Arrays.stream(Consistency.values())
                    .map(level -> new Cell(level.defaultReplication(), level))
                    .map(cell -> new InProcessSetup(Runner.SHARED, cell, 1, kind, false)));
  }

  /** Tables in every cell in virtual time, and few of them on threads and on disks. */
  static Stream<InProcessSetup> ofTables() {
    return Stream.concat(ofAllCells(), ofOtherDatalets())
        .filter(InProcessSetup::isWorthATable)
        .map(
            setup ->
                new InProcessSetup(setup.runner, setup.cell, setup.shards, setup.datalet, true));
  }

  private boolean isWorthATable() {
    if (runner == Runner.SIMULATED) {
      return shards == 1 || isOfDefaultCell();
    }
    return datalet != Kind.TREE && isOfDefaultCell() && isAtLeast(Consistency.LINEARIZABLE);
  }

  private Engine engine(Engine engine) {
    return isTable ? new TableEngine(engine) : engine;
  }

  boolean isOfDefaultCell() {
    return cell.replication() == consistency().defaultReplication();
  }

  @Override
  public Consistency consistency() {
    return cell.consistency();
  }

  @Override
  public boolean showsOwnWritesAtOnce() {
    return cell.replication() != Replication.KEY_OWNER;
  }

  @Override
  public boolean hasOwnersOfKeys() {
    return cell.replication() == Replication.KEY_OWNER;
  }

  @Override
  public boolean decidesAtEachMember() {
    return cell.replication() == Replication.BROADCAST || cell.replication() == Replication.QUORUM;
  }

  @Override
  public boolean holdsValuesInMemory() {
    return datalet != Kind.LOG;
  }

  @Override
  public boolean hasVirtualTime() {
    return runner == Runner.SIMULATED;
  }

  @Override
  public boolean isThreaded() {
    return runner != Runner.SIMULATED;
  }

  @Override
  public Bench bench() {
    return isThreaded()
        ? new Threads(this)
        : new Simulated(this, Simulation.withSeed(SEED).datalet(datalet.factory()));
  }

  @Override
  public String toString() {
    String place = isThreaded() ? runner.toString() : "simulated with seed " + SEED;
    String keys = isTable ? "a table" : "a store";
    return keys + " of " + cell + ", " + place + ", " + datalet + ", " + shards + " shard(s)";
  }

  private StoreBuilder<String, String> builder() {
    return KVStore.builder()
        .consistency(consistency())
        .replication(cell.replication())
        .shards(shards);
  }

  private static void makeSlow(KVStore<?, ?> store) {
    Delay slow = Delay.uniform(Duration.ofMillis(1), Duration.ofMillis(5));
    store.cluster().network().faults(Faults.NONE.withDelay(slow));
  }

  private record Threads(InProcessSetup setup) implements Bench {
    @Override
    public StoreBuilder<String, String> builder() {
      Placement placement =
          setup.runner == Runner.DEDICATED ? Placement.DEDICATED : Placement.SHARED;
      return setup
          .builder()
          .engine(
              setup.engine(
                  new InProcess()
                      .seed(SEED)
                      .placement(placement)
                      .datalet(setup.datalet.factory())));
    }

    @Override
    public void slowDown(KVStore<?, ?> store) {
      makeSlow(store);
    }
  }

  private record Simulated(InProcessSetup setup, Simulation simulation) implements Bench {
    private static final Instant BEGIN = Instant.parse("2000-01-01T00:00:00Z");

    @Override
    public StoreBuilder<String, String> builder() {
      return setup.builder().engine(setup.engine(simulation));
    }

    @Override
    public void slowDown(KVStore<?, ?> store) {
      makeSlow(store);
    }

    @Override
    public void pass(Duration time) {
      simulation.runFor(time);
    }

    @Override
    public Instant time() {
      return BEGIN.plus(simulation.elapsed());
    }

    @Override
    public Duration now() {
      return simulation.elapsed();
    }

    @Override
    public void end(CompletableFuture<?> future) {
      simulation.runUntilDone(future);
    }
  }
}
