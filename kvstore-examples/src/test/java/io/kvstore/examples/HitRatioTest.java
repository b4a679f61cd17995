package io.kvstore.examples;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.kvstore.KVStore;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.IntPredicate;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** How often a bounded store has what is asked for, beside Caffeine, on traces that are drawn. */
class HitRatioTest {
  private static final int CAPACITY = 1_000;
  private static final int KEYS = 20_000;
  private static final int USES = 200_000;
  private static final long SEED = 42;
  private static final double WITHIN = 0.02;

  /** What is asked for. */
  enum Trace {
    /** A few keys often, most of them seldom. */
    ZIPFIAN {
      @Override
      IntUnaryOperator keys(SplittableRandom random) {
        Zipf zipf = new Zipf(KEYS, 0.9, random);
        return use -> zipf.next();
      }
    },
    /** The same, while every now and then many keys are asked for once, one after the other. */
    ZIPFIAN_WITH_SCANS {
      @Override
      IntUnaryOperator keys(SplittableRandom random) {
        Zipf zipf = new Zipf(KEYS, 0.9, random);
        return use -> use % 10_000 < 3_000 ? KEYS + use : zipf.next();
      }
    },
    /** Some 800 keys, each of which is asked for again and again for a while, and never after. */
    SHIFTING_WORKING_SET {
      @Override
      IntUnaryOperator keys(SplittableRandom random) {
        return use -> use / 40 + (int) (800 * random.nextDouble() * random.nextDouble());
      }
    };

    abstract IntUnaryOperator keys(SplittableRandom random);
  }

  /** Keys by their ranks, of which the first is drawn most often. */
  private static final class Zipf {
    private final double[] upTo;
    private final SplittableRandom random;

    Zipf(int keys, double skew, SplittableRandom random) {
      this.random = random;
      upTo = new double[keys];
      double sum = 0;
      for (int i = 0; i < keys; i++) {
        sum += 1 / Math.pow(i + 1, skew);
        upTo[i] = sum;
      }
    }

    int next() {
      int found = Arrays.binarySearch(upTo, random.nextDouble() * upTo[upTo.length - 1]);
      return found < 0 ? -found - 1 : found;
    }
  }

  /**
   * Which part of what is asked for is there.
   *
   * @param has asks for a key, and puts it there if it is not
   */
  private static double hitRatio(Trace trace, IntPredicate has) {
    IntUnaryOperator keys = trace.keys(new SplittableRandom(SEED));
    int hits = 0;
    for (int use = 0; use < USES; use++) {
      hits += has.test(keys.applyAsInt(use)) ? 1 : 0;
    }
    return (double) hits / USES;
  }

  @ParameterizedTest
  @EnumSource(Trace.class)
  void aBoundedStoreHitsAsOftenAsCaffeine(Trace trace) {
    Cache<String, String> caffeine =
        Caffeine.newBuilder().maximumSize(CAPACITY).executor(Runnable::run).build();
    double caffeines =
        hitRatio(
            trace,
            number -> {
              boolean isThere = caffeine.getIfPresent("key " + number) != null;
              if (!isThere) {
                caffeine.put("key " + number, "v");
              }
              return isThere;
            });
    try (KVStore<String, String> store =
        KVStore.builder().replicas(1).maximumEntries(CAPACITY).open()) {
      double stores =
          hitRatio(
              trace,
              number -> {
                boolean isThere = store.get("key " + number).isPresent();
                if (!isThere) {
                  store.put("key " + number, "v");
                }
                return isThere;
              });

      assertThat(store.size()).isEqualTo(CAPACITY);
      assertThat(stores)
          .as("seed %s: the store hits %s, Caffeine %s", SEED, stores, caffeines)
          .isGreaterThan(caffeines - WITHIN);
    }
  }
}
