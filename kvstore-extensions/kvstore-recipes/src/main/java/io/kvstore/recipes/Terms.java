package io.kvstore.recipes;

import java.util.Optional;

/**
 * What a claim asks for, and what follows from it: a function of the phase and of what is there.
 *
 * @param id what no other claim is called
 * @param permits how many it wants
 * @param capacity how many there are
 * @param leaseNanos how long it stands after each renewal
 */
record Terms(String id, int permits, long capacity, long leaseNanos) {
  /**
   * What to write next, if anything.
   *
   * @param now what is there
   * @param live the same without those that are over
   * @param isLatest whether it has just been written, so that it is known which are over
   */
  Optional<Claims> next(Phase phase, Claims now, Claims live, boolean isLatest) {
    boolean isThere = now.find(id).isPresent();
    return switch (phase) {
      case ASKING -> isThere ? Optional.of(live.renewed(id)) : ask(live, isLatest);
      case WAITING -> Optional.of(isThere ? live.renewed(id) : joined(live));
      case HELD -> isThere ? Optional.of(live.renewed(id)) : Optional.empty();
      case LEAVING, OVER -> isThere ? Optional.of(live.without(id)) : Optional.empty();
    };
  }

  private Optional<Claims> ask(Claims live, boolean isLatest) {
    if (live.haveRoomFor(permits, capacity)) {
      return Optional.of(joined(live));
    }
    return isLatest ? Optional.empty() : Optional.of(live); // a write tells what time it is
  }

  private Claims joined(Claims live) {
    return live.with(id, permits, leaseNanos);
  }

  /** Whether the claim holds. */
  boolean areGranted(Claims now) {
    return now.grant(id, capacity);
  }
}
