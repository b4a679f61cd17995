package io.kvstore.core.api;

import io.kvstore.NodeId;
import io.kvstore.core.trace.TraceEvent;

/** On which node a thing happened. */
final class NodesOf {
  private NodesOf() {}

  static NodeId event(TraceEvent event) {
    if (event instanceof TraceEvent.Sent sent) {
      return sent.from();
    }
    if (event instanceof TraceEvent.Delivered delivered) {
      return delivered.to();
    }
    if (event instanceof TraceEvent.Dropped dropped) {
      return dropped.to();
    }
    if (event instanceof TraceEvent.TimerRan ran) {
      return ran.node();
    }
    if (event instanceof TraceEvent.Requested requested) {
      return requested.node();
    }
    if (event instanceof TraceEvent.Answered answered) {
      return answered.node();
    }
    if (event instanceof TraceEvent.Failed failed) {
      return failed.node();
    }
    if (event instanceof TraceEvent.Applied applied) {
      return applied.node();
    }
    if (event instanceof TraceEvent.Merged merged) {
      return merged.node();
    }
    return event instanceof TraceEvent.Activated activated
        ? activated.node()
        : ((TraceEvent.Stopped) event).node();
  }
}
