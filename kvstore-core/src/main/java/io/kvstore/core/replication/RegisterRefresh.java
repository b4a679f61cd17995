package io.kvstore.core.replication;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Get;
import io.kvstore.spi.Operation;
import io.kvstore.spi.VectorClock;

/**
 * A read of no client's, which takes a ballot in any case: so the state of a register is chosen
 * anew, as of now.
 */
record RegisterRefresh(Bytes key) implements Request, Reply {
  @Override
  public int client() {
    return Ordered.NO_CLIENT;
  }

  @Override
  public long sequence() {
    return 0;
  }

  @Override
  public Operation operation() {
    return new Get(key);
  }

  @Override
  public Consistency level() {
    return Consistency.LINEARIZABLE;
  }

  @Override
  public long position() {
    return 0;
  }

  @Override
  public VectorClock seen() {
    return VectorClock.ZERO;
  }

  @Override
  public boolean begin() {
    return true;
  }

  @Override
  public void answer(Answer answer) {}

  @Override
  public void answer(Answer answer, long position) {}

  @Override
  public void answer(Answer answer, VectorClock seen) {}

  @Override
  public void refuse(String why) {}

  @Override
  public void waitFor(String what) {}

  @Override
  public boolean isAbandoned() {
    return false;
  }
}
