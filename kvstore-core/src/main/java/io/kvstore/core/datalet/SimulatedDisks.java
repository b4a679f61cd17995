package io.kvstore.core.datalet;

import io.kvstore.NodeId;
import io.kvstore.core.spi.DamagedFileException;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * Logs on disks in memory, for simulations: when its node crashes, a disk loses all or a part of
 * what was not synced, and may tear what it keeps of that.
 *
 * <pre>{@code
 * SimulatedDisks disks = SimulatedDisks.withSeed(42);
 * Simulation simulation = Simulation.withSeed(42).datalet(disks);
 * }</pre>
 *
 * <p>Each write takes a while, in virtual time, and so does each sync: in between, nodes crash.
 */
public final class SimulatedDisks implements DataletFactory {
  /** Small, so that files are begun, torn and compacted all the time. */
  private static final LogDatalet.Sizes SIZES = new LogDatalet.Sizes(64, 2_000);

  private record Owner(NodeId node, int shard) implements Comparable<Owner> {
    @Override
    public int compareTo(Owner other) {
      int byNode = node.compareTo(other.node);
      return byNode == 0 ? Integer.compare(shard, other.shard) : byNode;
    }
  }

  private final RandomGenerator random;
  private final Map<Owner, SimulatedDisk> disks = new TreeMap<>();

  private SimulatedDisks(RandomGenerator random) {
    this.random = random;
  }

  /** Empty disks, which lose what this seed says. */
  public static SimulatedDisks withSeed(long seed) {
    return new SimulatedDisks(new SplittableRandom(seed));
  }

  @Override
  public Datalet open(NodeId node, int shard) {
    return LogDatalet.open(afterCrash(node, shard), Fsync.always(), () -> 0, SIZES)
        .withoutForceAtClose();
  }

  @Override
  public Datalet openAnew(NodeId node, int shard, DamagedFileException damage) {
    return LogDatalet.openAnew(afterCrash(node, shard), Fsync.always(), () -> 0, SIZES)
        .withoutForceAtClose();
  }

  @Override
  public void discard(NodeId node, int shard) {
    disks.remove(new Owner(node, shard));
  }

  @Override
  public boolean mayBlock() {
    return true;
  }

  private SimulatedDisk afterCrash(NodeId node, int shard) {
    Owner owner = new Owner(node, shard);
    SimulatedDisk before = disks.get(owner);
    SimulatedDisk disk = before == null ? new SimulatedDisk() : before.afterMachineDied(loss());
    disks.put(owner, disk);
    return disk;
  }

  private SimulatedDisk.Loss loss() {
    return switch (random.nextInt(4)) {
      case 0 -> SimulatedDisk.ALL_LOST;
      case 1 -> SimulatedDisk.NOTHING_LOST;
      default -> SimulatedDisk.partLost(random);
    };
  }

  /**
   * Changes one bit of what the disks of a node, which is down, hold; some of what they were to
   * keep.
   */
  public void damage(NodeId node) {
    disks.forEach(
        (owner, disk) -> {
          List<String> files = new ArrayList<>(disk.list());
          files.removeIf(name -> disk.keptBytesOf(name) == 0);
          if (owner.node().equals(node) && !files.isEmpty()) {
            String name = files.get(random.nextInt(files.size()));
            disk.flip(name, random.nextInt(disk.keptBytesOf(name)), random.nextInt(8));
          }
        });
  }
}
