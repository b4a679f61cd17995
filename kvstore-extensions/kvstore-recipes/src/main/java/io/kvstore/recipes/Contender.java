package io.kvstore.recipes;

import io.kvstore.recipes.ClaimsEntry.Changed;
import io.kvstore.recipes.ClaimsEntry.Wish;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * One claim on the permits of a key, from its request to its end.
 *
 * <pre>
 *   ASKING ──────▶ HELD ──────▶ LEAVING ──▶ OVER
 *      │            ▲             ▲
 *      └─▶ WAITING ─┘             │
 *             └───────────────────┘
 * </pre>
 *
 * <p>ASKING takes the permits if they are free, and is over otherwise. WAITING stands in the line.
 * Both in the line and as a holder it renews its lease, three times in the time of one. What it
 * writes next follows from what it is in and what the entry says, never from what was written
 * before: so it does not matter whether a write of unknown outcome was done.
 *
 * <p>Its state belongs to the thread of the clockwork; holders look at volatile fields only.
 */
final class Contender {
  private static final int TRIES_WITHOUT_WAITING = 3;

  private final Context context;
  private final Clockwork clockwork;
  private final ClaimsEntry entry;
  private final Terms terms;
  private final Lease lease;
  private final Wish wish = new Next();
  private final Overdue overdue = new Overdue();

  /** Whether it holds; or why that is not known. */
  private final CompletableFuture<Boolean> granted = new CompletableFuture<>();

  /** That it stands in the line, or what granted says. */
  private final CompletableFuture<Void> joined = new CompletableFuture<>();

  private final CompletableFuture<Void> left = new CompletableFuture<>();
  private final List<Runnable> whenLost = new ArrayList<>();

  private Phase phase = Phase.ASKING;
  private @Nullable Claims known;
  private @Nullable Claims seenMeanwhile; // while it was busy
  private long knownSinceNanos;
  private @Nullable RuntimeException failure; // of the last attempt; null once one has succeeded
  private boolean isBusy;
  private boolean isAskedAgain;
  private boolean isLost;
  private Runnable renewal = () -> {};
  private Runnable expiry = () -> {};

  private volatile boolean isHeld;
  private volatile long token;

  Contender(Context context, String key, String id, long capacity, int permits) {
    this.context = context;
    this.clockwork = context.clockwork();
    this.entry = new ClaimsEntry(context.store().async(), clockwork, key);
    this.terms = new Terms(id, permits, capacity, context.leaseNanos());
    this.lease = new Lease(clockwork, context.leaseNanos());
    CompletableFuture<Boolean> unused =
        granted.whenComplete((holds, unknown) -> joined.complete(null));
  }

  // For any thread

  /** Asks for the permits; waits for them, or not. */
  void begin(boolean waits) {
    context.add(this);
    lease.begin(clockwork.nanoTime());
    clockwork.execute(
        () -> {
          phase = waits ? Phase.WAITING : Phase.ASKING;
          drive();
        });
  }

  CompletableFuture<Boolean> granted() {
    return granted;
  }

  CompletableFuture<Void> joined() {
    return joined;
  }

  /** Ends when the claim is gone, or will be by itself. */
  CompletableFuture<Void> left() {
    return left;
  }

  /** Stops waiting; if it holds meanwhile, it does. */
  void giveUp() {
    clockwork.execute(
        () -> {
          if (granted.isDone()) {
            return;
          }
          leave();
          RuntimeException unknown = failure;
          if (unknown != null) {
            granted.completeExceptionally(unknown);
          } else {
            granted.complete(false);
          }
        });
  }

  /** Lets the permits go. */
  CompletableFuture<Void> release() {
    isHeld = false;
    clockwork.execute(this::leave);
    return left;
  }

  /** The same when all is closed: one that waits is told. */
  CompletableFuture<Void> close() {
    clockwork.execute(
        () -> granted.completeExceptionally(new IllegalStateException(Context.CLOSED)));
    return release();
  }

  /** There is no thread any more on which it could end by itself. */
  void abandon() {
    granted.completeExceptionally(new IllegalStateException(Context.CLOSED));
    left.complete(null);
  }

  boolean isHeld() {
    return isHeld && !lease.isOver();
  }

  long remainingNanos() {
    return isHeld ? Math.max(0, lease.remainingNanos()) : 0;
  }

  long token() {
    return token;
  }

  /** Tells the listener once the permits are lost; at once if they are already. */
  void onLost(Runnable listener) {
    clockwork.execute(
        () -> {
          if (phase == Phase.HELD) {
            whenLost.add(listener);
          } else if (isLost) {
            clockwork.tell(listener);
          }
        });
  }

  /** The entry has changed: to these claims, or it is gone. */
  void onChange(Optional<Claims> changed) {
    clockwork.execute(
        () -> {
          if (phase != Phase.WAITING) {
            return;
          }
          if (changed.isEmpty()) {
            drive();
          } else if (isBusy) {
            seenMeanwhile = changed.get();
          } else if (know(changed.get())) {
            lookAround();
          }
        });
  }

  /** Looks at the entry as it is now, if it waits. */
  void look() {
    clockwork.execute(
        () -> {
          if (phase == Phase.WAITING) {
            drive();
          }
        });
  }

  // What is wanted

