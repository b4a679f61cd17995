package io.kvstore.spring;

import io.kvstore.recipes.Recipes;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.Lock;
import org.springframework.integration.support.locks.ExpirableLockRegistry;

/**
 * Spring Integration's locks, by key: those of {@link Recipes} of the same names, which other
 * programs may take without Spring.
 */
final class StoreLockRegistry implements ExpirableLockRegistry {
  /** So many locks are remembered; of more, those that were used last. */
  static final int MOST_REMEMBERED = 10_000;

  private static final int LONGEST_NAME = 200;

  private final Recipes recipes;
  private final Map<String, Remembered> locks = new LinkedHashMap<>(16, 0.75f, true);

  /** A lock, and when it was last asked for. */
  private record Remembered(StoreLock lock, long atNanos) {}

  StoreLockRegistry(Recipes recipes) {
    this.recipes = recipes;
  }

  @Override
  public Lock obtain(Object lockKey) {
    if (!(lockKey instanceof String key)) {
      throw new IllegalArgumentException(
          "the key of a lock must be a text, which other processes know it by, not a "
              + lockKey.getClass().getName());
    }
    synchronized (locks) {
      Remembered known = locks.get(key);
      StoreLock lock = known == null ? new StoreLock(key, recipes.lock(nameOf(key))) : known.lock();
      locks.put(key, new Remembered(lock, System.nanoTime()));
      if (locks.size() > MOST_REMEMBERED) {
        forgetOne();
      }
      return lock;
    }
  }

  /** Forgets the one that was used longest ago, but none that is in use: its holder needs it. */
  private void forgetOne() {
    Iterator<Remembered> all = locks.values().iterator();
    while (all.hasNext()) {
      if (!all.next().lock().isInUse()) {
        all.remove();
        return;
      }
    }
  }

  @Override
  public void expireUnusedOlderThan(long ageMillis) {
    long ageNanos = Duration.ofMillis(ageMillis).toNanos();
    synchronized (locks) {
      long now = System.nanoTime();
      locks.values().removeIf(each -> now - each.atNanos() > ageNanos && !each.lock().isInUse());
    }
  }

  int remembered() {
    synchronized (locks) {
      return locks.size();
    }
  }

  /** The key itself where a recipe may be called so, or else a digest of it. */
  static String nameOf(String key) {
    boolean isName =
        !key.isEmpty()
            && key.length() <= LONGEST_NAME
            && key.chars()
                .noneMatch(each -> Character.isWhitespace(each) || Character.isISOControl(each));
    return isName ? key : "sha-256:" + Digests.of(key);
  }
}
