package io.kvstore.core.node;

import io.kvstore.NodeId;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.machine.Courier;
import io.kvstore.core.machine.Fabric;
import io.kvstore.core.machine.Recipient;
import io.kvstore.core.membership.TracedCoordination;
import io.kvstore.core.spi.Message;
import java.util.random.RandomGenerator;

/**
 * Brings the messages of one replica to the others of its group, as far as the network lets it.
 * Used on the replica's loop.
 */
final class Transport {
  private final NodeId self;
  private final ReplicaGroup group;
  private final EventLoop loop;
  private final Fabric fabric;
  private final Instrumentation instrumentation;
  private final Courier courier;

  /**
   * For the replica of a group on a node.
   *
   * @param random draws what becomes of the messages of its controlet on faulty links
   */
  Transport(
      ReplicaGroup group,
      ReplicaSlot slot,
      RandomGenerator random,
      Instrumentation instrumentation) {
    self = slot.node();
    this.group = group;
    loop = slot.loop();
    fabric = slot.fabric();
    this.instrumentation = instrumentation;
    courier = courier(random);
  }

  /**
   * Another courier, whose messages have a chance of their own, and leave that of the rest alone.
   */
  Courier courier(RandomGenerator chance) {
    return new Courier(self, loop, fabric, chance, this::lost);
  }

  /** The same for what is said to the coordinator. */
  Courier courierToCoordinator(RandomGenerator chance) {
    Courier.Listener listener =
        TracedCoordination.ofMember(fabric.trace(), loop, group.shard(), self, this::lost);
    return new Courier(self, loop, fabric, chance, listener);
  }

  private void lost(NodeId to, Message message, String why) {
    instrumentation.dropped(self, to, message, why);
  }

  /** Sends a message to the replica on another node. */
  void send(NodeId to, Message message) {
    instrumentation.sent(to, message);
    Recipient receiver = group.replicaOrNull(to);
    if (receiver == null) {
      lost(to, message, "the receiver is not there any more");
    } else if (fabric.conditions() == null) {
      receiver.loop().deliver(receiver, self, message);
    } else {
      courier.send(receiver, message);
    }
  }
}
