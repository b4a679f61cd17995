package io.kvstore.core.node;

import io.kvstore.NodeId;
import io.kvstore.core.loop.ClientTask;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.trace.TraceEvent;
import org.jspecify.annotations.Nullable;

/** A client's request with its reply, as a replica keeps it until it has ended. */
public abstract class ClientRequest extends ClientTask implements Request, Reply {
  // Among the open requests of its replica.
  @Nullable ClientRequest next;
  @Nullable ClientRequest previous;
  boolean isPostponed; // to the end of a pause of its node

  /** Whether its time is over, and no caller waits that would notice. */
  protected abstract boolean isOverdueAt(long now);

  /** Ends it because its time is over. */
  protected abstract void giveUp();

  /** Goes on at another replica, because the group does without this one. Tells whether it does. */
  protected abstract boolean moveOn();

  /** The epoch in which it began to take effect; {@link Long#MAX_VALUE} if it has not. */
  protected abstract long begunIn();

  /** Whether it was asked of another replica before. */
  protected boolean isRepetition() {
    return false;
  }

  /** Ends it because its replica is gone. */
  protected abstract void lose(String why);

  /** The event that tells how it has ended. */
  protected abstract TraceEvent endAsEvent(long time, int shard, NodeId node);
}
