package io.kvstore.core.loop;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Message;

/** Takes messages on its loop. */
@FunctionalInterface
public interface Receiver {
  /** Takes one message. */
  void receive(NodeId from, Message message);
}
