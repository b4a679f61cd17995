package io.kvstore;

import static java.util.Objects.requireNonNull;

import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Nanos;
import io.kvstore.spi.Write;
import java.time.Duration;
import java.util.Optional;

/**
 * A write in full: what to do to the entry of a key, and on which condition.
 *
 * <pre>{@code
 * store.update(Update.put("lock", "me").ifAbsent().lifetime(Duration.ofSeconds(10)));
 * store.batch(List.of(Update.remove("from").ifPresent(), Update.put("to", "x")));
 * }</pre>
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class Update<K, V> {
  private enum Kind {
    PUT,
    REMOVE,
    ADD,
    APPEND,
    PREPEND,
    TOUCH
  }

  private enum When {
    ALWAYS,
    ABSENT,
    PRESENT,
    VERSION,
    VALUE
  }

  private final K key;
  private final Kind kind;
  private final Optional<V> value;
  private final long delta;
  private final int flags;
  private final Optional<Duration> lifetime;
  private final When when;
  private final long version;
  private final Optional<V> expected;

  private Update(
      K key,
      Kind kind,
      Optional<V> value,
      long delta,
      int flags,
      Optional<Duration> lifetime,
      When when,
      long version,
      Optional<V> expected) {
    this.key = requireNonNull(key, "key");
    this.kind = kind;
    this.value = value;
    this.delta = delta;
    this.flags = flags;
    this.lifetime = lifetime;
    this.when = when;
    this.version = version;
    this.expected = expected;
  }

  private static <K, V> Update<K, V> of(K key, Kind kind, Optional<V> value, long delta) {
    return new Update<>(
        key, kind, value, delta, 0, Optional.empty(), When.ALWAYS, 0, Optional.empty());
  }

  /** Sets the value of a key. */
  public static <K, V> Update<K, V> put(K key, V value) {
    return of(key, Kind.PUT, Optional.of(requireNonNull(value, "value")), 0);
  }

  /** Takes a key away, if it is there. */
  public static <K, V> Update<K, V> remove(K key) {
    return of(key, Kind.REMOVE, Optional.empty(), 0);
  }

  /** Adds to the number under a key; where there is none, to zero. */
  public static <K, V> Update<K, V> add(K key, long delta) {
    return of(key, Kind.ADD, Optional.empty(), delta);
  }

  /** Puts a tail behind the value, byte for byte; where there is none, behind nothing. */
  public static <K, V> Update<K, V> append(K key, V tail) {
    return of(key, Kind.APPEND, Optional.of(requireNonNull(tail, "tail")), 0);
  }

  /** Puts a head before the value, byte for byte; where there is none, before nothing. */
  public static <K, V> Update<K, V> prepend(K key, V head) {
    return of(key, Kind.PREPEND, Optional.of(requireNonNull(head, "head")), 0);
  }

  /** Sets how long an entry that is there lives from now on. */
  public static <K, V> Update<K, V> touch(K key, Duration lifetime) {
    return Update.<K, V>of(key, Kind.TOUCH, Optional.empty(), 0).lifetime(lifetime).ifPresent();
  }

  /**
   * The same, but the entry of a put expires after this time; that of an add does, where the add
   * makes it: one that was there keeps its lifetime.
   */
  public Update<K, V> lifetime(Duration time) {
    if (kind != Kind.PUT && kind != Kind.TOUCH && kind != Kind.ADD) {
      throw new IllegalStateException(
          "a lifetime belongs to a put, a touch or an add, not to " + kind);
    }
    Optional<Duration> limited = Optional.of(Coder.requirePositive("lifetime", time));
    return new Update<>(key, kind, value, delta, flags, limited, when, version, expected);
  }

  /** The same, but a put keeps these 32 bits with the value. */
  public Update<K, V> flags(int bits) {
    if (kind != Kind.PUT) {
      throw new IllegalStateException("flags belong to a put, not to " + kind);
    }
    return new Update<>(key, kind, value, delta, bits, lifetime, when, version, expected);
  }

  /** The same, but only where there is no entry. */
  public Update<K, V> ifAbsent() {
    return when(When.ABSENT, 0, Optional.empty());
  }

  /** The same, but only where there is an entry. */
  public Update<K, V> ifPresent() {
    return when(When.PRESENT, 0, Optional.empty());
  }

  /** The same, but only where the entry has this version. */
  public Update<K, V> ifVersion(long wanted) {
    return when(When.VERSION, wanted, Optional.empty());
  }

  /** The same, but only where the entry has this value. */
  public Update<K, V> ifValue(V wanted) {
    return when(When.VALUE, 0, Optional.of(requireNonNull(wanted, "wanted")));
  }

  private Update<K, V> when(When condition, long wantedVersion, Optional<V> wantedValue) {
    return new Update<>(
        key, kind, value, delta, flags, lifetime, condition, wantedVersion, wantedValue);
  }

  K key() {
    return key;
  }

  /** The same; refused if it has a condition, which a write of a transaction has not. */
  Update<K, V> requireUnconditional() {
    boolean isOfTouch = kind == Kind.TOUCH && when == When.PRESENT;
    if (when != When.ALWAYS && !isOfTouch) {
      throw new IllegalArgumentException(
          "a write of a transaction has no condition of its own, and that of key "
              + key
              + " has one: say it of the transaction, as ifAbsent(key)");
    }
    return this;
  }

  /** The same write as a part of a transaction. */
  Write encodedAlways(Coder<K, V> coder) {
    return new Write(coder.key(key), Condition.ALWAYS, change(coder));
  }

  /** The operation that an engine performs. */
  Write encoded(Coder<K, V> coder) {
    return new Write(coder.key(key), condition(coder), change(coder));
  }

  private Condition condition(Coder<K, V> coder) {
    return switch (when) {
      case ALWAYS -> Condition.ALWAYS;
      case ABSENT -> Condition.ABSENT;
      case PRESENT -> Condition.PRESENT;
      case VERSION -> new Condition.VersionIs(version);
      case VALUE -> new Condition.ValueIs(coder.value(expected.orElseThrow()));
    };
  }

  private Change change(Coder<K, V> coder) {
    return switch (kind) {
      case PUT -> new Change.Put(coder.value(value.orElseThrow()), flags, lifetimeNanos());
      case REMOVE -> Change.REMOVE;
      case ADD -> new Change.Add(delta, coder.requireNumberFormat(), lifetimeNanos());
      case APPEND -> new Change.Append(coder.value(value.orElseThrow()));
      case PREPEND -> new Change.Prepend(coder.value(value.orElseThrow()));
      case TOUCH -> new Change.Touch(lifetimeNanos());
    };
  }

  private long lifetimeNanos() {
    return lifetime.map(Nanos::of).orElse(Change.FOREVER);
  }
}
