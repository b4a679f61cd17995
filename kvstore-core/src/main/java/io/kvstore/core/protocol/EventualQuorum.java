package io.kvstore.core.protocol;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.AntiEntropy;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.replication.HandOver;
import io.kvstore.core.replication.LastWriterWins;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.QuorumReads;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.OptimisticRead;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.UnknownMessageError;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Any member coordinates: a write is answered when W members have it, a read of a key when R have
 * said what they hold, with the newest (DeCandia and others, Dynamo, SOSP 2007).
 *
 * <p>Invariant: a member's entry of a key is the one with the highest version that it has heard of,
 * which is a Lamport count with the number of its node. So where W and R are more than there are
 * members, the newest of what was answered before is among what a read is told.
 *
 * <pre>
 *   client      coordinator          members
 *     ── write ──▶ │ ── Update ────────▶ │    takes it over if it is newer
 *     ◀─ answer ── │ ◀────── Received ── │    W have it, the coordinator is one of them
 *                  │ ── Update ────────▶ │    hinted hand-off: again, until all have it
 *     ── read ───▶ │ ── Ask ───────────▶ │
 *     ◀─ answer ── │ ◀──────── Copies ── │    the newest of R
 *                  │ ── Repair ────────▶ │    read repair: where a copy is older
 *                  │ ◀─ Heard ─────────▶ │    anti-entropy: what its writer cannot bring
 * </pre>
 *
 * <p>The quorum is strict: none but the members of the view count, for there are no others that
 * have the key. The coordinator keeps the hints; when that is lost, those that it has reached make
 * good for it. A silent member stays in the view, and nothing waits for it but what needs all.
 *
 * <p>A write that depends on what is there reads first, and is decided by its coordinator: of two
 * that do not know of each other both are done, and one remains.
 */
final class EventualQuorum implements Controlet {
  private final Env env;
  private final LastWriterWins entries;
  private final QuorumReads reads;
  private final AntiEntropy antiEntropy;

  EventualQuorum(Env env) {
    this.env = env;
    entries = new LastWriterWins(env);
    reads = new QuorumReads(env, entries);
    antiEntropy = new AntiEntropy(env, entries);
  }

  private int readsFrom() {
    return Cell.readsFrom(env.settings(), env.view());
  }

  // Requests

  @Override
  public void onRequest(Request request, Reply reply) {
    if (request.operation() instanceof Query query) {
      Runnable answer = () -> env.storage().query(query, env.now(), reply::answer);
      List<Bytes> keys = keysOf(query);
      reads.ask(keys, keys.isEmpty() ? 1 : readsFrom(), reply, answer);
    } else {
      List<Bytes> keys = keysOf(request.operation());
      int others = keys.isEmpty() ? 1 : readsFrom();
      // A write that has begun cannot go on at another member: so one that waits in vain asks
      // first.
      int needed = reads.isCutOff() ? Math.max(others, acks()) : others;
      reads.ask(keys, needed, reply, () -> write(request, reply));
    }
  }

  private int acks() {
    return Cell.acks(env.settings(), env.view());
  }

  /** The keys whose entries decide what an operation does; what concerns all is decided here. */
  private static List<Bytes> keysOf(Operation operation) {
    if (operation instanceof Get get) {
      return List.of(get.key());
    } else if (operation instanceof GetMany many) {
      return many.keys();
    } else if (operation instanceof Write write) {
      return isPlainPut(write) ? List.of() : List.of(write.key());
    } else if (operation instanceof Batch batch) {
      return batch.writes().stream().flatMap(each -> keysOf(each).stream()).distinct().toList();
    }
    return List.of();
  }

  private static boolean isPlainPut(Write write) {
    return write.condition() == Condition.ALWAYS && write.change() instanceof Change.Put;
  }

  private void write(Request request, Reply reply) {
    entries.perform(request, reply);
    reads.expectAcknowledgements();
    antiEntropy.onChange();
  }

  @Override
  public @Nullable OptimisticRead optimisticRead(
      Query query, Consistency level, long position, VectorClock seen) {
    Answer answer = readsFrom() == 1 ? env.storage().optimisticRead(query) : null;
    return answer == null ? null : new OptimisticRead(answer, 0, VectorClock.ZERO);
  }

  // Messages

  @Override
  public void onMessage(NodeId from, Message message) {
    if (reads.onMessage(from, message) || antiEntropy.onMessage(from, message)) {
      return;
    }
    if (!entries.onMessage(from, message)) {
      throw new UnknownMessageError(message);
    }
    antiEntropy.onMessageOfWriter(message);
  }

  @Override
  public boolean isCutOff() {
    return reads.isCutOff();
  }

  // Reconfiguration

  @Override
  public void freeze(Consumer<MemberReport> then) {
    reads.freeze();
    antiEntropy.freeze();
    entries.freeze(then);
  }

  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    HandOver.in(members)
        .ifPresentOrElse(
            left -> entries.inherit(left, next), () -> entries.install(next, members, joiners));
  }

  @Override
  public void handOver(Consumer<MemberReport> then) {
    entries.handOver(then);
  }

  @Override
  public void activate() {
    entries.activate();
    antiEntropy.restart();
    reads.activate();
  }

  @Override
  public long position() {
    return entries.position();
  }

  @Override
  public Map<String, Integer> sizes() {
    return entries
        .sizes(new PendingRequests())
        .with("reads that wait for other members", reads.size())
        .all();
  }

  @Override
  public long owedTo(NodeId member) {
    return entries.owedTo(member);
  }

  @Override
  public boolean hasFallenBehind(NodeId member) {
    return entries.hasFallenBehind(member);
  }
}
