package io.kvstore.core.replication;

import java.util.ArrayList;
import java.util.List;

/** What a member has to tell its clients of a view that is not decided yet. */
public final class DeferredReplies {
  private final List<Runnable> tellings = new ArrayList<>();
  private boolean isHolding;

  /** Nothing is deferred yet. */
  public DeferredReplies() {}

  /** From now on everything is deferred. */
  public void begin() {
    isHolding = true;
  }

  /** Tells something, now or when the view is decided. */
  public void tell(Runnable telling) {
    if (isHolding) {
      tellings.add(telling);
    } else {
      telling.run();
    }
  }

  /** The view is decided: all is told. */
  public void end() {
    isHolding = false;
    List<Runnable> all = List.copyOf(tellings);
    tellings.clear();
    all.forEach(Runnable::run);
  }

  /** The group has gone on without this member: it must not reply to its clients. */
  public void forget() {
    tellings.clear();
  }
}
