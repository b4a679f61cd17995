package io.kvstore.ratis;

import static java.util.Objects.requireNonNull;

import io.kvstore.Consistency;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.UnavailableException;
import io.kvstore.WatchPosition;
import io.kvstore.core.engine.Routing;
import io.kvstore.core.engine.SessionState;
import io.kvstore.ratis.Result.Done;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Connection;
import io.kvstore.spi.Feed;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Query;
import io.kvstore.spi.Range;
import io.kvstore.spi.Tick;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A session with a store across machines. */
final class RatisConnection implements Connection {
  private final RatisBackend backend;
  private final SessionState session;
  private final Optional<NodeId> pinnedTo;
  private final int preference;
  private final AtomicReferenceArray<@Nullable CompletableFuture<?>> submitted;

  /**
   * A connection of this session.
   *
   * @param preference which member a session that is not bound to one prefers, in a process that is
   *     a client only
   */
  RatisConnection(
      RatisBackend backend, SessionState session, Optional<NodeId> pinnedTo, int preference) {
    this(
        backend,
        session,
        pinnedTo,
        preference,
        new AtomicReferenceArray<>(backend.settings().shards()));
  }

  private RatisConnection(
      RatisBackend backend,
      SessionState session,
      Optional<NodeId> pinnedTo,
      int preference,
      AtomicReferenceArray<@Nullable CompletableFuture<?>> submitted) {
    this.backend = backend;
    this.session = session;
    this.pinnedTo = pinnedTo;
    this.preference = preference;
    this.submitted = submitted;
  }

  SessionState session() {
    return session;
  }

  Optional<NodeId> pinnedTo() {
    return pinnedTo;
  }

  int preference() {
    return preference;
  }

  // Calls

  @Override
  public Answer call(Operation operation, Consistency level, long timeoutNanos) {
    backend.requireOpen();
    int shard = backend.routing().shardOf(operation);
    if (shard != Routing.SEVERAL) {
      Answer seen = readHere(shard, operation, level);
      return seen != null ? seen : await(begin(shard, operation, level, timeoutNanos, false));
    }
    List<InFlight> parts = new ArrayList<>();
    for (int each : backend.routing().shardsOf(operation)) {
      Operation part = backend.routing().partFor(each, operation);
      parts.add(begin(each, part, level, timeoutNanos, false));
    }
    List<Answer> answers = new ArrayList<>();
    List<KVStoreException> failures = new ArrayList<>();
    for (InFlight part : parts) {
      try {
        answers.add(await(part));
      } catch (KVStoreException failed) {
        failures.add(failed);
      }
    }
    return backend.routing().join(operation, answers, failures);
  }

  @Override
  public CompletableFuture<Answer> submit(
      Operation operation, Consistency level, long timeoutNanos) {
    backend.requireOpen();
    int shard = backend.routing().shardOf(operation);
    if (shard != Routing.SEVERAL) {
      return submitTo(shard, operation, level, timeoutNanos);
    }
    List<CompletableFuture<Answer>> parts = new ArrayList<>();
    for (int each : backend.routing().shardsOf(operation)) {
      Operation part = backend.routing().partFor(each, operation);
      parts.add(submitTo(each, part, level, timeoutNanos));
    }
    return CompletableFuture.allOf(parts.toArray(CompletableFuture[]::new))
        .handle((all, thrown) -> backend.routing().joinEnded(operation, parts));
  }

  private CompletableFuture<Answer> submitTo(
      int shard, Operation operation, Consistency level, long timeoutNanos) {
    try {
      Answer seen = readHere(shard, operation, level);
      if (seen != null) {
        return CompletableFuture.completedFuture(seen);
      }
      InFlight call = begin(shard, operation, level, timeoutNanos, true);
      submitted.set(shard, call.future());
      backend.giveUpAfter(call, timeoutNanos);
      CompletableFuture<Answer> told = new CompletableFuture<>();
      // The caller's code must not hold up the one who performs, or brings answers.
      Ends.then(
          call.future(),
          backend.executor(),
          (answer, thrown) -> {
            if (thrown == null) {
              told.complete(answer);
            } else {
              told.completeExceptionally(plain(thrown));
            }
          });
      return told;
    } catch (KVStoreException refused) {
      return CompletableFuture.failedFuture(refused);
    }
  }

  /** An operation that has begun, and how to give it up. */
  record InFlight(CompletableFuture<Answer> future, GivingUp givingUp, long timeoutNanos) {
    /** Ends the future, unless it has ended. */
    interface GivingUp {
      void giveUp(String why, @Nullable Throwable cause);
    }
  }

