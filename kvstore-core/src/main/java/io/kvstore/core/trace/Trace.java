package io.kvstore.core.trace;

/**
 * Listens to everything that happens in a store.
 *
 * <p>It is called on the loops, with the event still under way: it must be quick, must not call the
 * store, and in a threaded placement is called by several threads at once.
 */
@FunctionalInterface
public interface Trace {
  /** Something has happened. */
  void on(TraceEvent event);

  /** This listener, and then another. */
  default Trace and(Trace other) {
    return event -> {
      on(event);
      other.on(event);
    };
  }
}
