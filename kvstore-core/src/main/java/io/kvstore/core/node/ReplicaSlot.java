package io.kvstore.core.node;

import io.kvstore.CacheCounts;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.core.eviction.Evictor;
import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.Driver;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.machine.Fabric;
import io.kvstore.core.machine.NodeClock;
import io.kvstore.core.replication.Turns;
import io.kvstore.core.spi.DamagedFileException;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.storage.Applier;
import io.kvstore.core.storage.InlineStorage;
import io.kvstore.core.storage.RemoteStorage;
import io.kvstore.core.storage.ReplicaStorage;
import io.kvstore.core.storage.TracedStorage;
import io.kvstore.core.trace.Trace;
import io.kvstore.core.watch.ChangeLog;
import io.kvstore.spi.Settings;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a shard's replica on a node runs: its loops, its clock, its links. It outlives the replicas
 * that come and go with the node's crashes.
 *
 * @param loop the controlet's loop
 * @param hasOwnLoop whether nothing else lives on that one
 * @param dataletLoop the datalet's own loop; null when it works on the controlet's
 */
public record ReplicaSlot(
    NodeId node,
    int shard,
    EventLoop loop,
    boolean hasOwnLoop,
    @Nullable EventLoop dataletLoop,
    NodeClock clock,
    Fabric fabric,
    @Nullable Trace trace) {
  private static final Logger logger = LoggerFactory.getLogger(ReplicaSlot.class);

  /** Opens the datalet of a new replica. One that is damaged begins anew, and has nothing. */
  public Parts open(DataletFactory factory, Settings settings, Turns turns, long run) {
    try {
      return parts(factory.open(node, shard), settings, turns, run, Optional.empty());
    } catch (DamagedFileException damaged) { // as it was opened, or when all of it was read
      logger.error(
          "node {} does not serve from what it has kept of shard {}", node, shard, damaged);
      Datalet anew = factory.openAnew(node, shard, damaged);
      return parts(anew, settings, turns, run, Optional.of(damaged));
    }
  }

  private Parts parts(
      Datalet datalet,
      Settings settings,
      Turns turns,
      long run,
      Optional<DamagedFileException> damage) {
    try {
      Limits limits = settings.limits();
      ChangeLog log = new ChangeLog(turns, limits);
      Evictor evictor =
          settings.capacity().map(its -> new Evictor(its.ofShard(settings.shards()))).orElse(null);
      Applier applier = new Applier(datalet, limits.valueBytes(), log, node, run, evictor);
      return new Parts(applier, dataletLoop, damage, evictor);
    } catch (RuntimeException | Error failed) {
      datalet.close();
      throw failed;
    }
  }

  /**
   * Has the caller wait until whatever the last replica's datalet was doing is done: it may still
   * be closing its files.
   */
  public void awaitDatalet(Consumer<EventLoop> wait) {
    if (dataletLoop != null) {
      wait.accept(dataletLoop);
    }
  }

  /** Runs a task that may wait for a disk, after whatever the datalet of the last replica does. */
  public void onDisk(Actor onFailure, Runnable task) {
    (dataletLoop == null ? loop : dataletLoop).execute(onFailure, task);
  }

  /** Nothing runs here any more. */
  public void end(Driver driver) {
    if (dataletLoop != null) {
      driver.end(dataletLoop); // after the controlet's last word
    }
    if (hasOwnLoop) {
      driver.end(loop);
    }
  }

  /**
   * What a replica is made of, besides its controlet.
   *
   * @param damage why the datalet begins anew
   * @param evictor judges which entries have to go; null where none has
   */
  public record Parts(
      Applier applier,
      @Nullable EventLoop dataletLoop,
      Optional<DamagedFileException> damage,
      @Nullable Evictor evictor) {

    /**
     * The way to it from its place.
     *
     * @param chance draws how long it takes in virtual time; null when it takes none
     */
    ReplicaStorage storage(
        ReplicaSlot slot, @Nullable RandomGenerator chance, Consumer<Throwable> onFailure) {
      ReplicaStorage plain = plainStorage(slot.loop(), chance, onFailure);
      Trace listener = slot.trace();
      return listener == null
          ? plain
          : new TracedStorage(plain, listener, slot.loop(), slot.shard(), slot.node());
    }

    private ReplicaStorage plainStorage(
        EventLoop loop, @Nullable RandomGenerator chance, Consumer<Throwable> onFailure) {
      if (dataletLoop != null) {
        return new RemoteStorage(applier, loop, dataletLoop, onFailure);
      }
      return chance == null
          ? new InlineStorage(applier, onFailure)
          : RemoteStorage.inVirtualTime(applier, loop, chance, onFailure);
    }

    LoggedChanges changes(EventLoop controletLoop, Actor replica) {
      return dataletLoop == null
          ? new LoggedChanges(controletLoop, replica, applier.log())
          : new LoggedChanges(dataletLoop, replica.elsewhere(controletLoop), applier.log());
    }

    /** How well it serves as a cache: for any thread. */
    public CacheCounts cacheCounts() {
      return evictor == null ? CacheCounts.NONE : evictor.counts();
    }

    /** How much the datalet holds in memory, about: for any thread. */
    public long heldBytes() {
      return applier.heldBytes();
    }

    public void close() {
      if (dataletLoop == null) {
        applier.close();
      } else {
        dataletLoop.execute(applier::close);
      }
    }
  }
}
