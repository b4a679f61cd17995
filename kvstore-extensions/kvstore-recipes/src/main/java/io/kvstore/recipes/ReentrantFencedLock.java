package io.kvstore.recipes;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A lock that a thread which has it takes again without asking: it is given back when the last of
 * the thread's holds is closed.
 */
final class ReentrantFencedLock implements FencedLock {
  private final FencedLock lock;
  private final Map<Thread, Entered> entered = new ConcurrentHashMap<>(); // those that have it now

  ReentrantFencedLock(FencedLock lock) {
    this.lock = lock;
  }

  @Override
  public Hold acquire() throws InterruptedException {
    Optional<Hold> again = again();
    return again.isPresent() ? again.get() : enter(lock.acquire());
  }

  @Override
  public Optional<Hold> tryAcquire() {
    Optional<Hold> again = again();
    return again.isPresent() ? again : lock.tryAcquire().map(this::enter);
  }

  @Override
  public Optional<Hold> tryAcquire(Duration atMost) throws InterruptedException {
    requireNonNull(atMost, "atMost");
    Optional<Hold> again = again();
    return again.isPresent() ? again : lock.tryAcquire(atMost).map(this::enter);
  }

  private Optional<Hold> again() {
    Entered mine = entered.get(Thread.currentThread());
    return mine == null ? Optional.empty() : mine.again();
  }

  private Hold enter(Hold hold) {
    Entered mine = new Entered(Thread.currentThread(), hold);
    entered.put(Thread.currentThread(), mine);
    return mine.again().orElse(hold);
  }

  /** What a thread holds, and how often. */
  private final class Entered {
    private final Thread thread;
    private final Hold hold;
    private int depth;

    Entered(Thread thread, Hold hold) {
      this.thread = thread;
      this.hold = hold;
    }

    /** Once more; nothing when the lock is lost, so that it is to be asked for. */
    synchronized Optional<Hold> again() {
      if (!hold.isHeld()) {
        entered.remove(thread, this);
        return Optional.empty();
      }
      depth++;
      return Optional.of(new Nested(this, hold));
    }

    void leave() {
      synchronized (this) {
        if (--depth > 0) {
          return;
        }
        entered.remove(thread, this);
      }
      hold.close();
    }
  }

  private static final class Nested implements Hold {
    private final Entered entered;
    private final Hold hold;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    Nested(Entered entered, Hold hold) {
      this.entered = entered;
      this.hold = hold;
    }

    @Override
    public long token() {
      ensureHeld();
      return hold.token();
    }

    @Override
    public boolean isHeld() {
      return !isClosed.get() && hold.isHeld();
    }

    @Override
    public Duration remaining() {
      return isClosed.get() ? Duration.ZERO : hold.remaining();
    }

    @Override
    public void onLost(Runnable listener) {
      hold.onLost(listener);
    }

    @Override
    public void close() {
      if (isClosed.compareAndSet(false, true)) {
        entered.leave();
      }
    }

    @Override
    public String toString() {
      return isClosed.get() ? "not held any more" : hold.toString();
    }
  }
}
