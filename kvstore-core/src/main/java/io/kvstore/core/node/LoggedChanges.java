package io.kvstore.core.node;

import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.watch.ChangeLog;
import java.util.function.Consumer;

/**
 * The log of what a replica changes, with the loop on which it is to be used.
 *
 * @param loop the loop of the replica's datalet
 * @param actor fails when its use throws
 * @param log the log
 */
public record LoggedChanges(EventLoop loop, Actor actor, ChangeLog log) {
  /** Does something with the log: at once if this is its loop. */
  public void tell(Consumer<ChangeLog> action) {
    if (loop.isMine()) {
      action.accept(log);
    } else {
      execute(() -> action.accept(log));
    }
  }

  /** Does something on the loop of the log, soon. */
  public void execute(Runnable action) {
    loop.execute(actor, action);
  }
}
