package io.kvstore.server.memcached;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/** Makes requests of bytes. */
interface Requests {
  /** The next request; null when it has not been read to its end. */
  @Nullable Request next(ByteBuf in);
}
