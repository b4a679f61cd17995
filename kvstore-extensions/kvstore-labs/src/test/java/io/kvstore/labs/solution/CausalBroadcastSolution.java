package io.kvstore.labs.solution;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.labs.kit.CausalMember;
import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Lab 3, solved. Wrong solutions override one of its steps. */
public class CausalBroadcastSolution extends CausalMember {
  /** The sender has delivered so many writes of the receiver. */
  protected record Received(long epoch, long upTo) implements Message {}

  private VectorClock delivered = VectorClock.ZERO;
  private final List<Write> waiting = new ArrayList<>();
  private final TreeMap<Long, Write> own = new TreeMap<>(); // which not all have, by number
  private final Map<NodeId, Long> received = new TreeMap<>(); // how many of these, by each

  public CausalBroadcastSolution(Env env) {
    super(env);
  }

  @Override
  protected VectorClock beginWrite() {
    delivered = delivered.with(self().number(), delivered.get(self().number()) + 1);
    return delivered;
  }

  @Override
  protected void onOwnWrite(Write write) {
    own.put(write.number(), write);
    others().forEach(member -> send(member, write));
  }

  @Override
  protected void onProtocolMessage(NodeId from, Message message) {
    if (message instanceof Write write) {
      onWrite(write);
      send(from, new Received(epoch(), delivered.get(from.number())));
    } else if (message instanceof Received told) {
      received.merge(from, told.upTo(), Math::max);
      long byAll =
          others().stream().mapToLong(each -> received.getOrDefault(each, 0L)).min().orElse(0);
      own.headMap(byAll, true).clear();
    }
  }

  private void onWrite(Write write) {
    if (isNew(write)) {
      waiting.add(write);
    }
    for (Write next = next(); next != null; next = next()) {
      delivered = delivered.with(next.writer().number(), next.number());
      deliver(next);
      waiting.removeIf(each -> !isNew(each));
    }
  }

  /** Whether it was not delivered before. */
  private boolean isNew(Write write) {
    return write.number() > delivered.get(write.writer().number());
  }

  private Write next() {
    return waiting.stream().filter(this::isReady).findFirst().orElse(null);
  }

  /** It is the next of its writer, and nothing else that it depends on is missing. */
  protected boolean isReady(Write write) {
    int writer = write.writer().number();
    VectorClock before = write.context().with(writer, write.number() - 1);
    return delivered.covers(before);
  }

  @Override
  protected boolean onTick() {
    for (NodeId member : others()) {
      own.tailMap(received.getOrDefault(member, 0L), false)
          .values()
          .forEach(write -> send(member, write));
    }
    return !own.isEmpty();
  }

  @Override
  protected VectorClock delivered() {
    return delivered;
  }

  @Override
  protected void onNewView(VectorClock all) {
    delivered = all;
    waiting.clear();
    own.clear();
    received.clear();
  }
}
