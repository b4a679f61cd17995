package io.kvstore.core.cluster;

import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.spi.Datalet;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.spi.Storage;
import io.kvstore.core.storage.Applier;
import io.kvstore.core.storage.InlineStorage;
import io.kvstore.core.storage.RemoteStorage;
import io.kvstore.core.storage.TracedStorage;
import io.kvstore.core.trace.Trace;
import io.kvstore.core.watch.ChangeLog;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Where a shard's replica on a node runs: its loops, its clock, its links. It outlives the replicas
 * that come and go with the node's crashes.
 *
 * @param loop the controlet's loop
 * @param dataletLoop the datalet's own loop; null when it works on the controlet's
 */
record Place(
    NodeId node,
    int shard,
    EventLoop loop,
    @Nullable EventLoop dataletLoop,
    NodeClock clock,
    Fabric fabric,
    @Nullable Trace trace) {

  /** Opens the datalet of a new replica. */
  Parts open(DataletFactory factory, Limits limits, boolean hasOneOrder) {
    Datalet datalet = factory.open(node, shard);
    ChangeLog log = new ChangeLog(hasOneOrder, limits);
    return new Parts(new Applier(datalet, limits.valueBytes(), log), dataletLoop);
  }

  /**
   * Has somebody wait until whatever the last replica's datalet was doing is done: it may still be
   * closing its files.
   */
  void awaitDatalet(Consumer<EventLoop> wait) {
    if (dataletLoop != null) {
      wait.accept(dataletLoop);
    }
  }

  /** What a replica is made of, besides its controlet. */
  record Parts(Applier applier, @Nullable EventLoop dataletLoop) {

    Storage storage(
        EventLoop loop,
        @Nullable Trace trace,
        int shard,
        NodeId node,
        Consumer<Throwable> onFailure) {
      Storage plain =
          dataletLoop == null
              ? new InlineStorage(applier, onFailure)
              : new RemoteStorage(applier, loop, dataletLoop, onFailure);
      return trace == null ? plain : new TracedStorage(plain, trace, loop, shard, node);
    }

    LoggedChanges changes(EventLoop controletLoop) {
      return new LoggedChanges(dataletLoop == null ? controletLoop : dataletLoop, applier.log());
    }

    void close() {
      if (dataletLoop == null) {
        applier.close();
      } else {
        dataletLoop.execute(applier::close);
      }
    }
  }
}
