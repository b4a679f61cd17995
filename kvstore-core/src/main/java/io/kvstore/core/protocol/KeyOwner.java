package io.kvstore.core.protocol;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.Forwarding;
import io.kvstore.core.replication.Forwarding.ForwardedReply;
import io.kvstore.core.replication.HandOver;
import io.kvstore.core.replication.LastWriterWins;
import io.kvstore.core.replication.PendingRequests;
import io.kvstore.core.replication.RememberedAnswers;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.UnknownMessageError;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Query;
import io.kvstore.spi.Write;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Each key has one member, found by its hash, that counts its writes; the others forward to it, and
 * take a copy over only if its count is higher than theirs.
 *
 * <p>Invariant: while the view lasts, all writes of a key are performed one after the other by its
 * owner. So no two of them get in each other's way, compare-and-set and add are atomic, and copies
 * can arrive in any order. Reads are local, and may be old.
 *
 * <pre>
 *   client       member                     owner of the key         member
 *     ── write ──▶ │ ── ForwardedRequest ──▶ │                        │
 *     ◀─ answer ── │ ◀─── ForwardedReply ─── │ ──────── Update ──────▶ │
 * </pre>
 *
 * <p>A write that is asked for again is answered again. What clients were answered travels with
 * what they have written, so that this holds when the owner has crashed in between, too.
 *
 * <p>The counts of all keys of an owner are one Lamport count: it only grows, also from one owner
 * to the next. Clearing, which belongs to no key, is done by the member that is asked, on what it
 * holds.
 */
final class KeyOwner implements Controlet {
  private final Env env;
  private final LastWriterWins entries;
  private final Forwarding forwarding;
  private final PendingRequests pendingRequests = new PendingRequests();
  private final RememberedAnswers answers = new RememberedAnswers();

  KeyOwner(Env env) {
    this.env = env;
    entries = new LastWriterWins(env, answers);
    forwarding = new Forwarding(env, answers, this::serverOf, this::onForwardedReply);
  }

  private NodeId ownerOf(Bytes key) {
    List<NodeId> members = env.view().members();
    int hash = key.hashCode() * 0x9E3779B9; // spreads neighbouring keys
    return members.get((int) (((hash & 0xFFFFFFFFL) * members.size()) >>> 32));
  }

  private NodeId serverOf(Request request) {
    if (request.operation() instanceof Write write) {
      return ownerOf(write.key());
    }
    return request.operation() instanceof Batch batch
        ? ownerOf(batch.writes().get(0).key())
        : env.self();
  }

  // Requests

  @Override
  public void onRequest(Request request, Reply reply) {
    if (request.operation() instanceof Query) {
      entries.perform(request, reply);
    } else if (request.operation() instanceof Batch batch && !hasOneOwner(batch)) {
      reply.refuse(
          "the keys of a batch must have one owner, and these have several: write them one by one");
    } else if (!serverOf(request).equals(env.self())) {
      forwarding.pass(request, reply);
    } else {
      write(request, reply);
    }
  }

  private boolean hasOneOwner(Batch batch) {
    return batch.writes().stream().map(write -> ownerOf(write.key())).distinct().count() <= 1;
  }

  private void write(Request request, Reply reply) {
    if (answers.hasBegun(request.client(), request.sequence())) {
      answers.answerAgain(request.client(), request.sequence(), reply, pendingRequests);
    } else if (reply.begin()) {
      answers.begin(request.client(), request.sequence());
      entries.write(
          request,
          answer -> {
            reply.answer(answer);
            pendingRequests.resumeReady();
          });
    }
  }

  private void onForwardedReply(Request request, ForwardedReply told, Reply reply) {
    reply.answer(requireNonNull(told.answer()));
  }

  // Messages

  @Override
  public void onMessage(NodeId from, Message message) {
    boolean isTaken =
        entries.onMessage(from, message) || forwarding.onMessage(from, message, this::onRequest);
    if (!isTaken) {
      throw new UnknownMessageError(message);
    }
  }

  @Override
  public boolean isCutOff() {
    return forwarding.isCutOff();
  }

  // Reconfiguration

  @Override
  public void freeze(Consumer<MemberReport> then) {
    entries.freeze(then);
  }

  @Override
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    Optional<HandOver> handOver = HandOver.in(members);
    if (handOver.isPresent()) {
      entries.inherit(handOver.get(), next);
      handOver.get().passOnTo(answers, next.epoch());
      return;
    }
    entries.install(next, members, joiners);
  }

  @Override
  public void activate() {
    entries.activate();
    forwarding.restart();
  }

  @Override
  public long position() {
    return entries.position();
  }

  @Override
  public Map<String, Integer> sizes() {
    return entries.sizes(pendingRequests).with("requests passed on", forwarding.size()).all();
  }

  @Override
  public long owedTo(NodeId member) {
    return entries.owedTo(member);
  }

  @Override
  public boolean hasFallenBehind(NodeId member) {
    return entries.hasFallenBehind(member);
  }

  @Override
  public void handOver(Consumer<MemberReport> then) {
    entries.handOver(then);
  }
}
