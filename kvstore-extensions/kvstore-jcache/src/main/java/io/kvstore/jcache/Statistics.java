package io.kvstore.jcache;

import java.util.concurrent.atomic.LongAdder;
import javax.cache.management.CacheStatisticsMXBean;

/** What a cache has counted, while counting was on. */
final class Statistics implements CacheStatisticsMXBean {
  private static final float NANOS_PER_MICRO = 1_000;

  private final LongAdder hits = new LongAdder();
  private final LongAdder misses = new LongAdder();
  private final LongAdder puts = new LongAdder();
  private final LongAdder removals = new LongAdder();
  private final LongAdder getNanos = new LongAdder();
  private final LongAdder putNanos = new LongAdder();
  private final LongAdder removeNanos = new LongAdder();
  private volatile boolean isOn;

  void setOn(boolean on) {
    isOn = on;
  }

  /** When something begins that may be counted. */
  long begin() {
    return isOn ? System.nanoTime() : 0;
  }

  void countRead(boolean isHit, long beginNanos) {
    if (isOn) {
      (isHit ? hits : misses).increment();
      getNanos.add(since(beginNanos));
    }
  }

  void countPut(long beginNanos) {
    if (isOn) {
      puts.increment();
      putNanos.add(since(beginNanos));
    }
  }

  void countRemoval(long beginNanos) {
    if (isOn) {
      removals.increment();
      removeNanos.add(since(beginNanos));
    }
  }

  /** Nothing, when counting was not on yet. */
  private static long since(long beginNanos) {
    return beginNanos == 0 ? 0 : System.nanoTime() - beginNanos;
  }

  @Override
  public void clear() {
    hits.reset();
    misses.reset();
    puts.reset();
    removals.reset();
    getNanos.reset();
    putNanos.reset();
    removeNanos.reset();
  }

  @Override
  public long getCacheHits() {
    return hits.sum();
  }

  @Override
  public float getCacheHitPercentage() {
    return percentage(hits.sum());
  }

  @Override
  public long getCacheMisses() {
    return misses.sum();
  }

  @Override
  public float getCacheMissPercentage() {
    return percentage(misses.sum());
  }

  private float percentage(long part) {
    long gets = getCacheGets();
    return gets == 0 ? 0 : 100f * part / gets;
  }

  @Override
  public long getCacheGets() {
    return hits.sum() + misses.sum();
  }

  @Override
  public long getCachePuts() {
    return puts.sum();
  }

  @Override
  public long getCacheRemovals() {
    return removals.sum();
  }

  /** Always none: what is full refuses to take more. */
  @Override
  public long getCacheEvictions() {
    return 0;
  }

  @Override
  public float getAverageGetTime() {
    return averageMicros(getNanos, getCacheGets());
  }

  @Override
  public float getAveragePutTime() {
    return averageMicros(putNanos, getCachePuts());
  }

  @Override
  public float getAverageRemoveTime() {
    return averageMicros(removeNanos, getCacheRemovals());
  }

  private static float averageMicros(LongAdder nanos, long number) {
    return number == 0 ? 0 : nanos.sum() / NANOS_PER_MICRO / number;
  }
}
