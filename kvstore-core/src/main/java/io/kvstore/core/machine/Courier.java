package io.kvstore.core.machine;

import io.kvstore.Faults;
import io.kvstore.NodeId;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.spi.Decider;
import io.kvstore.core.spi.Message;
import java.util.HashMap;
import java.util.Map;
import java.util.random.RandomGenerator;

/** Brings what one party says to others, over links that may be faulty. Used on its loop. */
public final class Courier {
  /** Learns what becomes of messages. */
  public interface Listener {
    /** One is sent. */
    default void sent(NodeId to, Message message) {}

    /** One has arrived, at this time: called on the receiver's loop, where there is a delay. */
    default void arrived(long time, NodeId to, Message message) {}

    /** One will not arrive. */
    void lost(NodeId to, Message message, String why);
  }

  private static final long REORDERED_WITHIN_NANOS = 1_000_000;

  private final NodeId self;
  private final EventLoop loop;
  private final Fabric fabric;
  private final RandomGenerator random;
  private final Listener listener;
  private final Map<NodeId, Long> lastDelivery =
      new HashMap<>(); // links keep their order unless told otherwise

  public Courier(
      NodeId self, EventLoop loop, Fabric fabric, RandomGenerator random, Listener listener) {
    this.self = self;
    this.loop = loop;
    this.fabric = fabric;
    this.random = random;
    this.listener = listener;
  }

  public void send(Recipient receiver, Message message) {
    NodeId to = receiver.self();
    listener.sent(to, message);
    Fabric.Conditions conditions = fabric.conditions();
    if (conditions == null) {
      deliver(receiver, message);
      return;
    }
    if (conditions.isCut(self, to)) {
      listener.lost(to, message, "the link is cut");
      return;
    }
    Faults faults = conditions.faults(self, to);
    if (happens(faults.loss())) {
      listener.lost(to, message, "lost on the link");
      return;
    }
    transmit(receiver, message, faults, conditions.decider());
    if (happens(faults.duplication())) {
      transmit(receiver, message, faults, conditions.decider());
    }
  }

  private void transmit(Recipient receiver, Message message, Faults faults, Decider decider) {
    long arrival = loop.now() + faults.delay().nextNanos(random);
    if (happens(faults.reordering())) {
      arrival += random.nextLong(REORDERED_WITHIN_NANOS);
    } else {
      arrival = Math.max(arrival, lastDelivery.getOrDefault(receiver.self(), Long.MIN_VALUE));
      lastDelivery.put(receiver.self(), arrival);
    }
    decider.sent(new Parcel(receiver, message, loop.now(), arrival));
  }

  /** A message on its way. */
  private final class Parcel implements Decider.Passage {
    private final Recipient receiver;
    private final Message message;
    private final long sentAt;
    private final long due;
    private int decisions; // what was planned before the last one does not happen
    private boolean hasEnded;

    Parcel(Recipient receiver, Message message, long sentAt, long due) {
      this.receiver = receiver;
      this.message = message;
      this.sentAt = sentAt;
      this.due = due;
    }

    @Override
    public NodeId from() {
      return self;
    }

    @Override
    public NodeId to() {
      return receiver.self();
    }

    @Override
    public Message message() {
      return message;
    }

    @Override
    public long sentAt() {
      return sentAt;
    }

    @Override
    public long due() {
      return due;
    }

    @Override
    public boolean isUnderWay() {
      return !hasEnded;
    }

    @Override
    public void arriveAt(long time) {
      if (hasEnded) {
        return;
      }
      int decision = ++decisions;
      if (loop.isMine() && time <= loop.now()) {
        hasEnded = true;
        deliver(receiver, message);
      } else {
        receiver.loop().executeAt(time, receiver, () -> arrive(decision));
      }
    }

    private void arrive(int decision) {
      if (decision == decisions && !hasEnded) {
        hasEnded = true;
        listener.arrived(receiver.loop().now(), receiver.self(), message);
        receiver.receive(self, message);
      }
    }

    @Override
    public void hold() {
      decisions++;
    }

    @Override
    public void lose(String why) {
      if (!hasEnded) {
        hasEnded = true;
        loop.execute(() -> listener.lost(receiver.self(), message, why));
      }
    }

    @Override
    public Decider.Passage copy() {
      return new Parcel(receiver, message, loop.now(), due);
    }
  }

  private void deliver(Recipient receiver, Message message) {
    listener.arrived(loop.now(), receiver.self(), message);
    receiver.loop().deliver(receiver, self, message);
  }

  private boolean happens(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }
}
