package io.kvstore.core.loop;

import org.jspecify.annotations.Nullable;

/**
 * The tasks that have ended on a loop and wait to be delivered once it has been given back: a list
 * through themselves. Used by the owner of the loop.
 */
final class FinishedTasks {
  private @Nullable ClientTask first;
  private @Nullable ClientTask last;

  /** The first, which leads to the others; null when there is none. */
  @Nullable ClientTask first() {
    return first;
  }

  void add(ClientTask clientTask) {
    if (last == null) {
      first = clientTask;
    } else {
      last.nextFinished = clientTask;
    }
    last = clientTask;
  }

  /** The first is taken care of. */
  void removeFirst() {
    ClientTask taken = first;
    if (taken != null) {
      first = taken.nextFinished;
      taken.nextFinished = null;
      if (first == null) {
        last = null;
      }
    }
  }
}
