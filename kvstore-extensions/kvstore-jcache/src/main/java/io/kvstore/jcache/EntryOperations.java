package io.kvstore.jcache;

import io.kvstore.Bytes;
import java.time.Instant;
import java.util.Optional;
import javax.cache.CacheException;
import javax.cache.event.EventType;

/**
 * How everything happens that happens to one entry: it is read; a {@link Step} is decided upon; the
 * writer is told; what was read is replaced, if it is still there; the listeners are told. Where
 * another client of the store has come between, all of that is done again.
 *
 * <p>From the writer to the listeners the lock of the key is held: so they are told of the changes
 * of one key in the order in which these were made. It is not held while a step is decided upon: a
 * loader or an entry processor that uses the cache itself holds up only its own caller.
 */
final class EntryOperations<K, V> {
  /** How often a step may find that another one has come between. */
  private static final int MOST_ATTEMPTS = 10_000;

  /** As what an operation counts beside its put or removal, and whether it is written through. */
  enum Mode {
    /** A hit or a miss. */
    READ,
    /** A hit, if the entry is there: its key was listed, and not asked for. */
    LISTED,
    /** Neither. */
    WRITE,
    /** Neither, and it has been written through together with others. */
    WRITTEN
  }

  private final Encoding<K> keys;
  private final Encoding<V> values;
  private final Entries entries;
  private final Expiry expiry;
  private final Writing<K, V> writing;
  private final Listeners<K, V> listeners;
  private final Statistics statistics;
  private final Expirations expirations;
  private final KeyLocks locks = new KeyLocks();

  EntryOperations(
      Encoding<K> keys,
      Encoding<V> values,
      Entries entries,
      Expiry expiry,
      Writing<K, V> writing,
      Listeners<K, V> listeners,
      Statistics statistics,
      Background background) {
    this.keys = keys;
    this.values = values;
    this.entries = entries;
    this.expiry = expiry;
    this.writing = writing;
    this.listeners = listeners;
    this.statistics = statistics;
    this.expirations = new Expirations(background, this::expireIfDue);
  }

  KeyLocks locks() {
    return locks;
  }

  /** Performs one operation on the entry of a key. */
  Outcome<V> perform(K key, Mode mode, Step.Decision<V> decision) {
    long beginNanos = statistics.begin();
    Bytes encoded = keys.encode(key);
    for (int i = 0; i < MOST_ATTEMPTS; i++) {
      Optional<Stored> found = entries.find(encoded);
      Optional<Stored> live = found.filter(stored -> !stored.isExpired());
      Step<V> step = decision.on(live);
      Optional<Outcome<V>> outcome =
          new Attempt(key, encoded, mode, found, live, step, beginNanos).run();
      if (outcome.isPresent()) {
        return outcome.get();
      }
    }
    throw new CacheException(
        "another client has changed the entry of "
            + key
            + " before this one could, "
            + MOST_ATTEMPTS
            + " times in a row");
  }

  /** Takes away an entry that has expired; returns when it does, if it has not. */
  private Optional<Instant> expireIfDue(Bytes key) {
    return locks.locked(
        key,
        () -> {
          Optional<Stored> found = entries.find(key);
          if (found.isPresent() && found.get().isExpired()) {
            if (entries.remove(key, found.get())) {
              listeners.tellExpired(key, found.get().value());
            }
            return Optional.empty();
          }
          return found.filter(Stored::isRetained).flatMap(Stored::expiresAt);
        });
  }

  /** One try at an operation, which began with what it has read. */
  private final class Attempt {
    private final K key;
    private final Bytes encoded;
    private final Mode mode;
    private final Optional<Stored> found; // as it was read
    private final Optional<Stored> live; // the same, unless it has expired
    private final Step<V> step;
    private final long beginNanos;

    Attempt(
        K key,
        Bytes encoded,
        Mode mode,
        Optional<Stored> found,
        Optional<Stored> live,
        Step<V> step,
        long beginNanos) {
      this.key = key;
      this.encoded = encoded;
      this.mode = mode;
      this.found = found;
      this.live = live;
      this.step = step;
      this.beginNanos = beginNanos;
    }

    /** What became of it; nothing when another client has come between. */
    Optional<Outcome<V>> run() {
      return switch (step.kind()) {
        case NONE -> none();
        case ACCESS -> access();
        case PUT, LOAD -> store(values.encode(step.value()));
        case REMOVE -> locks.locked(encoded, this::remove);
      };
    }

