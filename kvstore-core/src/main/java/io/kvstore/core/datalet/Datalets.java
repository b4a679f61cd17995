package io.kvstore.core.datalet;

import static java.util.Objects.requireNonNull;

import io.kvstore.NodeId;
import io.kvstore.core.spi.DamagedFileException;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * The datalets that come with the library.
 *
 * <pre>{@code
 * DataletFactory factory = Datalets.log(Path.of("data"), Fsync.every(Duration.ofMillis(100)));
 * try (Datalet datalet = factory.open(NodeId.of(0), 0)) {
 *   datalet.put(Bytes.of("greeting"), Entry.of(Bytes.of("hello"), 1));
 *   datalet.sync();
 * }
 * }</pre>
 */
public final class Datalets {
  private Datalets() {}

  /** A hash table in memory: the fastest for single keys; a scan sorts the keys that it shows. */
  public static DataletFactory hash() {
    return (node, shard) -> new HashDatalet();
  }

  /** An ordered tree in memory: a scan costs what it shows. */
  public static DataletFactory tree() {
    return (node, shard) -> new TreeDatalet();
  }

  /** A log on disk that loses nothing that was synced: {@link Fsync#always()}. */
  public static DataletFactory log(Path directory) {
    return log(directory, Fsync.always());
  }

  /**
   * A log on disk, with an index of its keys in memory. What it wrote before is there when it opens
   * again.
   *
   * @param directory where the logs live, each in its own {@code <node>/shard-<number>}; made where
   *     missing
   * @param fsync what a crash of the machine may take away
   */
  public static DataletFactory log(Path directory, Fsync fsync) {
    return new LogFactory(requireNonNull(directory, "directory"), requireNonNull(fsync, "fsync"));
  }

  /** Different datalets for the nodes, in turn: replicas of one group need not be alike. */
  public static DataletFactory inTurn(DataletFactory first, DataletFactory... more) {
    List<DataletFactory> all = new ArrayList<>(List.of(more));
    all.add(0, requireNonNull(first, "first"));
    return new InTurn(List.copyOf(all));
  }

  private record InTurn(List<DataletFactory> factories) implements DataletFactory {
    @Override
    public Datalet open(NodeId node, int shard) {
      return factories.get(node.number() % factories.size()).open(node, shard);
    }

    @Override
    public Datalet openAnew(NodeId node, int shard, DamagedFileException damage) {
      return factories.get(node.number() % factories.size()).openAnew(node, shard, damage);
    }

    @Override
    public void discard(NodeId node, int shard) {
      factories.get(node.number() % factories.size()).discard(node, shard);
    }

    @Override
    public boolean isDurable() {
      return factories.stream().allMatch(DataletFactory::isDurable);
    }

    @Override
    public boolean mayBlock() {
      return factories.stream().anyMatch(DataletFactory::mayBlock);
    }
  }

  private record LogFactory(Path directory, Fsync fsync) implements DataletFactory {
    @Override
    public Datalet open(NodeId node, int shard) {
      return onDisk(
          node,
          shard,
          disk -> LogDatalet.open(disk, fsync, System::nanoTime, LogDatalet.Sizes.DEFAULT));
    }

    @Override
    public Datalet openAnew(NodeId node, int shard, DamagedFileException damage) {
      return onDisk(
          node,
          shard,
          disk -> LogDatalet.openAnew(disk, fsync, System::nanoTime, LogDatalet.Sizes.DEFAULT));
    }

    /** Whatever keeps it from being opened, its directory is not in use after that. */
    private Datalet onDisk(NodeId node, int shard, Function<Disk, Datalet> datalet) {
      Disk disk = disk(node, shard);
      try {
        return datalet.apply(disk);
      } catch (RuntimeException | Error failed) {
        disk.close();
        throw failed;
      }
    }

    private Disk disk(NodeId node, int shard) {
      return FileSystemDisk.open(folder(node, shard), directory);
    }

    private Path folder(NodeId node, int shard) {
      return directory.resolve(node.toString()).resolve("shard-" + shard);
    }

    @Override
    public void discard(NodeId node, int shard) {
      FileSystemDisk.delete(folder(node, shard));
    }

    @Override
    public boolean isDurable() {
      return true;
    }

    @Override
    public boolean mayBlock() {
      return true;
    }
  }
}
