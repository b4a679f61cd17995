package io.kvstore.rocksdb;

import static java.util.Objects.requireNonNull;

import io.kvstore.NodeId;
import io.kvstore.core.datalet.Fsync;
import io.kvstore.core.spi.DamagedFileException;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.rocksdb.RocksDatalet.Setting;
import java.nio.file.Path;

/**
 * Replicas that keep their entries in RocksDB, each in one of its own: on disk, in the order of
 * their keys, and nothing of them on the heap.
 *
 * <pre>{@code
 * DataletFactory factory = RocksDatalets.in(Path.of("data")).withMemory(256 << 20);
 * KVStore<String, String> store =
 *     KVStore.builder().engine(new InProcess().datalet(factory)).open();
 * }</pre>
 *
 * <p>What was answered is there again when a store is opened with the same directory: the store
 * keeps its own record there, too.
 *
 * <p>Immutable: each method returns a new factory.
 */
public final class RocksDatalets implements DataletFactory {
  private static final long MEMORY = 128 << 20;
  private static final long LEAST_MEMORY = 1 << 20;

  private final Path directory;
  private final Fsync fsync;
  private final SharedMemory memory;
  private final int pieceBytes;

  private RocksDatalets(Path directory, Fsync fsync, SharedMemory memory, int pieceBytes) {
    this.directory = directory;
    this.fsync = fsync;
    this.memory = memory;
    this.pieceBytes = pieceBytes;
  }

  /**
   * In a directory, where each replica has its own {@code <node>/shard-<number>}; made where
   * missing. Nothing that was synced is lost: {@link Fsync#always()}.
   */
  public static RocksDatalets in(Path directory) {
    return new RocksDatalets(
        requireNonNull(directory, "directory"),
        Fsync.always(),
        new SharedMemory(MEMORY),
        Setting.PIECE_BYTES);
  }

  /** What a crash of the machine may take away. The death of the process takes nothing. */
  public RocksDatalets withFsync(Fsync when) {
    return new RocksDatalets(directory, requireNonNull(when, "when"), memory, pieceBytes);
  }

  /**
   * How many bytes all replicas of this factory together have outside of the heap, 128 MiB unless
   * said otherwise: for blocks that were read, and up to a half of it for writes that are in no
   * file yet.
   */
  public RocksDatalets withMemory(long bytes) {
    if (bytes < LEAST_MEMORY) {
      throw new IllegalArgumentException(
          "replicas need at least " + LEAST_MEMORY + " bytes of memory, not " + bytes);
    }
    return new RocksDatalets(directory, fsync, new SharedMemory(bytes), pieceBytes);
  }

  /** The same with groups that are written in smaller pieces, for tests. */
  RocksDatalets withPieces(int bytes) {
    return new RocksDatalets(directory, fsync, memory, bytes);
  }

  /** The native memory of this factory, for tests. */
  SharedMemory memory() {
    return memory;
  }

  @Override
  public Datalet open(NodeId node, int shard) {
    return RocksDatalet.open(folder(node, shard), setting());
  }

  @Override
  public Datalet openAnew(NodeId node, int shard, DamagedFileException damage) {
    return RocksDatalet.openAnew(folder(node, shard), setting());
  }

  private Setting setting() {
    return new Setting(memory, fsync, System::nanoTime, pieceBytes);
  }

  private Path folder(NodeId node, int shard) {
    return directory.resolve(node.toString()).resolve("shard-" + shard);
  }

  @Override
  public void discard(NodeId node, int shard) {
    ReplicaFolder.discard(folder(node, shard));
  }

  /** True: what is written comes back. */
  @Override
  public boolean isDurable() {
    return true;
  }

  /** True: each replica gets a thread of its own that waits for its disk. */
  @Override
  public boolean mayBlock() {
    return true;
  }
}
