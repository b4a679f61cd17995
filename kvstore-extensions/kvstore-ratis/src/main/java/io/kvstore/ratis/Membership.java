package io.kvstore.ratis;

import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** Changes who belongs to the groups of a store, one shard after the other, while they serve. */
final class Membership {
  private static final long PAUSE_MILLIS = 50;
  private static final long ANSWER_SECONDS = 5;

  private final RatisBackend backend;

  Membership(RatisBackend backend) {
    this.backend = backend;
  }

  /**
   * Takes a member into every group. Each returns once it has caught up.
   *
   * @throws UnavailableException when a group has not taken it in in time
   */
  void join(Peer joiner, Duration atMost) {
    changeAll(
        "take " + joiner + " in",
        atMost,
        members -> {
          List<Peer> next = new ArrayList<>(members);
          next.removeIf(peer -> peer.node().equals(joiner.node()));
          next.add(joiner);
          return next;
        });
  }

  /**
   * Takes a member out of every group, and tells it so.
   *
   * @throws UnavailableException when a group has not let it go in time
   */
  void leave(NodeId leaver, Duration atMost) {
    changeAll(
        "go on without " + leaver,
        atMost,
        members -> members.stream().filter(peer -> !peer.node().equals(leaver)).toList());
    List<CompletableFuture<Void>> told = new ArrayList<>();
    for (int shard = 0; shard < backend.settings().shards(); shard++) {
      Members members = backend.shard(shard).members();
      Optional<Peer> peer = members.find(leaver);
      members.forget(leaver);
      peer.ifPresent(
          left ->
              told.add(
                  CompletableFuture.runAsync(
                      () -> members.transport().removeGroup(left), backend.executor())));
    }
    // It has left, whether it hears of it or not: a member under load was seen to be silent.
    CompletableFuture.allOf(told.toArray(CompletableFuture[]::new))
        .completeOnTimeout(null, ANSWER_SECONDS, TimeUnit.SECONDS)
        .join();
  }

  private void changeAll(String what, Duration atMost, UnaryOperator<List<Peer>> change) {
    long deadline = System.nanoTime() + atMost.toNanos();
    for (int shard = 0; shard < backend.settings().shards(); shard++) {
      change(shard, what, deadline, change);
    }
  }

  private void change(int shard, String what, long deadline, UnaryOperator<List<Peer>> change) {
    String why = "no leader is known";
    while (System.nanoTime() < deadline) {
      ShardClient client = backend.shard(shard);
      Optional<Peer> leader = client.leader().find().join();
      if (leader.isPresent()) {
        Optional<String> refused = tryAt(client, leader.get(), change);
        if (refused.isEmpty()) {
          return;
        }
        why = refused.get();
      } else {
        why = client.leader().whyUnknown();
      }
      pause();
    }
    throw new UnavailableException(
        "shard " + shard + " could not " + what + " in time (" + why + "): try again");
  }

  /** Empty when the group is as it should be; else why not. */
  private static Optional<String> tryAt(
      ShardClient client, Peer leader, UnaryOperator<List<Peer>> change) {
    try {
      Reply reply =
          client
              .members()
              .ask(leader, new Ask.Stand())
              .completeOnTimeout(
                  new Reply.Refused(leader + " is silent"), ANSWER_SECONDS, TimeUnit.SECONDS)
              .join();
      if (!(reply instanceof Reply.Status status) || !status.status().leads()) {
        client.leader().isNot(leader, Optional.empty());
        return Optional.of(
            reply instanceof Reply.Refused refused ? refused.why() : leader + " does not lead");
      }
      List<Peer> before = status.status().members();
      List<Peer> after = change.apply(before).stream().sorted(Peer.BY_NUMBER).toList();
      return after.equals(before)
          ? Optional.empty()
          : client.members().transport().setMembers(leader, before, after);
    } catch (CompletionException failed) {
      return Optional.of(String.valueOf(failed.getCause()));
    }
  }

  private static void pause() {
    try {
      Thread.sleep(PAUSE_MILLIS);
    } catch (InterruptedException interrupt) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("the calling thread was interrupted", interrupt);
    }
  }
}
