package io.kvstore.server.net;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.AttributeKey;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many bytes all connections of a server may buffer together: of requests that are not
 * complete, of requests that wait, and of answers that their clients have not taken. When it is
 * more, the connections that have had most for the longest time are closed, until it is not: so
 * clients that send much and stop, or ask for much and do not read, cannot take the memory from
 * those that go on. A connection that went on a moment ago has not stopped: among those, the ones
 * that have most are closed, so that what is only begun has time to be completed.
 */
public final class BufferBudget {
  private static final Logger log = LoggerFactory.getLogger(BufferBudget.class);
  private static final int HEAP_PARTS = 8;
  private static final int ROOM_PARTS = 16; // one of them is free afterwards
  private static final long LEAST_BYTES_A_SECOND = 16 << 10;

  /** A shorter time without progress may be the network's, or the server's own. */
  private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(200);

  /** What it counts as then. */
  private static final long MOMENT_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

  private static final AttributeKey<Share> SHARE =
      AttributeKey.valueOf(BufferBudget.class, "share");

  private final long limit;
  private final AtomicLong held = new AtomicLong();
  private final Set<Share> shares = ConcurrentHashMap.newKeySet();
  private final Seldom closings = new Seldom(Duration.ofSeconds(1));

  /** Up to so many bytes. */
  public BufferBudget(long limit) {
    this.limit = limit;
  }

  /** Up to an eighth of the largest heap. */
  public static BufferBudget ofHeap() {
    return new BufferBudget(Runtime.getRuntime().maxMemory() / HEAP_PARTS);
  }

  /** How many bytes are buffered. */
  public long held() {
    return held.get();
  }

  /** A connection is to tell what it buffers, by its {@link #shareOf}. */
  void admit(Channel channel) {
    Share share = new Share(channel);
    channel.closeFuture().addListener(closed -> share.end());
    channel.attr(SHARE).set(share);
  }

  /** What a connection that a port has admitted is to tell of itself. */
  public static Share shareOf(Channel channel) {
    Share share = channel.attr(SHARE).get();
    return share == null ? new BufferBudget(Long.MAX_VALUE).new Share(channel) : share;
  }

  /** Looks at all connections once, and then closes as many as make room for some time. */
  private synchronized void makeRoom() {
    if (held.get() <= limit) {
      return;
    }
    long now = System.nanoTime();
    List<Weighed> heaviest =
        shares.stream()
            .map(share -> new Weighed(share, share.weight(now)))
            .sorted(Comparator.comparingDouble(Weighed::weight).reversed())
            .toList();
    for (Weighed each : heaviest) {
      if (held.get() <= limit - limit / ROOM_PARTS) {
        return;
      }
      Share worst = each.share();
      int number = closings.count();
      if (number > 0) {
        log.warn(
            "closes {} connections, the last of {}, which has sent or not read {} bytes and not"
                + " gone on: more than {} bytes are buffered",
            number,
            worst.channel.remoteAddress(),
            worst.bytes,
            limit);
      }
      worst.close();
    }
  }

  /** A connection, and how much it should go, when it was looked at. */
  private record Weighed(Share share, double weight) {}

  /**
   * The part of one connection. Used by its event loop, but for {@link #close} and {@link #isLate}.
   */
  public final class Share {
    private final Channel channel;
    private long ofIncompleteRequest;
    private long ofRequests;
    private long ofAnswers;
    private long written;
    private volatile long bytes;
    private volatile long since; // it has gone on
    private volatile long awaitedSince; // the rest of a request; 0 when none is awaited
    private boolean isAwaited;
    private boolean isWatched; // it is told when the network has taken all
    private boolean hasEnded;

    private Share(Channel channel) {
      this.channel = channel;
    }

    /** So many bytes have come of a request whose rest has not. */
    public void holdIncompleteRequest(long now) {
      long more = now - ofIncompleteRequest;
      ofIncompleteRequest = now;
      hold(more);
    }

    /** So many bytes are of requests that are not answered. */
    public void holdRequests(long now) {
      long more = now - ofRequests;
      ofRequests = now;
      hold(more);
    }

    /** So many bytes are of answers that are written when the client has read others. */
    public void holdAnswers(long now) {
      long more = now - ofAnswers;
      ofAnswers = now;
      hold(more);
    }

    /** So many bytes are written, and the network has not taken them. */
    private void holdWritten(long now) {
      long more = now - written;
      written = now;
      hold(more);
    }

    private void hold(long more) {
      if (more == 0) {
        return;
      }
      add(more);
      if (more > 0 && held.get() > limit) {
        makeRoom();
      }
    }

    private synchronized void add(long more) {
      if (hasEnded) {
        return;
      }
      since = System.nanoTime();
      held.addAndGet(more);
      bytes += more;
      if (bytes == 0) {
        shares.remove(this);
      } else {
        shares.add(this);
      }
    }

    private synchronized void end() {
      held.addAndGet(-bytes);
      bytes = 0;
      shares.remove(this);
      hasEnded = true;
    }

    /** Looks, after a flush, how much the network has left; and again when it has taken that. */
    public void flushed(ChannelHandlerContext context) {
      if (!channel.isActive()) {
        return; // what it had is given back
      }
      long left = unsent();
      holdWritten(left);
      if (left > 0 && !isWatched) {
        isWatched = true;
        context
            .writeAndFlush(Unpooled.EMPTY_BUFFER)
            .addListener(taken -> context.executor().execute(() -> lookAgain(context)));
      }
    }

    /** Not while bytes are being sent: then those that are about to be forgotten still count. */
    private void lookAgain(ChannelHandlerContext context) {
      isWatched = false;
      flushed(context);
    }

    private long unsent() {
      var marks = channel.config().getWriteBufferWaterMark();
      return channel.isWritable()
          ? marks.high() + 1 - channel.bytesBeforeUnwritable()
          : marks.low() - 1 + channel.bytesBeforeWritable();
    }

    /** Whether the client has begun a request, and the server waits for nothing but its rest. */
    public void awaitRest(boolean isAwaitedNow) {
      if (isAwaitedNow != isAwaited) {
        isAwaited = isAwaitedNow;
        awaitedSince = isAwaitedNow ? System.nanoTime() | 1 : 0; // never the 0 of none
      }
    }

    /**
     * Whether the rest of a request has been awaited for longer than this and the time that a
     * client of the slowest speed that is waited for takes to send what has come.
     */
    boolean isLate(Duration patience) {
      long begin = awaitedSince;
      return begin != 0
          && System.nanoTime() - begin
              > patience.toNanos() + bytes * TimeUnit.SECONDS.toNanos(1) / LEAST_BYTES_A_SECOND;
    }

    /** Ends the connection, without a farewell that its client might not read. */
    void close() {
      end();
      ChannelHandlerContext tls = channel.pipeline().context(SslHandler.class);
      var unused = tls == null ? channel.close() : tls.close();
    }

    private double weight(long now) {
      long pause = now - since;
      return (double) bytes * (pause < PAUSE_NANOS ? MOMENT_NANOS : pause);
    }
  }
}
