package io.kvstore.core.protocol;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.HandOver;
import io.kvstore.core.replication.LastWriterWins;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.OptimisticRead;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.UnknownMessageError;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Every member takes writes, answers them, and tells the others; the last writer wins (Thomas
 * 1979).
 *
 * <p>A write's version is a Lamport count with the number of its node. Invariant: a member's entry
 * of a key is the one with the highest version that it has heard of. So all that have heard of the
 * same writes hold the same entries, in whatever order they heard; a removal is a tombstone with a
 * version of its own.
 *
 * <pre>
 *   client       member a            member b
 *     ── write ──▶ │ ──── Update ────▶ │   takes it over if it is newer
 *     ◀─ answer ── │ ◀── Received ──── │
 * </pre>
 */
final class EventualBroadcast implements Controlet {
  private final LastWriterWins entries;

  EventualBroadcast(Env env) {
    entries = new LastWriterWins(env);
  }

  @Override
  public void onRequest(Request request, Reply reply) {
    entries.perform(request, reply);
  }

  @Override
  public @Nullable OptimisticRead optimisticRead(
      Query query, Consistency level, long position, VectorClock seen) {
    return entries.optimisticRead(query);
  }

  @Override
  public void onMessage(NodeId from, Message message) {
    if (!entries.onMessage(from, message)) {
      throw new UnknownMessageError(message);
    }
  }

  @Override
  public void freeze(Consumer<MemberReport> then) {
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
  }

  @Override
  public long position() {
    return entries.position();
  }

  @Override
  public Map<String, Integer> sizes() {
    return entries.sizes(new PendingRequests()).all();
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
