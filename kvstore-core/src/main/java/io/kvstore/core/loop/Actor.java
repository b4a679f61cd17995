package io.kvstore.core.loop;

/**
 * What the events of a loop happen to: a replica, or a coordinator.
 *
 * <p>When an event throws, its actor may be left half way between two states. So the actor fails as
 * a whole: no other event of the loop runs before it has.
 */
@FunctionalInterface
public interface Actor {
  /**
   * Ends this actor, because one of its events has thrown. Called on its loop; called again, until
   * it returns, when it throws itself: so it goes on where it was.
   */
  void fail(Throwable cause);

  /** What works for this actor on another loop: when that throws, this fails on its own. */
  default Actor elsewhere(EventLoop own) {
    return cause -> own.execute(this, () -> fail(cause));
  }
}
