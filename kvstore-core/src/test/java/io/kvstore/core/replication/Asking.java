package io.kvstore.core.replication;

import io.kvstore.Consistency;
import io.kvstore.core.spi.Request;
import io.kvstore.spi.Operation;
import io.kvstore.spi.VectorClock;

/** A client's request. */
record Asking(int client, long sequence, Operation operation, Consistency level, long position)
    implements Request {
  /** Of a session that has seen nothing yet. */
  Asking(int client, long sequence, Operation operation, Consistency level) {
    this(client, sequence, operation, level, 0);
  }

  @Override
  public VectorClock seen() {
    return VectorClock.ZERO;
  }
}
