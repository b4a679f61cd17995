package io.kvstore.server.net;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much all connections of a server may have received of requests that are not complete yet.
 * When it is more, the connection that has had most for the longest time is closed, until it is
 * not: so clients that send much and stop cannot take the memory from those that go on.
 */
public final class Intake {
  private static final Logger log = LoggerFactory.getLogger(Intake.class);
  private static final int HEAP_PARTS = 8;
  private static final AttributeKey<Share> SHARE = AttributeKey.valueOf(Intake.class, "share");

  private final long limit;
  private final AtomicLong held = new AtomicLong();
  private final Set<Share> shares = ConcurrentHashMap.newKeySet();

  /** Up to so many bytes. */
  public Intake(long limit) {
    this.limit = limit;
  }

  /** Up to an eighth of the largest heap. */
  public static Intake ofHeap() {
    return new Intake(Runtime.getRuntime().maxMemory() / HEAP_PARTS);
  }

  /** A connection is to tell what it holds, by its {@link #shareOf}. */
  void admit(Channel channel) {
    Share share = new Share(channel);
    channel.closeFuture().addListener(closed -> share.end());
    channel.attr(SHARE).set(share);
  }

  /** What a connection that a port has admitted is to tell of itself. */
  public static Share shareOf(Channel channel) {
    Share share = channel.attr(SHARE).get();
    return share == null ? new Intake(Long.MAX_VALUE).new Share(channel) : share;
  }

  private void makeRoom() {
    while (held.get() > limit) {
      long now = System.nanoTime();
      Share worst = null;
      for (Share each : shares) {
        if (worst == null || each.weight(now) > worst.weight(now)) {
          worst = each;
        }
      }
      if (worst == null) {
        return;
      }
      log.warn(
          "closes {}, which has sent {} bytes of a request and not gone on: more than {} bytes are"
              + " held of requests that are not complete",
          worst.channel.remoteAddress(),
          worst.bytes,
          limit);
      worst.end();
      var unused = worst.channel.close(); // nobody waits for it
    }
  }

  /** The part of one connection. Used by its event loop, but for {@link #end}. */
  public final class Share {
    private final Channel channel;
    private volatile long bytes;
    private volatile long since; // it has sent something
    private boolean hasEnded;

    private Share(Channel channel) {
      this.channel = channel;
    }

    /** It holds so many bytes now, and has just sent some of them, or is done with them. */
    public void hold(long now) {
      if (now == 0 && bytes == 0) {
        return;
      }
      set(now);
      if (now > 0 && held.get() > limit) {
        makeRoom();
      }
    }

    private synchronized void set(long now) {
      if (hasEnded) {
        return;
      }
      since = System.nanoTime();
      held.addAndGet(now - bytes);
      bytes = now;
      if (now == 0) {
        shares.remove(this);
      } else {
        shares.add(this);
      }
    }

    private synchronized void end() {
      set(0);
      hasEnded = true;
    }

    private double weight(long now) {
      return (double) bytes * (now - since + 1);
    }
  }
}
