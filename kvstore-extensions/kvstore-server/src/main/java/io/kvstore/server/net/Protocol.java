package io.kvstore.server.net;

import io.netty.channel.ChannelHandler;
import io.netty.channel.EventLoop;
import java.util.List;

/** What a node speaks on one of its ports. */
public interface Protocol {
  /**
   * The handlers of a new connection, in their order. They close it, once their work is done, when
   * {@link Closing#REQUESTED} comes by as a user event.
   */
  List<ChannelHandler> handlers();

  /** What is said to a client for whom there is no room, before its connection is closed. */
  byte[] refusal();

  /** The port is open. Work that belongs to no connection may use this loop. */
  default void opened(Connections connections, EventLoop loop) {}

  /** The port is closed, and so are all connections. */
  default void closed() {}
}
