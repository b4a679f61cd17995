package io.kvstore.core.store;

import static java.util.Objects.requireNonNull;

import io.kvstore.ClusterEvent;
import io.kvstore.NodeId;
import io.kvstore.Registration;
import io.kvstore.View;
import io.kvstore.core.flight.Flight;
import io.kvstore.core.loop.Driver;
import io.kvstore.core.loop.Mailbox;
import io.kvstore.core.node.Failures;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells listeners, and the flight recorder, what happens to the nodes and groups of a store. */
final class Announcements {
  private static final Logger logger = LoggerFactory.getLogger(Announcements.class);
  private static final int WAITING_LIMIT = 10_000;
  private static final long NANOS = 1_000_000_000;

  private final Driver driver;
  private final List<Mailbox<ClusterEvent>> listeners = new CopyOnWriteArrayList<>();

  Announcements(Driver driver) {
    this.driver = driver;
  }

  /** Tells a listener from now on. */
  Registration listen(Consumer<? super ClusterEvent> listener) {
    Mailbox<ClusterEvent> mailbox =
        new Mailbox<>(
            driver,
            requireNonNull(listener, "listener"),
            number -> new ClusterEvent.Missed(now(), number),
            WAITING_LIMIT);
    listeners.add(mailbox);
    return () -> {
      mailbox.close();
      listeners.remove(mailbox);
    };
  }

  private Instant now() {
    long time = driver.now();
    return Instant.ofEpochSecond(time / NANOS, time % NANOS);
  }

  /** What cannot be told to one listener must not keep anything from happening. */
  private void tell(Function<Instant, ClusterEvent> event) {
    for (Mailbox<ClusterEvent> listener : listeners) {
      try {
        listener.put(event.apply(now()));
      } catch (RuntimeException | Error untold) {
        logger.error("a listener could not be told of what has happened", untold);
      }
    }
  }

  // Nodes

  void crashed(NodeId node) {
    tell(time -> new ClusterEvent.Crashed(time, node));
  }

  void restarted(NodeId node) {
    tell(time -> new ClusterEvent.Restarted(time, node));
  }

  void added(NodeId node) {
    tell(time -> new ClusterEvent.Added(time, node));
  }

  void removed(NodeId node) {
    tell(time -> new ClusterEvent.Removed(time, node));
  }

  // Groups

  void decided(int shard, View before, View view) {
    Flight.viewDecided(driver.name(), shard, before, view);
    tell(time -> new ClusterEvent.ViewDecided(time, shard, before, view));
    ClusterEvent.inFirstOnly(before, view)
        .forEach(node -> tell(time -> new ClusterEvent.LeftOut(time, shard, node, view.epoch())));
    ClusterEvent.inFirstOnly(view, before)
        .forEach(node -> tell(time -> new ClusterEvent.Joined(time, shard, node, view.epoch())));
  }

  void lost(int shard) {
    tell(time -> new ClusterEvent.DataLost(time, shard));
  }

  void suspected(int shard, NodeId node, String why) {
    tell(time -> new ClusterEvent.Suspected(time, shard, node, why));
  }

  void activated(int shard, NodeId node, long epoch) {
    tell(time -> new ClusterEvent.Activated(time, shard, node, epoch));
  }

  /** Throws what keeps it from being told: then it is to be told later. */
  void failed(int shard, NodeId node, Throwable cause) {
    Flight.replicaFailed(driver.name(), shard, node, cause);
    for (Mailbox<ClusterEvent> listener : listeners) {
      listener.put(new ClusterEvent.Failed(now(), shard, node, Failures.inWords(cause)));
    }
  }
}
