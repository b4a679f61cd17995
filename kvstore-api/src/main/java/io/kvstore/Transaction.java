package io.kvstore;

import static java.util.Objects.requireNonNull;

import io.kvstore.spi.Condition;
import io.kvstore.spi.Get;
import io.kvstore.spi.Step;
import io.kvstore.spi.Transaction.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/**
 * What a store does as one: if conditions hold, reads and writes; or else other reads and writes.
 *
 * <pre>{@code
 * Transacted<String, String> booked = store.transact(tx -> tx
 *     .ifValue("seat 12", "free")
 *     .ifAbsent("closed")
 *     .then(Update.put("seat 12", "Ada"), Update.add("sold", 1))
 *     .otherwiseGet("seat 12"));
 * }</pre>
 *
 * <p>All conditions are looked at first. What follows is done in the order in which it is named: a
 * read sees what the writes before it have made. Without conditions, all of them hold.
 *
 * <p>Immutable: each method answers another one.
 *
 * @param <K> the type of keys
 * @param <V> the type of values
 * @see KVStore#transact
 */
public final class Transaction<K, V> {
  /** A condition on a key. */
  private record If<K, V>(K key, Function<Coder<K, V>, Condition> condition) {
    Requirement encoded(Coder<K, V> coder) {
      return new Requirement(coder.key(key), condition.apply(coder));
    }
  }

  /** A write, or a read if there is none. */
  private record Act<K, V>(K key, Optional<Update<K, V>> update) {
    Step encoded(Coder<K, V> coder) {
      return update.isPresent() ? update.get().encodedAlways(coder) : new Get(coder.key(key));
    }
  }

  private final List<If<K, V>> conditions;
  private final List<Act<K, V>> then;
  private final List<Act<K, V>> otherwise;

  private Transaction(List<If<K, V>> conditions, List<Act<K, V>> then, List<Act<K, V>> otherwise) {
    this.conditions = conditions;
    this.then = then;
    this.otherwise = otherwise;
  }

  /** One of which nothing is said yet, as this says more of it. */
  static <K, V> Transaction<K, V> described(UnaryOperator<Transaction<K, V>> by) {
    Transaction<K, V> described =
        requireNonNull(
            requireNonNull(by, "transaction")
                .apply(new Transaction<>(List.of(), List.of(), List.of())),
            "what describes the transaction");
    if (described.conditions.isEmpty()
        && described.then.isEmpty()
        && described.otherwise.isEmpty()) {
      throw new IllegalArgumentException(
          "a transaction without a condition, a read and a write does nothing: say what it does"
              + " with then(Update...) or thenGet(key)");
    }
    return described;
  }

  // Conditions

  /** The same, but only if there is no entry of this key. */
  public Transaction<K, V> ifAbsent(K key) {
    return when(key, coder -> Condition.ABSENT);
  }

  /** The same, but only if there is an entry of this key. */
  public Transaction<K, V> ifPresent(K key) {
    return when(key, coder -> Condition.PRESENT);
  }

  /** The same, but only if the entry of this key has this version. */
  public Transaction<K, V> ifVersion(K key, long version) {
    return when(key, coder -> new Condition.VersionIs(version));
  }

  /** The same, but only if the entry of this key has this value. */
  public Transaction<K, V> ifValue(K key, V value) {
    requireNonNull(value, "value");
    return when(key, coder -> new Condition.ValueIs(coder.value(value)));
  }

  private Transaction<K, V> when(K key, Function<Coder<K, V>, Condition> condition) {
    return new Transaction<>(
        with(conditions, new If<>(requireNonNull(key, "key"), condition)), then, otherwise);
  }

  // What is done

  /**
   * The same, which then writes, if all conditions hold.
   *
   * @throws IllegalArgumentException when a write has a condition of its own
   */
  @SafeVarargs
  public final Transaction<K, V> then(Update<K, V>... writes) {
    List<Act<K, V>> acts = new ArrayList<>(then);
    for (Update<K, V> write : writes) {
      acts.add(act(write));
    }
    return new Transaction<>(conditions, List.copyOf(acts), otherwise);
  }

  /** The same, which then reads a key, if all conditions hold. */
  public Transaction<K, V> thenGet(K key) {
    return new Transaction<>(conditions, with(then, read(key)), otherwise);
  }

  /**
   * The same, which writes if some condition does not hold.
   *
   * @throws IllegalArgumentException when a write has a condition of its own
   */
  @SafeVarargs
  public final Transaction<K, V> otherwise(Update<K, V>... writes) {
    List<Act<K, V>> acts = new ArrayList<>(otherwise);
    for (Update<K, V> write : writes) {
      acts.add(act(write));
    }
    return new Transaction<>(conditions, then, List.copyOf(acts));
  }

  /** The same, which reads a key if some condition does not hold. */
  public Transaction<K, V> otherwiseGet(K key) {
    return new Transaction<>(conditions, then, with(otherwise, read(key)));
  }

  private static <K, V> Act<K, V> act(Update<K, V> write) {
    return new Act<>(write.requireUnconditional().key(), Optional.of(write));
  }

  private static <K, V> Act<K, V> read(K key) {
    return new Act<>(requireNonNull(key, "key"), Optional.empty());
  }

  private static <T> List<T> with(List<T> some, T another) {
    List<T> all = new ArrayList<>(some);
    all.add(another);
    return List.copyOf(all);
  }

  // Between bytes and types

  /** The operation that an engine performs. */
  io.kvstore.spi.Transaction encoded(Coder<K, V> coder) {
    return new io.kvstore.spi.Transaction(
        conditions.stream().map(condition -> condition.encoded(coder)).toList(),
        then.stream().map(act -> act.encoded(coder)).toList(),
        otherwise.stream().map(act -> act.encoded(coder)).toList());
  }

  /** The key of one of the reads and writes. */
  K key(boolean isOfThen, int number) {
    return (isOfThen ? then : otherwise).get(number).key();
  }
}
