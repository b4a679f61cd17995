package io.kvstore.core.node;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.spi.Message;
import io.kvstore.core.trace.Trace;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.core.trace.TraceEvent.Activated;
import io.kvstore.core.trace.TraceEvent.Delivered;
import io.kvstore.core.trace.TraceEvent.Dropped;
import io.kvstore.core.trace.TraceEvent.Requested;
import io.kvstore.core.trace.TraceEvent.Sent;
import io.kvstore.core.trace.TraceEvent.Stopped;
import io.kvstore.core.trace.TraceEvent.TimerRan;

/** Tells a listener what happens at one replica. Used on the replica's loop. */
final class Tracer {
  private final Trace listener;
  private final EventLoop loop;
  private final int shard;
  private final NodeId self;
  private boolean isBroken;

  /**
   * For one replica. What the listener throws fails the replica, as what any other of its parts
   * throws: and the listener is told nothing more.
   */
  Tracer(Trace listener, EventLoop loop, int shard, NodeId self) {
    this.listener = listener;
    this.loop = loop;
    this.shard = shard;
    this.self = self;
  }

  void sent(NodeId to, Message message) {
    tell(new Sent(loop.now(), shard, self, to, message));
  }

  void delivered(NodeId from, Message message) {
    tell(new Delivered(loop.now(), shard, from, self, message));
  }

  void dropped(NodeId from, NodeId to, Message message, String why) {
    tell(new Dropped(loop.now(), shard, from, to, message, why));
  }

  void timerRan() {
    tell(new TimerRan(loop.now(), shard, self));
  }

  void requested(ClientRequest request) {
    tell(
        new Requested(
            loop.now(),
            shard,
            self,
            request.client(),
            request.sequence(),
            request.operation(),
            request.level()));
  }

  void ended(ClientRequest request) {
    tell(request.endAsEvent(loop.now(), shard, self));
  }

  void activated(View view) {
    tell(new Activated(loop.now(), shard, self, view));
  }

  void stopped(String why) {
    tell(new Stopped(loop.now(), shard, self, why));
  }

  private void tell(TraceEvent event) {
    if (!isBroken) {
      isBroken = true;
      listener.on(event);
      isBroken = false;
    }
  }
}
