package io.kvstore.server.net;

import io.netty.channel.Channel;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/** The open connections of one port, and how many there have been. */
public final class Connections {
  private final int limit;
  private final Set<Channel> open = ConcurrentHashMap.newKeySet();
  private final AtomicInteger current = new AtomicInteger();
  private final LongAdder total = new LongAdder();
  private final LongAdder rejected = new LongAdder();

  Connections(int limit) {
    this.limit = limit;
  }

  /** Takes a connection in, if there is room. It leaves by itself when it is closed. */
  boolean admit(Channel channel) {
    if (current.incrementAndGet() > limit) {
      current.decrementAndGet();
      rejected.increment();
      return false;
    }
    total.increment();
    open.add(channel);
    channel
        .closeFuture()
        .addListener(
            closed -> {
              open.remove(channel);
              current.decrementAndGet();
            });
    return true;
  }

  Set<Channel> open() {
    return open;
  }

  /** How many there may be at once. */
  public int limit() {
    return limit;
  }

  /** How many there are. */
  public int current() {
    return current.get();
  }

  /** How many there have been. */
  public long total() {
    return total.sum();
  }

  /** How many were sent away. */
  public long rejected() {
    return rejected.sum();
  }
}
