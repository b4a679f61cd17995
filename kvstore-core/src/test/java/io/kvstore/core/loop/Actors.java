package io.kvstore.core.loop;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Message;
import java.util.function.BiConsumer;

/** Actors for tests of loops. */
final class Actors {
  /** One that goes on whatever is thrown. */
  static final Actor PATIENT = cause -> {};

  private Actors() {}

  /** One that does this with messages. */
  static Receiver taking(BiConsumer<NodeId, Message> action) {
    return new Receiver() {
      @Override
      public void receive(NodeId from, Message message) {
        action.accept(from, message);
      }

      @Override
      public void fail(Throwable cause) {}
    };
  }
}
