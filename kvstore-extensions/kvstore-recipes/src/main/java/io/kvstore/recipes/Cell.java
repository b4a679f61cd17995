package io.kvstore.recipes;

import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Written;
import java.util.Optional;
import java.util.function.Function;

/**
 * The entry of one key, changed by compare-and-set in blocking calls. After a write of unknown
 * outcome it is read and decided again, so the decision must see in what is there whether it has
 * been carried out.
 */
final class Cell {
  private static final int MOST_UNKNOWN = 3;

  private final KVStore<String, String> store;
  private final String key;

  Cell(KVStore<String, String> store, String key) {
    this.store = store;
    this.key = key;
  }

  Optional<Versioned<String>> read() {
    return store.getVersioned(key);
  }

  /**
   * Writes what the decision says of what is there, until it says nothing or the write is done.
   *
   * @return what is there in the end
   * @throws IndeterminateException when the outcome is not known after three attempts
   */
  Optional<Versioned<String>> change(
      Function<Optional<Versioned<String>>, Optional<String>> decision) {
    Optional<Versioned<String>> now = read();
    int unknown = 0;
    while (true) {
      Optional<String> next = decision.apply(now);
      if (next.isEmpty()) {
        return now;
      }
      try {
        Written<String> written = store.update(conditional(Update.put(key, next.get()), now));
        if (written.applied()) {
          return written.after();
        }
        now = written.before();
      } catch (IndeterminateException perhaps) {
        if (++unknown == MOST_UNKNOWN) {
          throw perhaps;
        }
        now = read();
      }
    }
  }

  /** The same update, if the entry is still this one. */
  static Update<String, String> conditional(
      Update<String, String> update, Optional<Versioned<String>> now) {
    return now.isPresent() ? update.ifVersion(now.get().version()) : update.ifAbsent();
  }
}
