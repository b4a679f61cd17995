package io.kvstore.jcache;

import java.util.Optional;
import javax.cache.event.CacheEntryListenerException;

/**
 * What listeners have thrown while an operation went on: it is done all the same, to the end, and
 * its caller is told of the first.
 */
final class Failures {
  private Optional<CacheEntryListenerException> first = Optional.empty();

  /** Does something that may call listeners. */
  void caught(Runnable action) {
    try {
      action.run();
    } catch (CacheEntryListenerException failure) {
      first = first.or(() -> Optional.of(failure));
    }
  }

  void rethrow() {
    if (first.isPresent()) {
      throw first.get();
    }
  }
}
