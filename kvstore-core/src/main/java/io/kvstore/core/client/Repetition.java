package io.kvstore.core.client;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.core.loop.Actor;
import io.kvstore.core.node.ClientRequest;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Operation;
import io.kvstore.spi.VectorClock;

/**
 * A call that is asked of another replica. The one before may still have the call itself, and does
 * nothing with it any more.
 */
final class Repetition extends ClientRequest {
  private final Call call;

  Repetition(Call call) {
    this.call = call;
  }

  @Override
  protected Actor actor() {
    return call.actor();
  }

  @Override
  protected void onLost(Throwable thrown) {
    if (isLatest()) {
      call.endLost(thrown);
    }
  }

  private boolean isLatest() {
    return call.isLatest(this);
  }

  @Override
  public void run() {
    if (isLatest()) {
      call.take(this);
    }
  }

  @Override
  protected boolean isRepetition() {
    return true;
  }

  @Override
  public int client() {
    return call.client();
  }

  @Override
  public long sequence() {
    return call.sequence();
  }

  @Override
  public Operation operation() {
    return call.operation();
  }

  @Override
  public Consistency level() {
    return call.level();
  }

  @Override
  public long position() {
    return call.position();
  }

  @Override
  public VectorClock seen() {
    return call.seen();
  }

  @Override
  public boolean begin() {
    return isLatest() && call.beginNow();
  }

  @Override
  protected long begunIn() {
    return call.begunIn();
  }

  @Override
  public void answer(Answer result) {
    if (isLatest()) {
      call.answerNow(result);
    }
  }

  @Override
  public void answer(Answer result, long position) {
    if (isLatest()) {
      call.answerNow(result, position);
    }
  }

  @Override
  public void answer(Answer result, VectorClock seen) {
    if (isLatest()) {
      call.answerNow(result, seen);
    }
  }

  @Override
  public void refuse(String reason) {
    if (isLatest()) {
      call.refuseNow(reason);
    }
  }

  @Override
  public void waitFor(String what) {
    call.waitFor(what);
  }

  @Override
  public boolean isAbandoned() {
    return !isLatest() || isDone();
  }

  @Override
  protected boolean isOverdueAt(long now) {
    return call.isOverdueAt(now);
  }

  @Override
  protected void giveUp() {
    call.giveUp();
  }

  @Override
  protected boolean moveOn() {
    return call.moveOn();
  }

  @Override
  protected void lose(String why) {
    call.lose(why);
  }

  @Override
  protected TraceEvent endAsEvent(long time, int ofShard, NodeId node) {
    return call.endAsEvent(time, ofShard, node);
  }

  @Override
  public boolean isDone() {
    return call.isDone();
  }

  @Override
  public void deliver() {
    call.deliver();
  }
}