  private Answer await(InFlight call) {
    try {
      return call.future().get(call.timeoutNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException late) {
      call.givingUp().giveUp("no answer in time", null);
    } catch (InterruptedException interrupt) {
      call.givingUp().giveUp("the calling thread was interrupted", interrupt);
      Thread.currentThread().interrupt();
    } catch (ExecutionException failed) {
      throw plain(failed);
    }
    try {
      return call.future().join();
    } catch (CompletionException failed) {
      throw plain(failed);
    }
  }

  /** The failure itself, as one of the calling thread. */
  private static RuntimeException plain(Throwable thrown) {
    Throwable failure = thrown;
    while (failure instanceof ExecutionException || failure instanceof CompletionException) {
      failure = requireNonNull(failure.getCause());
    }
    return failure instanceof RuntimeException known ? known : new CompletionException(failure);
  }

  private InFlight begin(
      int shard, Operation operation, Consistency level, long timeoutNanos, boolean isAsync) {
    backend.flights().take();
    InFlight call = null;
    try {
      call =
          operation instanceof Query query && level != Consistency.LINEARIZABLE
              ? look(shard, query, level, timeoutNanos)
              : order(shard, operation, timeoutNanos, isAsync || isSubmitting(shard));
    } finally {
      if (call == null) {
        backend.flights().giveBack();
      }
    }
    Ends.then(call.future(), (answer, thrown) -> backend.flights().giveBack());
    return call;
  }

  /** Whether something was submitted and has not ended: what follows must not overtake it. */
  private boolean isSubmitting(int shard) {
    CompletableFuture<?> last = submitted.get(shard);
    return last != null && !last.isDone();
  }

  // Through the log

  private InFlight order(int shard, Operation operation, long timeoutNanos, boolean inOrder) {
    PendingOperation pending = new PendingOperation(operation);
    backend.requireFits(operation);
    if (inOrder) {
      backend.shard(shard).orderInOrder(pending);
    } else {
      backend.shard(shard).order(pending);
    }
    return new InFlight(
        pending.future().thenApply(done -> seen(shard, done)), pending::giveUp, timeoutNanos);
  }

  private Answer seen(int shard, Done done) {
    session.sawUpTo(shard, done.position());
    return done.answer();
  }

  // At one member

  private @Nullable Answer readHere(int shard, Operation operation, Consistency level) {
    ShardServer own = backend.shard(shard).members().own();
    if (own == null
        || !(operation instanceof Query query)
        || isSubmitting(shard)
        || (level != Consistency.LINEARIZABLE && !backend.isOwn(pinnedTo))) {
      return null;
    }
    long floor = session.positionIn(shard);
    Reply.Read read =
        level == Consistency.LINEARIZABLE
            ? own.readAlone(query, floor)
            : own.readNow(query, level == Consistency.EVENTUAL, floor);
    return read == null ? null : seen(shard, read);
  }

  private Answer seen(int shard, Reply.Read read) {
    session.sawUpTo(shard, read.position());
    return read.answer();
  }

  private InFlight look(int shard, Query query, Consistency level, long timeoutNanos) {
    Looking looking = new Looking(backend, this, shard, query, level, timeoutNanos);
    CompletableFuture<?> before = submitted.get(shard);
    if (before == null || before.isDone()) {
      looking.begin();
    } else {
      Ends.then(before, backend.executor(), (any, thrown) -> looking.begin());
    }
    return new InFlight(looking.future(), looking::giveUp, timeoutNanos);
  }

  /** Has the group's time go on, and ends with the position at which it did: for one who asks. */
  CompletableFuture<Long> tick(int shard) {
    PendingOperation tick = new PendingOperation(new Tick());
    backend.shard(shard).order(tick);
    return tick.future().thenApplyAsync(Done::position, backend.executor());
  }

  // The rest

  @Override
  public Feed watch(
      Range keys,
      Optional<WatchPosition> after,
      Optional<Feed.Listener> listener,
      long timeoutNanos) {
    backend.requireOpen();
    RatisFeed feed = new RatisFeed(backend, this, keys, after, listener);
    backend.remember(feed);
    try {
      feed.begin(timeoutNanos);
    } catch (RuntimeException | Error failed) {
      feed.close();
      throw failed;
    }
    return feed;
  }

  @Override
  public Position position() {
    return session.position(shard -> false);
  }

  @Override
  public Connection at(NodeId node) {
    backend.requireMember(node);
    return new RatisConnection(backend, session, Optional.of(node), preference, submitted);
  }

  /** The exception of a read that came to nothing. */
  static UnavailableException notRead(String why, @Nullable Throwable cause) {
    return new UnavailableException("a read failed: " + why + "; it can be tried again", cause);
  }
}
