package io.kvstore.labs.kit;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.core.replication.LastWriterWins;
import io.kvstore.core.replication.Registers.Answered;
import io.kvstore.core.replication.Registers.State;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.Write;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request of a client that reads or writes one register, until it is answered. */
public final class Call {
  private final RegisterMember member;
  private final Env env;
  private final LastWriterWins shown;
  private final Bytes key;
  private final Request request;
  private final Reply reply;
  private @Nullable Answer answer;
  private long ballot; // 0 when none is in use
  private boolean isPausing;

  Call(
      RegisterMember member,
      Env env,
      LastWriterWins shown,
      Bytes key,
      Request request,
      Reply reply) {
    this.member = member;
    this.env = env;
    this.shown = shown;
    this.key = key;
    this.request = request;
    this.reply = reply;
  }

  // What a protocol can use

  /** The key of the register. */
  public Bytes key() {
    return key;
  }

  /** Whether it only reads. */
  public boolean isRead() {
    return request.operation() instanceof Get;
  }

  /** Takes another ballot for this call, higher than all that this member knows of. */
  public long nextBallot() {
    stop();
    ballot = member.nextBallot();
    return ballot;
  }

  /**
   * What the register holds after this request, if it holds a state before: the same after a read.
   * With it goes the answer that the client gets in the end. A request that is in the state already
   * is not done twice.
   */
  public State perform(State before) {
    long time = Math.max(env.now(), before.time());
    State now = before.asOf(time);
    Answered known = before.answeredTo(request.client());
    if (request.operation() instanceof Write write) {
      if (known != null && known.sequence() >= request.sequence()) {
        answer = known.answer();
        return before;
      }
      Written written = env.storage().resultOf(write, now.visibleAt(time), ballot, time);
      answer = written;
      Entry after = written.isApplied() ? written.storedAfter() : null;
      Answered told = new Answered(request.client(), request.sequence(), written);
      return now.after(after == null ? now.entry() : after, time, told);
    }
    Entry entry = now.entry();
    answer = entry == null || entry.isTombstone() ? Found.NOTHING : new Found(entry);
    return now;
  }

  /**
   * A majority holds this: answers the client what {@link #perform} has made, shows the entry to
   * all members, and goes on to the next request.
   */
  public void done(State chosen) {
    Answer owed = requireNonNull(answer, "perform comes before done");
    stop();
    member.end(this);
    Entry entry = chosen.entry();
    if (entry == null) {
      reply.answer(owed);
      return;
    }
    int client = owed instanceof Written ? request.client() : Ordered.NO_CLIENT;
    Ordered origin =
        new Ordered(
            shown.beginWrite(), chosen.time(), client, request.sequence(), request.operation());
    shown.tell(origin, owed, List.of(new Pair(key, entry)), () -> reply.answer(owed));
  }

  /** Another member was faster: begins again after a while. */
  public void again() {
    stop();
    isPausing = true;
    member.beginLater(this);
  }

  // For the kit

  boolean mayBegin() {
    isPausing = false;
    return !reply.isAbandoned() && (isRead() || reply.begin());
  }

  boolean isAbandoned() {
    return reply.isAbandoned();
  }

  boolean isPausing() {
    return isPausing;
  }

  /** Its ballot is used no more. */
  void stop() {
    if (ballot > 0) {
      ballot = 0;
      member.endBallot();
    }
  }

  void giveUp() {
    stop();
    member.end(this);
  }

  @Override
  public String toString() {
    return request.operation() + " with the ballot " + ballot;
  }
}