  private final class Next implements Wish {
    @Override
    public Optional<Claims> next(Claims now, boolean isLatest) {
      overdue.see(now.line(), clockwork.nanoTime());
      Claims live = now.without(claim -> !isMine(claim) && isOver(claim, now));
      return terms.next(phase, now, live, isLatest);
    }

    @Override
    public boolean goesOn(Claims written) {
      return switch (phase) {
        case ASKING -> mineIn(written).isEmpty();
        case WAITING ->
            written.line().stream().anyMatch(claim -> !isMine(claim) && isOver(claim, written));
        case HELD, LEAVING, OVER -> false;
      };
    }

    private boolean isOver(Claim claim, Claims now) {
      return now.tellTheEndOf(claim) || overdue.has(claim, clockwork.nanoTime());
    }

    @Override
    public boolean outlasts(RuntimeException thrown, int failures) {
      failure = thrown;
      return switch (phase) {
        case ASKING -> failures < TRIES_WITHOUT_WAITING;
        case WAITING -> true;
        case HELD, LEAVING -> !lease.isOver();
        case OVER -> false;
      };
    }
  }

  private boolean isMine(Claim claim) {
    return claim.id().equals(terms.id());
  }

  private Optional<Claim> mineIn(Claims claims) {
    return claims.find(terms.id());
  }

  private void drive() {
    if (phase == Phase.OVER) {
      return;
    }
    if (isBusy) {
      isAskedAgain = true;
      return;
    }
    isBusy = true;
    isAskedAgain = false;
    renewal.run();
    CompletableFuture<Changed> unused = entry.change(known, wish).whenComplete(this::onEnd);
  }

  private void onEnd(@Nullable Changed changed, @Nullable Throwable thrown) {
    isBusy = false;
    if (changed != null) {
      failure = null;
      know(changed.now());
      onChanged(changed);
    } else {
      onFailure(thrown);
    }
    if (isAskedAgain) {
      drive();
    }
  }

  private void onFailure(@Nullable Throwable thrown) {
    known = null;
    switch (phase) {
      case ASKING, WAITING -> {
        granted.completeExceptionally(thrown);
        leave();
      }
      case HELD -> lose();
      case LEAVING, OVER -> end();
    }
  }

  private void onChanged(Changed changed) {
    Optional<Claim> mine = mineIn(changed.now());
    if (phase == Phase.HELD && lease.isOver()) {
      lose(); // the answer is too late: it has been told already that the permits are lost
    }
    if (mine.isPresent() && changed.isWritten()) {
      lease.begin(changed.askedAtNanos());
    }
    switch (phase) {
      case ASKING -> {
        if (mine.isPresent()) {
          hold(mine.get());
        } else {
          end();
        }
      }
      case WAITING -> {
        joined.complete(null);
        Claims meanwhile = seenMeanwhile;
        seenMeanwhile = null;
        if (meanwhile != null) {
          know(meanwhile);
        }
        lookAround();
      }
      case HELD -> {
        if (mine.isPresent()) {
          schedule();
        } else {
          lose();
        }
      }
      case LEAVING, OVER -> {
        if (mine.isPresent()) {
          isAskedAgain = true; // it was written before it left
        } else {
          end();
        }
      }
    }
  }

  /** Takes in what the entry is, if it is newer. */
  private boolean know(Claims claims) {
    if (known != null && !claims.isAfter(known)) {
      return false;
    }
    known = claims;
    knownSinceNanos = clockwork.nanoTime();
    return true;
  }

  // The phases

  /** In the line: is it our turn? */
  private void lookAround() {
    Claims line = known;
    Optional<Claim> mine = line == null ? Optional.empty() : mineIn(line);
    if (line == null || mine.isEmpty()) {
      drive(); // put out of the line: it was too slow
    } else if (!terms.areGranted(line)) {
      schedule();
    } else if (lease.isFresh()) {
      hold(mine.get());
    } else {
      drive();
    }
  }

  private void hold(Claim mine) {
    phase = Phase.HELD;
    token = mine.token();
    isHeld = true;
    schedule();
    granted.complete(true);
  }

  private void schedule() {
    renewal.run();
    expiry.run();
    long untilRenewal = lease.untilRenewalNanos();
    if (phase == Phase.HELD) {
      expiry = clockwork.schedule(lease.remainingNanos(), this::expire);
    } else {
      untilRenewal =
          Math.min(untilRenewal, Math.max(lease.nanos() / Lease.DRIFT_PART, untilEndOfAnother()));
    }
    renewal = clockwork.schedule(Math.max(0, untilRenewal), this::drive);
  }

  private long untilEndOfAnother() {
    Claims line = known;
    return line == null
        ? 0
        : line.nanosToFirstEndBefore(terms.id()).orElse(Long.MAX_VALUE)
            - (clockwork.nanoTime() - knownSinceNanos);
  }

  private void expire() {
    if (phase == Phase.HELD && lease.isOver()) {
      lose();
    }
  }

  private void lose() {
    isHeld = false;
    isLost = true;
    whenLost.forEach(clockwork::tell);
    whenLost.clear();
    leave();
  }

  private void leave() {
    isHeld = false;
    if (phase == Phase.LEAVING || phase == Phase.OVER) {
      return;
    }
    phase = Phase.LEAVING;
    renewal.run();
    expiry.run();
    drive();
  }

  private void end() {
    phase = Phase.OVER;
    context.remove(this);
    granted.complete(false);
    left.complete(null);
  }
}
