package io.kvstore.core.loop;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Message;
import org.jspecify.annotations.Nullable;

/** Something that happens on a loop, to one of its actors. */
public abstract class Event implements Runnable {
  /** The actor that fails when this throws; null when it can leave nothing half done. */
  protected @Nullable Actor actor() {
    return null;
  }

  /** A task that an actor does. */
  static final class Work extends Event {
    private final Actor actor;
    private final Runnable task;

    Work(Actor actor, Runnable task) {
      this.actor = actor;
      this.task = task;
    }

    @Override
    protected Actor actor() {
      return actor;
    }

    @Override
    public void run() {
      task.run();
    }
  }

  /** A message that comes from another loop. */
  static final class Delivery extends Event {
    private final Receiver to;
    private final NodeId from;
    private final Message message;

    Delivery(Receiver to, NodeId from, Message message) {
      this.to = to;
      this.from = from;
      this.message = message;
    }

    @Override
    protected Actor actor() {
      return to;
    }

    @Override
    public void run() {
      to.receive(from, message);
    }
  }
}
