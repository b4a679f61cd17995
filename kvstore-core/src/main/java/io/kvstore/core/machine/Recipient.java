package io.kvstore.core.machine;

import io.kvstore.NodeId;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.loop.Receiver;

/** What messages can be sent to: a replica or a coordinator. */
public interface Recipient extends Receiver {
  /** The node that it runs on. */
  NodeId self();

  /** Where its events happen. */
  EventLoop loop();
}
