package io.kvstore.testkit.object;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.object.Calls.Taken;
import io.kvstore.testkit.object.Queues.Call;
import io.kvstore.testkit.object.Queues.Offer;
import io.kvstore.testkit.object.Queues.Poll;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The judge of a queue looks ahead, and says the same as one that does not. */
class QueuesTest {
  private static final Budget LITTLE = new Budget(Duration.ofSeconds(20), 256L << 20);

  private final Calls<Call, Optional<String>> calls = new Calls<>();

  private void answered(Call call, Optional<String> answer, long invoked, long returned) {
    calls.add(new Taken<>("c", call, Optional.of(answer), invoked, returned, Outcome.OK));
  }

  private void open(Call call, long invoked, Outcome outcome) {
    calls.add(new Taken<>("c", call, Optional.empty(), invoked, Long.MAX_VALUE, outcome));
  }

  /** Pairs of offers that overlap: as many orders as two to their number, and one is right. */
  private void overlapping(int pairs) {
    for (int i = 0; i < pairs; i++) {
      answered(new Offer("a" + i), Optional.empty(), 10L * i, 10L * i + 5);
      answered(new Offer("b" + i), Optional.empty(), 10L * i + 1, 10L * i + 6);
    }
  }

  @Test
  void longAfterTheOffersTheirOrderIsSeen() {
    overlapping(100);
    for (int i = 0; i < 100; i++) {
      answered(new Poll(), Optional.of("b" + i), 1000 + 10L * i, 1001 + 10L * i);
      answered(new Poll(), Optional.of("a" + i), 1002 + 10L * i, 1003 + 10L * i);
    }
    assertThat(Queues.machine().check(calls, LITTLE).holds()).isTrue();
  }

  @Test
  void longAfterTheOffersAWrongOrderIsSeen() {
    overlapping(100);
    for (int i = 99; i >= 98; i--) {
      answered(new Poll(), Optional.of("a" + i), 2000 - 10L * i, 2001 - 10L * i);
    }
    assertThat(Queues.machine().check(calls, LITTLE).toString()).startsWith("broken");
  }

  @Test
  void theOrderOfWhatStaysInIsOfNoMatter() {
    overlapping(100);
    answered(new Poll(), Optional.of("a99"), 2000, 2001);
    assertThat(Queues.machine().check(calls, LITTLE).toString()).startsWith("broken");
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 2000);
  }

  /** Calls around the moments at which a real queue did them, some with another answer. */
  @ParameterizedTest
  @MethodSource("seeds")
  void lookingAheadChangesNoVerdict(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    Queue<String> queue = new ArrayDeque<>();
    for (int moment = 10; moment < 90; moment += 10) {
      Call call =
          random.nextInt(2) == 0
              ? new Offer(String.valueOf((char) ('a' + random.nextInt(6))))
              : new Poll();
      long invoked = moment - random.nextLong(30);
      Outcome outcome =
          switch (random.nextInt(8)) {
            case 0 -> Outcome.UNKNOWN;
            case 1 -> Outcome.FAIL;
            default -> Outcome.OK;
          };
      boolean isDone =
          outcome == Outcome.OK || (outcome == Outcome.UNKNOWN && random.nextBoolean());
      Optional<String> answer = isDone ? done(queue, call) : Optional.empty();
      if (outcome != Outcome.OK) {
        open(call, invoked, outcome);
      } else {
        boolean isWrong = call instanceof Poll && random.nextInt(8) == 0;
        answered(
            call,
            isWrong ? Optional.of("b") : answer,
            invoked,
            Math.max(invoked, moment + random.nextLong(30)));
      }
    }
    Machine<List<String>, Call, Optional<String>> plain =
        Machine.of(List.of(), Queues.machine()::apply);
    assertThat(Queues.machine().check(calls).holds())
        .as("seed %d, %s", seed, calls.taken())
        .isEqualTo(plain.check(calls).holds());
  }

  private static Optional<String> done(Queue<String> queue, Call call) {
    if (call instanceof Offer offer) {
      queue.add(offer.value());
      return Optional.empty();
    }
    return Optional.ofNullable(queue.poll());
  }

  /** A client that is stopped within a call sees many calls of another pass by. */
  @ParameterizedTest
  @MethodSource("fewSeeds")
  void threadsThatAreStoppedAnywhereAreJudged(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    Queue<String> queue = new ArrayDeque<>();
    int[] done = new int[4];
    long[] since = new long[4];
    List<Integer> turns = new ArrayList<>(IntStream.range(0, 4 * 80).mapToObj(i -> i % 4).toList());
    Collections.shuffle(turns, new Random(seed));
    long moment = 0;
    for (int client : turns) {
      moment += 20;
      int number = done[client]++;
      Call call = number % 4 == 3 ? new Poll() : new Offer(client + "-" + number);
      long end = moment + random.nextLong(10);
      answered(call, done(queue, call), since[client], end);
      since[client] = end + random.nextLong(3);
    }
    assertThat(Queues.machine().check(calls, LITTLE).toString())
        .as("seed %d", seed)
        .isEqualTo("holds");
  }

  static LongStream fewSeeds() {
    return LongStream.rangeClosed(1, 30);
  }
}
