package io.kvstore.playground;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.playground.shim.java.lang.Additions;
import io.kvstore.playground.shim.java.security.MessageDigest;
import io.kvstore.playground.shim.java.util.ArrayDeque;
import io.kvstore.playground.shim.java.util.SplittableRandom;
import io.kvstore.playground.shim.java.util.concurrent.ConcurrentLinkedQueue;
import io.kvstore.playground.shim.java.util.zip.CRC32C;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.zip.Checksum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Shims beside what they stand for, on the JVM: the same calls have the same results. */
class ShimsTest {
  private static final int CALLS = 2_000;

  @ParameterizedTest
  @ValueSource(longs = {0, 1, -7, Long.MAX_VALUE, Long.MIN_VALUE})
  void theSameSeedDrawsTheSameNumbers(long seed) {
    assertThat(drawn(new SplittableRandom(seed), seed))
        .isEqualTo(drawn(new java.util.SplittableRandom(seed), seed));
  }

  private static List<Object> drawn(RandomGenerator its, long seed) {
    Random bounds = new Random(seed);
    List<Object> drawn = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      int bound = 1 + bounds.nextInt(Integer.MAX_VALUE - 1);
      long wide = 1 + (bounds.nextLong() >>> 1);
      drawn.add(
          switch (i % 9) {
            case 0 -> its.nextInt();
            case 1 -> its.nextLong();
            case 2 -> its.nextBoolean();
            case 3 -> its.nextDouble();
            case 4 -> its.nextInt(bound);
            case 5 -> its.nextInt(-bound, bound);
            case 6 -> its.nextLong(wide);
            case 7 -> its.nextLong(-wide, wide);
            default -> its.nextInt(1 << (i % 31));
          });
    }
    return drawn;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void aDequeHasTheSameElements(long seed) {
    assertThat(used(new ArrayDeque<>(), seed)).isEqualTo(used(new java.util.ArrayDeque<>(), seed));
  }

  private static List<Object> used(Deque<Integer> deque, long seed) {
    Random random = new Random(seed);
    List<Object> seen = new ArrayList<>();
    for (int i = 0; i < CALLS; i++) {
      int rest = random.nextInt(5);
      switch (random.nextInt(10)) {
        case 0, 1, 2 -> deque.addLast(i);
        case 3, 4 -> deque.addFirst(i);
        case 5 -> seen.add(String.valueOf(deque.pollFirst()));
        case 6 -> seen.add(String.valueOf(deque.pollLast()));
        case 7 -> seen.add(deque.removeIf(each -> each % 5 == rest));
        case 8 -> seen.add(deque.removeLastOccurrence(i - rest));
        default -> {
          Iterator<Integer> all = deque.descendingIterator();
          while (all.hasNext()) {
            if (all.next() % 7 == rest) {
              all.remove();
            }
          }
        }
      }
      seen.add(new ArrayList<>(deque));
    }
    return seen;
  }

  @Test
  void aQueueMayChangeWhileItIsGoneThrough() {
    assertThat(changed(new ConcurrentLinkedQueue<>()))
        .isEqualTo(changed(new java.util.concurrent.ConcurrentLinkedQueue<>()));
  }

  private static List<Object> changed(Queue<Integer> queue) {
    List<Object> seen = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      queue.add(i);
      if (i % 3 == 0) {
        seen.add(queue.poll());
      }
    }
    for (Iterator<Integer> all = queue.iterator(); all.hasNext(); ) {
      if (all.next() % 4 == 0) {
        all.remove();
      }
    }
    queue.remove(199);
    seen.addAll(queue);
    return seen;
  }

  @Test
  void checksumsAndDigestsAreTheSame() throws Exception {
    Random random = new Random(1);
    for (int length = 0; length < 200; length++) {
      byte[] bytes = new byte[length];
      random.nextBytes(bytes);
      assertThat(sum(new CRC32C(), bytes)).isEqualTo(sum(new java.util.zip.CRC32C(), bytes));
      assertThat(MessageDigest.getInstance("SHA-256").digest(bytes))
          .isEqualTo(java.security.MessageDigest.getInstance("SHA-256").digest(bytes));
    }
  }

  private static long sum(Checksum checksum, byte[] bytes) {
    checksum.update(bytes, 0, bytes.length);
    return checksum.getValue();
  }

  @Test
  void additionsDoWhatTheMethodsDo() {
    Random random = new Random(1);
    for (int i = 0; i < CALLS; i++) {
      long one = random.nextLong();
      long other = random.nextLong() >> random.nextInt(64);
      assertThat(Additions.multiplyHigh(one, other)).isEqualTo(Math.multiplyHigh(one, other));
      byte[] some = new byte[random.nextInt(4)];
      byte[] more = new byte[random.nextInt(4)];
      random.nextBytes(some);
      random.nextBytes(more);
      assertThat(Integer.signum(Additions.compareUnsigned(some, more)))
          .isEqualTo(Integer.signum(Arrays.compareUnsigned(some, more)));
    }
  }
}
