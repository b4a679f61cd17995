package io.kvstore;

import static java.util.Objects.requireNonNull;

import io.kvstore.spi.Range;
import java.util.Optional;

/**
 * Which entries to list: a range or a prefix of keys, in their order, up to a limit.
 *
 * <pre>{@code
 * Scan<String> users = Scan.prefix("user/");
 * List<Item<String, String>> page = store.scan(users.limit(100));
 * List<Item<String, String>> next = store.scan(users.startAfter(page.get(99).key()).limit(100));
 * }</pre>
 *
 * <p>{@link KVStore#stream} fetches such pages one after the other.
 *
 * @param <K> the type of keys
 */
public final class Scan<K> {
  /** A bound that is not empty: a range from it to it has nothing. */
  private static final Bytes SOME_KEY = Bytes.of((byte) 0);

  private final Optional<K> prefix;
  private final Optional<K> from;
  private final Optional<K> after;
  private final Optional<K> to;
  private final int limit;
  private final boolean isOneKey;

  private Scan(
      Optional<K> prefix,
      Optional<K> from,
      Optional<K> after,
      Optional<K> to,
      int limit,
      boolean isOneKey) {
    this.prefix = prefix;
    this.from = from;
    this.after = after;
    this.to = to;
    this.limit = limit;
    this.isOneKey = isOneKey;
  }

  private static <K> Scan<K> of(Optional<K> prefix, Optional<K> from, boolean isOneKey) {
    return new Scan<>(
        prefix, from, Optional.empty(), Optional.empty(), Integer.MAX_VALUE, isOneKey);
  }

  /** Every key. */
  public static <K> Scan<K> all() {
    return of(Optional.empty(), Optional.empty(), false);
  }

  /** Just this key. */
  public static <K> Scan<K> key(K key) {
    return of(Optional.empty(), Optional.of(requireNonNull(key, "key")), true);
  }

  /** The keys whose encoding begins with the encoding of this one. */
  public static <K> Scan<K> prefix(K prefix) {
    return of(Optional.of(requireNonNull(prefix, "prefix")), Optional.empty(), false);
  }

  /** The keys from the first on, up to but without the second. */
  public static <K> Scan<K> range(K from, K to) {
    return from(from).until(to);
  }

  /** The keys from this one on. */
  public static <K> Scan<K> from(K from) {
    return of(Optional.empty(), Optional.of(requireNonNull(from, "from")), false);
  }

  /** The keys after this one. */
  public static <K> Scan<K> after(K last) {
    return Scan.<K>all().startAfter(last);
  }

  /** The same, but only keys after this one: how to go on where the last page ended. */
  public Scan<K> startAfter(K last) {
    return new Scan<>(prefix, from, Optional.of(requireNonNull(last, "last")), to, limit, isOneKey);
  }

  /** The same, but only keys before this one. */
  public Scan<K> until(K to) {
    return new Scan<>(prefix, from, after, Optional.of(requireNonNull(to, "to")), limit, isOneKey);
  }

  /** The same, but at most so many entries. */
  public Scan<K> limit(int entries) {
    if (entries < 1) {
      throw new IllegalArgumentException("a scan's limit must be at least 1, not " + entries);
    }
    return new Scan<>(prefix, from, after, to, entries, isOneKey);
  }

  int limit() {
    return limit;
  }

  /** The operation that an engine performs. */
  Range encoded(Codec<K> codec) {
    Bytes first = prefix.or(() -> from).map(codec::encode).orElse(Bytes.EMPTY);
    Bytes end = Bytes.EMPTY; // which stands for none
    if (isOneKey) {
      end = next(first);
    } else if (prefix.isPresent()) {
      end = first.afterPrefix();
    }
    if (to.isPresent()) {
      Bytes before = codec.encode(to.get());
      if (before.isEmpty()) {
        return new Range(SOME_KEY, SOME_KEY, limit);
      }
      end = end.isEmpty() || before.compareTo(end) < 0 ? before : end;
    }
    if (after.isPresent()) {
      Bytes begin = next(codec.encode(after.get()));
      first = begin.compareTo(first) > 0 ? begin : first;
    }
    boolean isEmpty = !end.isEmpty() && first.compareTo(end) >= 0;
    return isEmpty ? new Range(SOME_KEY, SOME_KEY, limit) : new Range(first, end, limit);
  }

  /** The first of all keys after a key. */
  private static Bytes next(Bytes key) {
    return key.concat(Bytes.of((byte) 0));
  }
}
