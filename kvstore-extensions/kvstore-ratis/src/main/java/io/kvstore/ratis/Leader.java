package io.kvstore.ratis;

import io.kvstore.NodeId;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Who leads a group, as far as a client knows. While it does not know, it asks every member, and
 * takes the first that says that it leads: a leader that was deposed and does not know it yet is
 * found out by its silence, and passed by for a while.
 */
final class Leader {
  private static final long ANSWER_MILLIS = 1_000;

  private final Members members;
  private final long suspicionNanos;
  private volatile @Nullable Peer known;
  private volatile @Nullable Peer suspected;
  private volatile long suspectedUntil;
  private volatile String whyUnknown = "";

  /**
   * The leader of a group.
   *
   * @param suspicionNanos for how long a silent one is passed by
   */
  Leader(Members members, long suspicionNanos) {
    this.members = members;
    this.suspicionNanos = suspicionNanos;
  }

  /** Why the last search has found none. */
  String whyUnknown() {
    return whyUnknown;
  }

  /** The leader; null when it is to be found. */
  @Nullable Peer known() {
    return known;
  }

  /** The leader; ends with nothing when none is found. */
  CompletableFuture<Optional<Peer>> find() {
    Peer leader = known;
    return leader != null ? CompletableFuture.completedFuture(Optional.of(leader)) : search();
  }

  private CompletableFuture<Optional<Peer>> search() {
    CompletableFuture<Optional<Peer>> found = new CompletableFuture<>();
    Collection<Peer> all = members.all();
    AtomicInteger left = new AtomicInteger(all.size());
    List<String> whys = Collections.synchronizedList(new ArrayList<>());
    for (Peer peer : all) {
      Ends.thenAccept(
          members
              .ask(peer, new Ask.Stand())
              .completeOnTimeout(
                  new Reply.Refused(peer + " is silent"), ANSWER_MILLIS, TimeUnit.MILLISECONDS),
          reply -> {
            if (reply instanceof Reply.Status status) {
              members.learn(status.status().members());
              if (status.status().leads() && !isSuspected(peer)) {
                known = peer;
                found.complete(Optional.of(peer));
              }
            } else {
              whys.add(whyNot(reply));
            }
            if (left.decrementAndGet() == 0) {
              whyUnknown = whys.isEmpty() ? "an election goes on" : String.join("; ", whys);
              found.complete(Optional.empty());
            }
          });
    }
    return found;
  }

  private static String whyNot(Reply reply) {
    return reply instanceof Reply.Refused refused
        ? refused.why()
        : reply instanceof Reply.Unsure unsure ? unsure.why() : reply.toString();
  }

  private boolean isSuspected(Peer peer) {
    return peer.equals(suspected) && System.nanoTime() - suspectedUntil < 0;
  }

  /** A member has said that it does not lead, and perhaps who does. */
  void isNot(Peer peer, Optional<NodeId> leader) {
    if (peer.equals(known)) {
      known =
          leader
              .filter(node -> !node.equals(peer.node()))
              .flatMap(members::find)
              .filter(next -> !isSuspected(next))
              .orElse(null);
    }
  }

  /** A leader has not answered. */
  void suspect(Peer peer) {
    suspectedUntil = System.nanoTime() + suspicionNanos;
    suspected = peer;
    if (peer.equals(known)) {
      known = null;
    }
  }
}
