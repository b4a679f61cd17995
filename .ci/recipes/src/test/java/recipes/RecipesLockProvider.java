package recipes;

import io.kvstore.recipes.Hold;
import io.kvstore.recipes.Recipes;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import net.javacrumbs.shedlock.core.AbstractSimpleLock;
import net.javacrumbs.shedlock.core.ClockProvider;
import net.javacrumbs.shedlock.core.ExtensibleLockProvider;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.SimpleLock;

/**
 * Locks of a store for ShedLock. The lease notices dead processes; what ShedLock calls "at most" and
 * "at least" is the time at which a live one gives its hold back.
 */
final class RecipesLockProvider implements ExtensibleLockProvider, AutoCloseable {
  private final Recipes recipes;
  private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();

  RecipesLockProvider(Recipes recipes) {
    this.recipes = recipes;
  }

  @Override
  public Optional<SimpleLock> lock(LockConfiguration configuration) {
    return recipes.lock(configuration.getName()).tryAcquire().map(h -> held(h, configuration));
  }

  private SimpleLock held(Hold hold, LockConfiguration configuration) {
    return new HeldLock(hold, configuration, endAfter(hold, configuration.getLockAtMostFor()));
  }

  private Future<?> endAfter(Hold hold, Duration time) {
    return timer.schedule(hold::close, time.toNanos(), TimeUnit.NANOSECONDS);
  }

  private final class HeldLock extends AbstractSimpleLock {
    private final Hold hold;
    private final Future<?> end;

    HeldLock(Hold hold, LockConfiguration configuration, Future<?> end) {
      super(configuration);
      this.hold = hold;
      this.end = end;
    }

    @Override
    protected void doUnlock() {
      Duration early =
          Duration.between(ClockProvider.now(), lockConfiguration.getLockAtLeastUntil());
      if (early.isNegative() || early.isZero()) {
        hold.close();
      } else {
        endAfter(hold, early);
      }
    }

    @Override
    protected Optional<SimpleLock> doExtend(LockConfiguration configuration) {
      end.cancel(false);
      return hold.isHeld() ? Optional.of(held(hold, configuration)) : Optional.empty();
    }
  }

  @Override
  public void close() {
    timer.shutdownNow();
  }
}
