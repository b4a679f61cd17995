package io.kvstore.recipes;

import io.kvstore.Registration;
import io.kvstore.Scan;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * An election of one leader among candidates in any number of processes. A candidate stands for
 * election from the moment at which this is made until it is closed: it leads when those before it
 * are gone, and stands again when it has lost the leadership.
 *
 * <p>A leader that is lost leads for the rest of its lease. Terms of different leaders may overlap
 * where clocks are wrong; the token of the later one is greater ({@link Hold#token}).
 */
public final class LeaderElection implements AutoCloseable {
  private static final char BEFORE_ID = '~';

  private final Context context;
  private final String key;
  private final String candidate;
  private final LeadershipListener listener;
  private final Registration watch;
  private volatile Contender contender; // of this term, or of the next
  private volatile boolean isClosed;

  LeaderElection(Context context, String key, String candidate, LeadershipListener listener) {
    this.context = context;
    this.key = key;
    this.candidate = candidate;
    this.listener = listener;
    contender = candidacy();
    watch = context.watch(Scan.key(key), new ClaimsWatch(() -> contender));
    stand(contender);
  }

  private Contender candidacy() {
    return new Contender(context, key, candidate + BEFORE_ID + Context.newId(), 1, 1);
  }

  private void stand(Contender next) {
    CompletableFuture<?> unused =
        next.granted()
            .whenComplete(
                (leads, unknown) -> {
                  if (unknown == null && leads && !isClosed) {
                    lead(next);
                  }
                });
    unused = next.left().thenRun(this::standAgain);
    next.begin(true);
    if (isClosed) {
      unused = next.release(); // closing has seen the one before
    }
  }

  private void lead(Contender elected) {
    context.clockwork().tell(() -> listener.onElected(new HeldClaim(context, elected)));
    elected.onLost(listener::onDeposed);
  }

  private void standAgain() {
    if (isClosed || context.isClosed()) {
      return;
    }
    // Not at once: after a failure of the store, the next one would follow without a pause.
    Runnable unused =
        context.clockwork().schedule(context.leaseNanos() / Lease.DRIFT_PART, this::standIfOpen);
  }

  private void standIfOpen() {
    if (!isClosed && !context.isClosed()) {
      contender = candidacy();
      stand(contender);
    }
  }

  /** Whether this candidate leads for certain, by the clock of this process. */
  public boolean isLeader() {
    return contender.isHeld();
  }

  /**
   * The candidate that leads as far as the store shows; its lease may be over. At the sequential
   * level that may be old.
   */
  public Optional<String> leader() {
    return Claims.ofEntry(context.store().getVersioned(key)).line().stream()
        .findFirst()
        .map(claim -> claim.id().substring(0, claim.id().lastIndexOf(BEFORE_ID)));
  }

  /** Resigns, or stands for election no more. A second call does nothing. */
  @Override
  public void close() {
    isClosed = true;
    watch.close();
    context.awaitLeft(contender.release());
  }

  @Override
  public String toString() {
    return candidate + (isLeader() ? ", which leads" : ", a candidate");
  }
}
