package io.kvstore;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * The values that are being loaded by the clients of one store: each key by one of them, for whom
 * the others wait.
 */
final class Loads<V> {
  /** A load, and when it began. */
  static final class Load<V> {
    private final Bytes key;
    private final CompletableFuture<V> result = new CompletableFuture<>();
    private final long begunAt;

    Load(Bytes key, long begunAt) {
      this.key = key;
      this.begunAt = begunAt;
    }
  }

  private final Map<Bytes, Load<V>> underWay = new ConcurrentHashMap<>();

  /**
   * The load of a key that is under way, or one that begins now.
   *
   * @param begun is run if one begins
   * @param patienceNanos after so long a load is waited for no more: the next begins, and whoever
   *     waits for the other gets its value
   */
  Load<V> join(Bytes key, long patienceNanos, Runnable begun) {
    long now = System.nanoTime();
    Load<V> own = new Load<>(key, now);
    Load<V> joined =
        underWay.merge(
            key,
            own,
            (before, next) -> {
              if (now - before.begunAt < patienceNanos) {
                return before;
              }
              Future<V> unused =
                  next.result.whenComplete((value, thrown) -> pass(before, value, thrown));
              return next;
            });
    if (joined == own) {
      begun.run();
    }
    return joined;
  }

  private static <V> void pass(Load<V> to, V value, Throwable thrown) {
    if (thrown == null) {
      to.result.complete(value);
    } else {
      to.result.completeExceptionally(thrown);
    }
  }

  /** A load has ended with a value, which its callers get. */
  void loaded(Load<V> load, V value) {
    underWay.remove(load.key, load);
    load.result.complete(value);
  }

  /** A load has failed, of which its callers are told. */
  void failed(Load<V> load, Throwable cause) {
    underWay.remove(load.key, load);
    load.result.completeExceptionally(cause);
  }

  /** The value of a load that another caller has begun. */
  static <V> V await(Load<V> load, Object key, long timeoutNanos) {
    try {
      return load.result.get(timeoutNanos, TimeUnit.NANOSECONDS);
    } catch (ExecutionException failed) {
      throw failure(key, requireNonNull(failed.getCause()));
    } catch (TimeoutException late) {
      throw new UnavailableException(
          "the value of key "
              + key
              + " is being loaded by another caller, whose loader has not returned in time; nothing"
              + " was applied: try again, which loads it once that one has taken as long");
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new UnavailableException(
          "interrupted while another caller loads the value of key "
              + key
              + "; nothing was applied, and that load goes on: try again, which waits for it or"
              + " finds its value");
    }
  }

  /** The same by a future. */
  static <V> CompletableFuture<V> await(Load<V> load, Object key) {
    return load.result.handle(
        (value, thrown) -> {
          if (thrown != null) {
            throw failure(key, causeOf(thrown));
          }
          return value;
        });
  }

  /** What was thrown, without what futures put around it. */
  static Throwable causeOf(Throwable thrown) {
    return thrown instanceof CompletionException && thrown.getCause() != null
        ? thrown.getCause()
        : thrown;
  }

  private static LoadException failure(Object key, Throwable cause) {
    return new LoadException(
        "the value of key " + key + " could not be loaded by another caller: " + cause, cause);
  }
}
