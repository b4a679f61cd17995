package io.kvstore.testkit.object;

import java.util.Optional;

/** A lock: one client has it at a time. */
public final class Locks {
  /** What a lock is asked for; all of it answers whether it was done. */
  public sealed interface Call {}

  /** Takes the lock for this owner, if it is free. */
  public record TryLock(String owner) implements Call {}

  /** Gives the lock back, if this one has it. */
  public record Unlock(String owner) implements Call {}

  private Locks() {}

  /** A lock that is free at first, and that its owner cannot take twice. */
  public static Machine<Optional<String>, Call, Boolean> machine() {
    return Machine.of(
        Optional.empty(),
        (owner, call) -> {
          if (call instanceof TryLock asked) {
            return owner.isEmpty()
                ? Machine.step(Optional.of(asked.owner()), true)
                : Machine.step(owner, false);
          }
          boolean isOwner = owner.equals(Optional.of(((Unlock) call).owner()));
          return Machine.step(isOwner ? Optional.empty() : owner, isOwner);
        });
  }
}
