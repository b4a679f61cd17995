package io.kvstore.core.node;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.eviction.Evictor;
import io.kvstore.core.spi.Message;
import io.kvstore.core.trace.Trace;
import org.jspecify.annotations.Nullable;

/** Counts what happens at one replica, and traces it for a listener. Used on its loop. */
final class Instrumentation {
  private final Counts counts;
  private final @Nullable Tracer tracer;

  /** Nothing has happened yet at the replica of a shard on a place. */
  Instrumentation(ReplicaSlot slot, int shard, @Nullable Evictor evictor) {
    counts = new Counts(evictor);
    Trace listener = slot.trace();
    tracer = listener == null ? null : new Tracer(listener, slot.loop(), shard, slot.node());
  }

  /** What was counted so far. */
  Counts counts() {
    return counts;
  }

  /** Whether there is a listener. */
  boolean isTracing() {
    return tracer != null;
  }

  void requested(ClientRequest request) {
    counts.operations++;
    if (tracer != null) {
      tracer.requested(request);
    }
  }

  void ended(ClientRequest request) {
    if (tracer != null) {
      tracer.ended(request);
    }
  }

  void sent(NodeId to, Message message) {
    counts.sent++;
    if (tracer != null) {
      tracer.sent(to, message);
    }
  }

  /** A message has arrived, and is handled. */
  void delivered(NodeId from, Message message) {
    counts.received++;
    if (tracer != null) {
      tracer.delivered(from, message);
    }
  }

  /** A message does not arrive, or is not handled. */
  void dropped(NodeId from, NodeId to, Message message, String why) {
    counts.dropped++;
    if (tracer != null) {
      tracer.dropped(from, to, message, why);
    }
  }

  void timerRan() {
    if (tracer != null) {
      tracer.timerRan();
    }
  }

  void activated(View view) {
    if (tracer != null) {
      tracer.activated(view);
    }
  }

  void stopped(String why) {
    if (tracer != null) {
      tracer.stopped(why);
    }
  }
}
