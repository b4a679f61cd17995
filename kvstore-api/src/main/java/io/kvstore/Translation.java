package io.kvstore;

import static java.util.Objects.requireNonNull;

import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Feed;
import io.kvstore.spi.Feed.Effect;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Range;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Between typed calls and operations on bytes: what both faces of a store ask, and what they make
 * of the answers.
 */
final class Translation<K, V> {
  private final Coder<K, V> coder;

  Translation(Coder<K, V> coder) {
    this.coder = coder;
  }

  Coder<K, V> coder() {
    return coder;
  }

  Codec<V> values() {
    return coder.values();
  }

  static void requireAtMost(Consistency asked, Consistency promised) {
    if (!promised.isAtLeast(requireNonNull(asked, "level"))) {
      throw new IllegalArgumentException(
          "a store at "
              + promised
              + " cannot answer a read at "
              + asked
              + ": ask for "
              + promised
              + " or weaker");
    }
  }

  // Questions

  Get get(K key) {
    return new Get(coder.key(key));
  }

  GetMany getMany(Collection<? extends K> keys) {
    return new GetMany(keys.stream().<Bytes>map(coder::key).distinct().toList());
  }

  Range watched(Scan<K> keys) {
    Range range = keys.encoded(coder.keys());
    if (range.limit() != Integer.MAX_VALUE) {
      throw new IllegalArgumentException(
          "a watch has no limit: leave limit(" + range.limit() + ") out");
    }
    return range;
  }

  Range range(Scan<K> scan) {
    return scan.encoded(coder.keys());
  }

  /** The commonest write, without the detour over {@link Update}. */
  Write put(K key, V value) {
    return new Write(
        coder.key(key), Condition.ALWAYS, new Change.Put(coder.value(value), 0, Change.FOREVER));
  }

  Write write(Update<K, V> update) {
    return update.encoded(coder);
  }

  Batch batch(List<Update<K, V>> updates) {
    return new Batch(updates.stream().map(this::write).toList());
  }

  io.kvstore.spi.Transaction transaction(Transaction<K, V> transaction) {
    return transaction.encoded(coder);
  }

  // Answers

  Optional<V> value(Found found) {
    return coder.decode(found.entry(), false);
  }

  Optional<Versioned<V>> versioned(Found found) {
    return coder.versioned(found.entry(), false);
  }

  static boolean isThere(Found found) {
    return found.entry() != null;
  }

  Map<K, V> map(Listed listed) {
    Map<K, V> values = new LinkedHashMap<>();
    for (Pair pair : listed.pairs()) {
      values.put(
          coder.decodedKey(pair.key()), coder.decodedValue(pair.entry().presentValue(), false));
    }
    return values;
  }

  List<Item<K, V>> items(Listed listed) {
    return listed.pairs().stream().map(this::item).toList();
  }

  private Item<K, V> item(Pair pair) {
    Entry entry = pair.entry();
    return new Item<>(
        coder.decodedKey(pair.key()),
        coder.decodedValue(entry.presentValue(), false),
        entry.version());
  }

  WatchEvent<K, V> event(Effect effect) {
    List<Changed<K, V>> changes =
        effect.changed().stream()
            .map(pair -> changed(coder.decodedKey(pair.key()), pair.entry()))
            .toList();
    return new WatchEvent<>(effect.shard(), effect.version(), changes, effect.position());
  }

  private Changed<K, V> changed(K key, Entry entry) {
    if (!entry.isTombstone()) {
      return new Changed<>(key, coder.versioned(entry, false));
    }
    Changed.Cause cause = entry.isEviction() ? Changed.Cause.EVICTED : Changed.Cause.REMOVED;
    return new Changed<>(key, Optional.empty(), cause);
  }

  Feed.Listener listener(WatchListener<K, V> listener) {
    return new Feed.Listener() {
      @Override
      public void on(Effect effect) {
        WatchEvent<K, V> event;
        try {
          event = event(effect);
        } catch (UndecodableException undecodable) {
          listener.onUndecodable(undecodable);
          return;
        }
        listener.on(event);
      }

      @Override
      public void onEnd(Optional<HistoryGoneException> gone) {
        listener.onEnd(gone);
      }
    };
  }

  Optional<V> before(Answer.Written written) {
    return coder.decode(written.before(), written.isApplied());
  }

  /** What stands under a key after a write that takes place if nothing did. */
  V standing(V put, Answer.Written written) {
    return before(written).filter(before -> !written.isApplied()).orElse(put);
  }

  Written<V> written(Answer.Written written) {
    boolean isApplied = written.isApplied();
    return new Written<>(
        isApplied,
        coder.versioned(written.before(), isApplied),
        coder.versioned(written.after(), isApplied));
  }

  long number(Answer.Written written) {
    Bytes sum = Objects.requireNonNull(written.after(), "a sum").presentValue();
    return coder.requireNumberFormat() == Codec.NumberFormat.BINARY
        ? Codecs.LONG.decode(sum)
        : Long.parseLong(sum.toText());
  }

  boolean isApplied(List<Update<K, V>> updates, Answer answer) {
    WrittenTogether together = (WrittenTogether) answer;
    int last = together.parts().size() - 1;
    if (last >= 0) {
      requireDone(updates.get(last), together.parts().get(last));
    }
    return together.isApplied();
  }

  Transacted<K, V> transacted(Transaction<K, V> asked, Answer answer) {
    Answer.Transacted transacted = (Answer.Transacted) answer;
    if (transacted.outcome() == Outcome.NOT_ORDERED) {
      throw new UnsupportedOperationException(
          "a transaction needs one order of all writes, and BROADCAST, KEY_OWNER and QUORUM have"
              + " none; nothing was changed: write key by key, as by update(Update) with its"
              + " condition, or build the store with another replication, as PRIMARY");
    }
    boolean hasWritten = transacted.parts().stream().anyMatch(Answer.Written.class::isInstance);
    Map<K, Versioned<V>> reads = new LinkedHashMap<>();
    List<Written<V>> writes = new ArrayList<>();
    for (int i = 0; i < transacted.parts().size(); i++) {
      K key = asked.key(transacted.isMet(), i);
      if (transacted.parts().get(i) instanceof Answer.Written written) {
        writes.add(written(requireDone(key, written)));
      } else {
        Found found = (Found) transacted.parts().get(i);
        reads.remove(key);
        coder.versioned(found.entry(), hasWritten).ifPresent(entry -> reads.put(key, entry));
      }
    }
    return new Transacted<>(
        transacted.isMet(), Collections.unmodifiableMap(reads), List.copyOf(writes));
  }

  Answer.Written requireDone(Update<K, V> update, Answer.Written written) {
    return requireDone(update.key(), written);
  }

  /** Turns the outcomes that are neither yes nor no into what is thrown. */
  private Answer.Written requireDone(K key, Answer.Written written) {
    switch (written.outcome()) {
      case NOT_A_NUMBER ->
          throw new NotANumberException(
              "the value of key "
                  + key
                  + " is no number, or the sum would leave the range of a long; nothing was"
                  + " changed");
      case TOO_LARGE ->
          throw new IllegalArgumentException(
              "the value of key "
                  + key
                  + " would grow over "
                  + coder.limits().valueBytes()
                  + " bytes; nothing was changed: split it, or raise Limits.valueBytes");
      default -> {
        return written;
      }
    }
  }
}
