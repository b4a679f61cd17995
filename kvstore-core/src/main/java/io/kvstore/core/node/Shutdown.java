package io.kvstore.core.node;

import io.kvstore.NodeId;
import io.kvstore.core.storage.ReplicaStorage;
import java.util.Arrays;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The end of a replica, once and for all: because it was told to stop, or because something of its
 * node has failed. Its clients, its group and the listeners of the store are told why. Used on the
 * replica's loop.
 */
final class Shutdown {
  private static final Logger logger = LoggerFactory.getLogger(Shutdown.class);

  private final NodeId self;
  private final ReplicaGroup group;
  private final Ending ending;
  @Nullable Throwable failure; // the reason, or else:
  String why = "";

  /**
   * The end of a replica, which has not begun.
   *
   * @param stopped stops the parts of the replica, before its clients are told
   */
  Shutdown(
      NodeId self,
      ReplicaGroup group,
      Instrumentation instrumentation,
      OpenRequests open,
      ReplicaStorage storage,
      ReplicaSlot.Parts parts,
      Runnable... stopped) {
    this.self = self;
    this.group = group;
    Stream<Runnable> afterwards =
        Stream.of(
            Ending.once(() -> instrumentation.stopped(why)),
            () -> open.failAll("node " + self + " " + why),
            storage::abandon,
            Ending.once(parts::close),
            Ending.once(this::log),
            this::announce);
    ending =
        new Ending(
            "node " + self + ", shard " + group.shard(),
            Stream.of(Stream.<Runnable>of(this::stopNode), Arrays.stream(stopped), afterwards)
                .flatMap(steps -> steps)
                .toArray(Runnable[]::new));
  }

  /** Does what is left to do: to be called again when something has thrown. */
  void goOn() {
    ending.goOn();
  }

  private void stopNode() {
    if (failure != null) {
      why = "has failed: " + Failures.inWords(failure);
      group.onFailure(self);
    }
  }

  private void log() {
    if (failure != null) {
      logger.error("node {} has failed and stops: shard {}", self, group.shard(), failure);
    }
  }

  private void announce() {
    if (failure != null) {
      group.announceFailure(self, failure);
    }
  }
}
