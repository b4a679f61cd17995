package io.kvstore.core.machine;

import com.google.common.math.LongMath;
import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.spi.Message;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * A time in which a replica does nothing: what comes to it meanwhile is done after, in its order.
 * Used on the replica's loop.
 */
public final class Pause {
  private static final int MESSAGES_LIMIT = 10_000;

  private final EventLoop loop;
  private final Actor actor;
  private final long bytesLimit;
  private final Queue<Runnable> kept = new ArrayDeque<>();
  private int messages;
  private long bytes; // of messages
  private long until = Long.MIN_VALUE;
  private boolean isOn;

  /**
   * None yet.
   *
   * @param actor whose events wait for its end
   * @param bytesLimit of messages that are kept: what is more is lost
   */
  public Pause(EventLoop loop, Actor actor, long bytesLimit) {
    this.loop = loop;
    this.actor = actor;
    this.bytesLimit = bytesLimit;
  }

  /** Pauses from now on for so long; a longer pause that is on already goes on. */
  public void begin(long nanos) {
    until = Math.max(until, LongMath.saturatedAdd(loop.now(), nanos));
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

  public boolean isOn() {
    return isOn;
  }

  /** How long it goes on, at least. */
  public long left() {
    return Math.max(1, until - loop.now());
  }

  /** Keeps a message until the pause is over; tells whether there was room for it. */
  public boolean keep(Message message, Runnable event) {
    if (messages >= MESSAGES_LIMIT || bytes >= bytesLimit) {
      return false;
    }
    long size = message.footprint();
    messages++;
    bytes += size;
    kept.add(
        () -> {
          messages--;
          bytes -= size;
          event.run();
        });
    return true;
  }

  /** Keeps an event until the pause is over. */
  public void keep(Runnable event) {
    kept.add(event);
  }

  /** Ends the pause, and forgets what came meanwhile. */
  public void cancel() {
    isOn = false;
    kept.clear();
    messages = 0;
    bytes = 0;
  }
}
