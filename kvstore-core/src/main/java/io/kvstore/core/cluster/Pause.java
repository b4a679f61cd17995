package io.kvstore.core.cluster;

import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.EventLoop;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A time in which a replica does nothing: what comes to it meanwhile is done after, in its order.
 * Used on the replica's loop.
 */
final class Pause {
  private final EventLoop loop;
  private final Actor actor;
  private final Queue<Runnable> kept = new ArrayDeque<>();
  private long until = Long.MIN_VALUE;
  private boolean isOn;

  Pause(EventLoop loop, Actor actor) {
    this.loop = loop;
    this.actor = actor;
  }

  /** Pauses from now on for so long; a longer pause that is on already goes on. */
  void begin(long nanos) {
    until = Math.max(until, loop.now() + nanos);
    if (!isOn) {
      isOn = true;
      loop.executeAt(until, actor, this::endIfOver);
    }
  }

  private void endIfOver() {
    if (!isOn) {
      return;
    }
    if (loop.now() < until) {
      loop.executeAt(until, actor, this::endIfOver);
      return;
    }
    isOn = false;
    while (!isOn && !kept.isEmpty()) {
      kept.remove().run();
    }
  }

  boolean isOn() {
    return isOn;
  }

  /** How long it goes on, at least. */
  long left() {
    return Math.max(1, until - loop.now());
  }

  /** Keeps an event until the pause is over. */
  void keep(Runnable event) {
    kept.add(event);
  }

  /** Ends the pause, and forgets what came meanwhile. */
  void cancel() {
    isOn = false;
    kept.clear();
  }
}
