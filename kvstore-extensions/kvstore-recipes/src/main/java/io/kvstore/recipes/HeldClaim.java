package io.kvstore.recipes;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/** A hold of what a contender has been granted. */
final class HeldClaim implements Hold {
  private final Context context;
  private final Contender contender;

  HeldClaim(Context context, Contender contender) {
    this.context = context;
    this.contender = contender;
  }

  @Override
  public long token() {
    ensureHeld();
    return contender.token();
  }

  @Override
  public boolean isHeld() {
    return contender.isHeld();
  }

  @Override
  public Duration remaining() {
    return Duration.ofNanos(contender.remainingNanos());
  }

  @Override
  public void onLost(Runnable listener) {
    contender.onLost(requireNonNull(listener, "listener"));
  }

  @Override
  public void close() {
    context.awaitLeft(contender.release());
  }

  @Override
  public String toString() {
    return isHeld() ? "held with token " + contender.token() : "not held any more";
  }
}
