package io.kvstore.recipes;

import io.kvstore.Changed;
import io.kvstore.HistoryGoneException;
import io.kvstore.WatchEvent;
import io.kvstore.WatchListener;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Tells a contender how its entry changes. Without it, or when it ends, the contender looks by
 * itself whenever it renews its lease.
 *
 * @param contender the one that wants to know right now
 */
record ClaimsWatch(Supplier<Contender> contender) implements WatchListener<String, String> {
  @Override
  public void on(WatchEvent<String, String> event) {
    for (Changed<String, String> changed : event.changes()) {
      contender.get().onChange(changed.now().map(Claims::of));
    }
  }

  @Override
  public void onEnd(Optional<HistoryGoneException> gone) {
    contender.get().look(); // the store may be closed
  }
}
