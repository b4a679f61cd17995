package io.kvstore;

import static java.util.Objects.requireNonNull;

import io.kvstore.Codec.NumberFormat;
import io.kvstore.spi.Capacity;
import io.kvstore.spi.Entry;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The codecs and limits of a store: what turns its keys and values into bytes that are short
 * enough, and back.
 */
record Coder<K, V>(Codec<K> keys, Codec<V> values, Limits limits) {

  Bytes key(K key) {
    Bytes bytes = keys.encode(requireNonNull(key, "key"));
    if (bytes.size() > limits.keyBytes()) {
      throw new IllegalArgumentException(
          "the key "
              + bytes
              + " has "
              + bytes.size()
              + " bytes, the limit is "
              + limits.keyBytes()
              + ": shorten it, or raise Limits.keyBytes");
    }
    return bytes;
  }

  Bytes value(V value) {
    Bytes bytes = values.encode(requireNonNull(value, "value"));
    if (bytes.size() > limits.valueBytes()) {
      throw new IllegalArgumentException(
          "the value has "
              + bytes.size()
              + " bytes, the limit is "
              + limits.valueBytes()
              + ": split it, or raise Limits.valueBytes");
    }
    return bytes;
  }

  NumberFormat requireNumberFormat() {
    NumberFormat format = values.numberFormat();
    if (format == NumberFormat.NONE) {
      throw new UnsupportedOperationException(
          "add needs values that are numbers, and "
              + values
              + " has none: use Codecs.LONG or Codecs.STRING");
    }
    return format;
  }

  /** The key that these bytes encode, in the answer to a read. */
  K decodedKey(Bytes bytes) {
    return decoded("key", keys, bytes, false);
  }

  /**
   * The value that these bytes encode.
   *
   * @param wasApplied whether they come from the answer to a write that was applied
   */
  V decodedValue(Bytes bytes, boolean wasApplied) {
    return decoded("value", values, bytes, wasApplied);
  }

  private static <T> T decoded(String what, Codec<T> codec, Bytes bytes, boolean wasApplied) {
    try {
      return requireNonNull(codec.decode(bytes), "the codec decodes it to null");
    } catch (RuntimeException unreadable) {
      throw new UndecodableException(
          "the operation was answered, but the "
              + what
              + " "
              + bytes
              + " in the answer cannot be decoded: "
              + unreadable.getMessage()
              + (wasApplied ? "; the write was applied" : "; nothing was changed")
              + ": read it with Codecs.BYTES, or with the codec that wrote it",
          wasApplied,
          unreadable);
    }
  }

  Optional<V> decode(@Nullable Entry entry, boolean wasApplied) {
    return entry == null
        ? Optional.empty()
        : Optional.of(decodedValue(entry.presentValue(), wasApplied));
  }

  Optional<Versioned<V>> versioned(@Nullable Entry entry, boolean wasApplied) {
    if (entry == null) {
      return Optional.empty();
    }
    Optional<Instant> expiry =
        entry.expiresAt() == Entry.NEVER
            ? Optional.empty()
            : Optional.of(instantOf(entry.expiresAt()));
    return Optional.of(
        new Versioned<>(
            decodedValue(entry.presentValue(), wasApplied),
            entry.version(),
            entry.flags(),
            expiry));
  }

  private static Instant instantOf(long nanosSince1970) {
    return Instant.ofEpochSecond(nanosSince1970 / 1_000_000_000, nanosSince1970 % 1_000_000_000);
  }

  /** A store is bounded by entries or by bytes, not by both. */
  static Capacity requireOneUnit(Optional<Capacity> before, Capacity now) {
    before
        .filter(other -> other.unit() != now.unit())
        .ifPresent(
            other -> {
              throw new IllegalStateException(
                  other + " was said before " + now + ": a store is bounded by one of the two");
            });
    return now;
  }

  static Duration requirePositive(String name, Duration duration) {
    if (requireNonNull(duration, name).isNegative() || duration.isZero()) {
      throw new IllegalArgumentException("a " + name + " must be positive, not " + duration);
    }
    return duration;
  }
}
