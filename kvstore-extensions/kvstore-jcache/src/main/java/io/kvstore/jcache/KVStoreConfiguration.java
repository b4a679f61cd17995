package io.kvstore.jcache;

import static java.util.Objects.requireNonNull;

import io.kvstore.Consistency;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import javax.cache.configuration.CompleteConfiguration;
import javax.cache.configuration.MutableConfiguration;
import org.jspecify.annotations.Nullable;

/**
 * The configuration of a cache that has a consistency or a number of shards of its own. Caches that
 * are configured otherwise have those of their manager.
 *
 * <pre>{@code
 * KVStoreConfiguration<String, Long> visits = new KVStoreConfiguration<>();
 * visits.setConsistency(Consistency.EVENTUAL).setShards(4).setTypes(String.class, Long.class);
 * Cache<String, Long> cache = manager.createCache("visits", visits);
 * }</pre>
 *
 * <p>How many replicas there are belongs to the manager: its caches are on the same nodes.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 */
public final class KVStoreConfiguration<K, V> extends MutableConfiguration<K, V> {
  private static final long serialVersionUID = 1L;

  private @Nullable Consistency consistency; // null: that of the manager
  private int shards; // 0: as many as the manager says

  /** A configuration that says nothing yet. */
  public KVStoreConfiguration() {}

  /** A copy of another configuration, with what it says of this class's own settings, too. */
  public KVStoreConfiguration(CompleteConfiguration<K, V> other) {
    super(other);
    if (other instanceof KVStoreConfiguration<K, V> own) {
      consistency = own.consistency;
      shards = own.shards;
    }
  }

  /** What clients of the cache may observe. */
  public KVStoreConfiguration<K, V> setConsistency(Consistency level) {
    consistency = requireNonNull(level, "consistency");
    return this;
  }

  /**
   * Into how many parts the keys are split, each replicated by itself.
   *
   * @throws IllegalArgumentException when it is less than one
   */
  public KVStoreConfiguration<K, V> setShards(int number) {
    if (number < 1) {
      throw new IllegalArgumentException("shards must be at least 1, not " + number);
    }
    shards = number;
    return this;
  }

  /** What was said of the consistency. */
  public Optional<Consistency> getConsistency() {
    return Optional.ofNullable(consistency);
  }

  /** What was said of the number of shards. */
  public OptionalInt getShards() {
    return shards == 0 ? OptionalInt.empty() : OptionalInt.of(shards);
  }

  @Override
  public boolean equals(Object other) {
    return super.equals(other)
        && other instanceof KVStoreConfiguration<?, ?> that
        && consistency == that.consistency
        && shards == that.shards;
  }

  @Override
  public int hashCode() {
    return Objects.hash(super.hashCode(), consistency, shards);
  }
}
