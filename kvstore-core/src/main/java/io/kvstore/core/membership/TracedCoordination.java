package io.kvstore.core.membership;

import io.kvstore.NodeId;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.machine.Courier;
import io.kvstore.core.membership.Control.Beat;
import io.kvstore.core.membership.Control.Heard;
import io.kvstore.core.spi.Message;
import io.kvstore.core.trace.Trace;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.core.trace.TraceEvent.Delivered;
import io.kvstore.core.trace.TraceEvent.Dropped;
import io.kvstore.core.trace.TraceEvent.Sent;
import org.jspecify.annotations.Nullable;

/**
 * Tells a listener what the coordinator and a replica say to each other, but for beats and their
 * answers, of which there are too many to look at.
 */
public final class TracedCoordination implements Courier.Listener {
  private final Trace trace;
  private final EventLoop loop;
  private final int shard;
  private final NodeId self;
  private final Courier.Listener then;
  private volatile boolean isBroken; // has thrown, and is told nothing more

  private TracedCoordination(
      Trace trace, EventLoop loop, int shard, NodeId self, Courier.Listener then) {
    this.trace = trace;
    this.loop = loop;
    this.shard = shard;
    this.self = self;
    this.then = then;
  }

  /** What a coordinator says; the trace is null where nothing listens. */
  static Courier.Listener ofCoordinator(@Nullable Trace trace, EventLoop loop, int shard) {
    Courier.Listener silent = (to, lost, why) -> {};
    return trace == null
        ? silent
        : new TracedCoordination(trace, loop, shard, NodeId.COORDINATOR, silent);
  }

  /**
   * What a replica says to its coordinator.
   *
   * @param losses learns what is lost, and tells of it
   */
  public static Courier.Listener ofMember(
      @Nullable Trace trace, EventLoop loop, int shard, NodeId self, Courier.Listener losses) {
    return trace == null ? losses : new TracedCoordination(trace, loop, shard, self, losses);
  }

  private static boolean isOfAChange(Message message) {
    return !(message instanceof Beat || message instanceof Heard);
  }

  @Override
  public void sent(NodeId to, Message message) {
    if (isOfAChange(message)) {
      tell(new Sent(loop.now(), shard, self, to, message));
    }
  }

  @Override
  public void arrived(long time, NodeId to, Message message) {
    if (isOfAChange(message)) {
      tell(new Delivered(time, shard, self, to, message));
    }
  }

  @Override
  public void lost(NodeId to, Message message, String why) {
    if (self.equals(NodeId.COORDINATOR) && isOfAChange(message)) {
      tell(new Dropped(loop.now(), shard, self, to, message, why));
    }
    then.lost(to, message, why);
  }

  private void tell(TraceEvent event) {
    if (isBroken) {
      return;
    }
    try {
      trace.on(event);
    } catch (RuntimeException | Error thrown) {
      isBroken = true;
      throw thrown; // fails who is at work, as what any other of its parts throws
    }
  }
}
