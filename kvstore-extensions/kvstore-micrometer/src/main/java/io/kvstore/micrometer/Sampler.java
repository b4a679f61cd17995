package io.kvstore.micrometer;

import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.micrometer.core.instrument.Clock;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.function.ToDoubleFunction;

/** Takes the figures of a store, and gives the same ones to all meters that are read together. */
final class Sampler {
  /** How old figures may be. */
  static final long SAMPLE_NANOS = Duration.ofMillis(200).toNanos();

  private final WeakReference<KVStore<?, ?>> store;
  private final Clock clock;
  private Sample latest = Sample.NONE;
  private long takenAt;
  private boolean isTaken;

  Sampler(WeakReference<KVStore<?, ?>> store, Clock clock) {
    this.store = store;
    this.clock = clock;
  }

  /** A figure that is young enough; none is older than what was read before. */
  synchronized double read(ToDoubleFunction<Sample> figure) {
    boolean isYoung = isTaken && clock.monotonicTime() - takenAt < SAMPLE_NANOS;
    return figure.applyAsDouble(isYoung ? latest : fresh());
  }

  /** Figures of this moment. */
  synchronized Sample fresh() {
    latest = take();
    takenAt = clock.monotonicTime();
    isTaken = true;
    return latest;
  }

  private Sample take() {
    KVStore<?, ?> present = store.get();
    if (present == null) {
      return Sample.NONE;
    }
    try {
      return Sample.of(present.cluster());
    } catch (KVStoreException | IllegalStateException | IllegalArgumentException unknown) {
      // Closed, or a node was removed meanwhile: reading a registry does not throw.
      return Sample.NONE;
    }
  }
}
