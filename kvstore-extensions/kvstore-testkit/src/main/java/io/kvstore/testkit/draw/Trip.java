package io.kvstore.testkit.draw;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Message;

/**
 * A message on its way. The same message may go to several members, and arrive more than once;
 * another one that equals it is another one.
 */
record Trip(NodeId from, NodeId to, Message message) {
  @Override
  public boolean equals(Object other) {
    return other instanceof Trip that
        && from.equals(that.from)
        && to.equals(that.to)
        && message == that.message;
  }

  @Override
  public int hashCode() {
    return (System.identityHashCode(message) * 31 + to.number()) * 31 + from.number();
  }
}
