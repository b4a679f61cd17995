package io.kvstore.core.loop;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Message;

/** An actor that takes messages on its loop. */
public interface Receiver extends Actor {
  /** Takes one message. */
  void receive(NodeId from, Message message);
}
