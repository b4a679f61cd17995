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
 * loader or an entry processor that uses the cache itself holds up none but its own caller.
 */
final class EntryOperations<K, V> {
  /** How often a step may find that another one has come between. */
  private static final int MOST_ATTEMPTS = 10_000;

  /** How an operation counts, and whether it is written through. */
  enum Mode {
    /** It counts as a hit or a miss. */
    READ,
    /** It does not. */
    WRITE,
    /** It does not, and it has been written through with others together. */
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
    this.expirations = new Expirations(background, this::expire);
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
  private Optional<Instant> expire(Bytes key) {
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
    private final Optional<Stored> found;
    private final Optional<Stored> live;
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
        expire(encoded);
      }
      return outcome;
    }

    private Optional<Outcome<V>> access() {
      Optional<Lifetime> lifetime = expiry.ofAccessed();
      lifetime.ifPresent(time -> locks.locked(encoded, () -> extend(time)));
      return done(false);
    }

    /** Where another client has come between, it has decided how long the entry lives. */
    private boolean extend(Lifetime lifetime) {
      Stored entry = live.orElseThrow();
      if (lifetime.isOver()) {
        boolean isGone = entries.remove(encoded, entry);
        if (isGone) {
          listeners.tellExpired(encoded, entry.value());
        }
        return isGone;
      }
      boolean isExtended = entries.touch(encoded, entry, lifetime);
      if (isExtended && entry.isRetained()) {
        expirations.after(encoded, lifetime);
      }
      return isExtended;
    }

    private Optional<Outcome<V>> store(Bytes value) {
      Lifetime lifetime =
          live.isEmpty()
              ? expiry.ofCreated()
              : expiry.ofUpdated().orElseGet(() -> Lifetime.until(live.get().expiresAt()));
      return locks.locked(
          encoded,
          () -> {
            if (!isStillSoWhenWritten()) {
              return Optional.empty();
            }
            return lifetime.isOver() ? pass(value) : keep(value, lifetime);
          });
    }

    /** Stores a value. */
    private Optional<Outcome<V>> keep(Bytes value, Lifetime lifetime) {
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

    /** Stores nothing, since the value has expired at once; it was there if another one was. */
    private Optional<Outcome<V>> pass(Bytes value) {
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
      if (!isStillSoWhenWritten() || (found.isPresent() && !entries.remove(encoded, found.get()))) {
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

    /** Writes through, if that is to be done; not when another client has come between by now. */
    private boolean isStillSoWhenWritten() {
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
      if (mode == Mode.READ) {
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
