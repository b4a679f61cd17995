package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.HistoryGoneException;
import io.kvstore.KVStore;
import io.kvstore.Scan;
import io.kvstore.Watch;
import io.kvstore.WatchPosition;
import io.kvstore.server.net.OwnThreads;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * {@code /watch}: what changes at a node, as server-sent events. Each client that watches has a
 * thread that waits for it, so there is a limit to them.
 */
final class Watching implements AutoCloseable {
  /** How many clients may watch one node at once. */
  static final int MOST_AT_ONCE = 64;

  /** Proxies give up a connection that is silent for longer; half a minute is usual. */
  static final Duration HEARTBEAT = Duration.ofSeconds(15);

  private static final int BEATS_IN_TIME = 3; // before the server itself takes a client for idle

  private static final Set<String> PARAMETERS = Set.of("prefix", "from", "to", "since");

  private final OwnThreads own = new OwnThreads("kvstore-server-watch");
  private final ExecutorService threads = Executors.newCachedThreadPool(own);
  private final AtomicInteger running = new AtomicInteger();
  private final Duration heartbeat;

  /**
   * Of a port.
   *
   * @param idleTimeout how long a connection may be silent there; zero is for ever
   */
  Watching(Duration idleTimeout) {
    Duration often = idleTimeout.dividedBy(BEATS_IN_TIME);
    heartbeat = often.isZero() || often.compareTo(HEARTBEAT) > 0 ? HEARTBEAT : often;
  }

  /** Answers with what changes at a node, as this client of it sees it. */
  CompletableFuture<Answer> watch(
      NodeFace node, KVStore<Bytes, Bytes> store, Request request, Target target) {
    Scan<Bytes> keys = Selection.of(target, PARAMETERS).scan();
    Optional<WatchPosition> since =
        request
            .header("Last-Event-ID")
            .or(() -> target.parameter("since", false))
            .map(Watching::position);
    node.requireView();
    if (running.incrementAndGet() > MOST_AT_ONCE) {
      running.decrementAndGet();
      return CompletableFuture.completedFuture(
          Answer.error(
              503,
              MOST_AT_ONCE + " clients watch this node already: try again later, or another node"));
    }
    return CompletableFuture.supplyAsync(() -> begun(store, keys, since), threads)
        .whenComplete(
            (answer, thrown) -> {
              if (thrown != null) {
                running.decrementAndGet();
              }
            });
  }

  private static WatchPosition position(String text) {
    try {
      return WatchPosition.parse(text);
    } catch (IllegalArgumentException malformed) {
      throw Refusal.malformed(String.valueOf(malformed.getMessage()));
    }
  }

  private Answer begun(
      KVStore<Bytes, Bytes> store, Scan<Bytes> keys, Optional<WatchPosition> since) {
    try {
      Watch<Bytes, Bytes> watch =
          since.isPresent() ? store.watch(keys, since.get()) : store.watch(keys);
      EventStream stream = new EventStream(watch, heartbeat, threads, running::decrementAndGet);
      return Answer.of(200, EventStream.TYPE, stream.beginning())
          .with("Cache-Control", "no-store")
          .followedBy(stream);
    } catch (HistoryGoneException gone) {
      throw new Refusal(410, String.valueOf(gone.getMessage()));
    }
  }

  /** How many clients watch. */
  int running() {
    return running.get();
  }

  @Override
  public void close() {
    threads.shutdownNow();
    own.join();
  }
}
