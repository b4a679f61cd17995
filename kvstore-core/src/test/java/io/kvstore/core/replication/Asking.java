package io.kvstore.core.replication;

import io.kvstore.Consistency;
import io.kvstore.core.spi.Request;
import io.kvstore.spi.Operation;
import io.kvstore.spi.VectorClock;

/** A client's request that has seen nothing yet. */
record Asking(int client, long sequence, Operation operation, Consistency level)
    implements Request {

  @Override
  public long position() {
    return 0;
  }

  @Override
  public VectorClock seen() {
    return VectorClock.ZERO;
  }
}
