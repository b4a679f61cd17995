package io.kvstore;

import static java.util.Objects.requireNonNull;

import io.kvstore.spi.Range;
import java.util.Optional;

/**
 * Which entries to list: a range or a prefix of keys, in their order, up to a limit.
 *
 * <pre>{@code
 * List<Item<String, String>> page = store.scan(Scan.<String>prefix("user/").limit(100));
 * List<Item<String, String>> next = store.scan(Scan.<String>after(page.get(99).key()).limit(100));
 * }</pre>
 *
 * @param <K> the type of keys
 */
public final class Scan<K> {
  /** A bound that is not empty: a range from it to it has nothing. */
  private static final Bytes SOME_KEY = Bytes.of((byte) 0);

  private final Optional<K> prefix;
  private final Optional<K> from;
  private final boolean fromIsExcluded;
  private final Optional<K> to;
  private final int limit;
  private final boolean isOneKey;

  private Scan(
      Optional<K> prefix, Optional<K> from, boolean fromIsExcluded, Optional<K> to, int limit) {
    this(prefix, from, fromIsExcluded, to, limit, false);
  }

  private Scan(
      Optional<K> prefix,
      Optional<K> from,
      boolean fromIsExcluded,
      Optional<K> to,
      int limit,
      boolean isOneKey) {
    this.isOneKey = isOneKey;
    this.prefix = prefix;
    this.from = from;
    this.fromIsExcluded = fromIsExcluded;
    this.to = to;
    this.limit = limit;
  }

  /** Every key. */
  public static <K> Scan<K> all() {
    return new Scan<>(
        Optional.empty(), Optional.empty(), false, Optional.empty(), Integer.MAX_VALUE);
  }

  /** Just this key. */
  public static <K> Scan<K> key(K key) {
    return new Scan<>(
        Optional.empty(),
        Optional.of(requireNonNull(key, "key")),
        false,
        Optional.empty(),
        Integer.MAX_VALUE,
        true);
  }

  /** The keys whose encoding begins with the encoding of this one. */
  public static <K> Scan<K> prefix(K prefix) {
    return new Scan<>(
        Optional.of(requireNonNull(prefix, "prefix")),
        Optional.empty(),
        false,
        Optional.empty(),
        Integer.MAX_VALUE);
  }

  /** The keys from the first on, up to but without the second. */
  public static <K> Scan<K> range(K from, K to) {
    return new Scan<>(
        Optional.empty(),
        Optional.of(requireNonNull(from, "from")),
        false,
        Optional.of(requireNonNull(to, "to")),
        Integer.MAX_VALUE);
  }

  /** The keys from this one on. */
  public static <K> Scan<K> from(K from) {
    return new Scan<>(
        Optional.empty(),
        Optional.of(requireNonNull(from, "from")),
        false,
        Optional.empty(),
        Integer.MAX_VALUE);
  }

  /** The keys after this one: how to go on where the last page ended. */
  public static <K> Scan<K> after(K last) {
    return new Scan<>(
        Optional.empty(),
        Optional.of(requireNonNull(last, "last")),
        true,
        Optional.empty(),
        Integer.MAX_VALUE);
  }

  /** The same, but only keys before this one. */
  public Scan<K> until(K to) {
    return new Scan<>(
        prefix, from, fromIsExcluded, Optional.of(requireNonNull(to, "to")), limit, isOneKey);
  }

  /** The same, but at most so many entries. */
  public Scan<K> limit(int entries) {
    if (entries < 1) {
      throw new IllegalArgumentException("a scan's limit must be at least 1, not " + entries);
    }
    return new Scan<>(prefix, from, fromIsExcluded, to, entries, isOneKey);
  }

  /** The operation that an engine performs. */
  Range encoded(Codec<K> codec) {
    Bytes first = prefix.or(() -> from).map(codec::encode).orElse(Bytes.EMPTY);
    if (fromIsExcluded) {
      first = first.concat(Bytes.of((byte) 0));
    }
    Bytes end = to.map(codec::encode).orElse(Bytes.EMPTY);
    if (isOneKey) {
      Bytes afterIt = first.concat(Bytes.of((byte) 0));
      end = end.isEmpty() || afterIt.compareTo(end) < 0 ? afterIt : end;
    }
    if (prefix.isPresent()) {
      Bytes afterPrefix = first.afterPrefix();
      end =
          end.isEmpty() || (!afterPrefix.isEmpty() && afterPrefix.compareTo(end) < 0)
              ? afterPrefix
              : end;
    }
    boolean empty = to.isPresent() && first.compareTo(codec.encode(to.get())) >= 0;
    return empty ? new Range(SOME_KEY, SOME_KEY, limit) : new Range(first, end, limit);
  }
}