    private Optional<Outcome<V>> none() {
      Optional<Outcome<V>> outcome = done(false);
      if (found.isPresent() && live.isEmpty()) {
        expireIfDue(encoded);
      }
      return outcome;
    }

    private Optional<Outcome<V>> access() {
      Optional<Lifetime> lifetime = expiry.ofAccessed();
      Optional<Outcome<V>> outcome = done(false);
      lifetime.ifPresent(time -> setLifetime(live.orElseThrow(), time));
      return outcome;
    }

    /** Where another client has come between, it has decided how long the entry lives. */
    private void setLifetime(Stored entry, Lifetime lifetime) {
      if (lifetime.isOver()) {
        locks.locked(encoded, () -> expire(entry));
      } else if (entries.touch(encoded, entry, lifetime) && entry.isRetained()) {
        expirations.after(encoded, lifetime);
      }
    }

    private boolean expire(Stored entry) {
      boolean isGone = entries.remove(encoded, entry);
      if (isGone) {
        listeners.tellExpired(encoded, entry.value());
      }
      return isGone;
    }

    private Optional<Outcome<V>> store(Bytes value) {
      Lifetime lifetime =
          live.isEmpty()
              ? expiry.ofCreated()
              : expiry.ofUpdated().orElseGet(() -> Lifetime.until(live.get().expiresAt()));
      return locks.locked(
          encoded,
          () -> {
            if (!writeThrough()) {
              return Optional.empty();
            }
            return lifetime.isOver() ? expireAtOnce(value) : put(value, lifetime);
          });
    }

    private Optional<Outcome<V>> put(Bytes value, Lifetime lifetime) {
      boolean isRetained = lifetime.isLimited() && listeners.take(EventType.EXPIRED);
      if (!entries.put(encoded, found, value, lifetime, isRetained)) {
        return Optional.empty();
      }
      if (isRetained) {
        expirations.after(encoded, lifetime);
      }
      Optional<Outcome<V>> outcome = done(true);
      Failures failures = new Failures();
      if (live.isPresent()) {
        failures.caught(() -> listeners.tellUpdated(encoded, value, live.get().value()));
      } else {
        found.ifPresent(old -> failures.caught(() -> listeners.tellExpired(encoded, old.value())));
        failures.caught(() -> listeners.tellCreated(encoded, value));
      }
      failures.rethrow();
      return outcome;
    }

    /** An update was there for a moment, and is told as such; a new entry never was. */
    private Optional<Outcome<V>> expireAtOnce(Bytes value) {
      if (found.isPresent() && !entries.remove(encoded, found.get())) {
        return Optional.empty();
      }
      Optional<Outcome<V>> outcome = done(live.isPresent());
      Failures failures = new Failures();
      live.ifPresent(
          old -> failures.caught(() -> listeners.tellUpdated(encoded, value, old.value())));
      found.ifPresent(
          old ->
              failures.caught(
                  () -> listeners.tellExpired(encoded, live.isPresent() ? value : old.value())));
      failures.rethrow();
      return outcome;
    }

    private Optional<Outcome<V>> remove() {
      if (!writeThrough() || (found.isPresent() && !entries.remove(encoded, found.get()))) {
        return Optional.empty();
      }
      Optional<Outcome<V>> outcome = done(live.isPresent());
      if (live.isPresent()) {
        listeners.tellRemoved(encoded, live.get().value());
      } else {
        found.ifPresent(old -> listeners.tellExpired(encoded, old.value()));
      }
      return outcome;
    }

    /**
     * Tells the writer, if there is one.
     *
     * @return false when another client has come between: the writer was told nothing then
     */
    private boolean writeThrough() {
      if (!writing.isOn() || mode == Mode.WRITTEN || !step.isWrittenThrough()) {
        return true;
      }
      if (!entries.find(encoded).map(Stored::version).equals(found.map(Stored::version))) {
        return false;
      }
      if (step.kind() == Step.Kind.REMOVE) {
        writing.delete(key);
      } else {
        writing.write(key, step.value());
      }
      return true;
    }

    /** Counts it: before listeners are told, which may throw. */
    private Optional<Outcome<V>> done(boolean isDone) {
      if (mode == Mode.READ || (mode == Mode.LISTED && live.isPresent())) {
        statistics.countRead(live.isPresent(), beginNanos);
      }
      if (isDone && step.kind() == Step.Kind.PUT) {
        statistics.countPut(beginNanos);
      } else if (isDone && step.kind() == Step.Kind.REMOVE) {
        statistics.countRemoval(beginNanos);
      }
      return Optional.of(new Outcome<>(step, live, isDone));
    }
  }
}
