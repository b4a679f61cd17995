package io.kvstore.testkit.object;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.object.Calls.Taken;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.random.RandomGenerator;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Objects of any kind are judged by what they do one call after another. */
class MachineTest {
  private static final Machine<Long, Long, Long> SUM =
      Machine.of(0L, (sum, added) -> Machine.step(sum + added, sum + added));

  private final Calls<Long, Long> calls = new Calls<>();

  private void answered(long input, long output, long invoked, long returned) {
    calls.add(new Taken<>("c", input, Optional.of(output), invoked, returned, Outcome.OK));
  }

  private void unknown(long input, long invoked) {
    calls.add(new Taken<>("c", input, Optional.empty(), invoked, Long.MAX_VALUE, Outcome.UNKNOWN));
  }

  @Test
  void callsThatOverlapMayComeInAnyOrder() {
    answered(1, 3, 0, 10);
    answered(2, 2, 1, 9);
    assertThat(SUM.check(calls).holds()).isTrue();
  }

  @Test
  void aCallComesAfterThoseThatHadEnded() {
    answered(1, 3, 0, 5);
    answered(2, 2, 6, 9);
    assertThat(SUM.check(calls).toString())
        .isEqualTo(
            "broken: the longest order of the calls has 0 of 2, and then none of these can come"
                + " next:\n  c: 1 answers 3");
  }

  @Test
  void aCallOfUnknownOutcomeMayHaveItsEffectLateOrNever() {
    unknown(5, 0);
    answered(1, 1, 1, 2);
    answered(1, 7, 3, 4);
    assertThat(SUM.check(calls).holds()).isTrue();

    answered(1, 8, 5, 6);
    assertThat(SUM.check(calls).holds()).isTrue();
  }

  @Test
  void aCallOfUnknownOutcomeDoesNotHaveItsEffectTwice() {
    unknown(5, 0);
    answered(1, 6, 1, 2);
    answered(1, 12, 3, 4);
    assertThat(SUM.check(calls).holds()).isFalse();
  }

  @Test
  void aRefusedCallHasNoEffect() throws Exception {
    calls.refusedBy(IOException.class);
    assertThatThrownBy(
            () ->
                calls.call(
                    "ana",
                    5L,
                    () -> {
                      throw new IOException("full");
                    }))
        .hasMessage("full");
    calls.call("ana", 1L, () -> 6L);
    assertThat(SUM.check(calls).holds()).isFalse();
  }

  @Test
  @SuppressWarnings("NullAway")
  void aCallThatAnswersNullIsToldTheRemedy() {
    assertThatThrownBy(() -> calls.call("ana", 5L, () -> null))
        .isInstanceOf(NullPointerException.class)
        .hasMessageContaining("answer with an Optional");
    assertThat(calls.taken()).extracting(Taken::outcome).containsExactly(Outcome.UNKNOWN);
  }

  @Test
  void whatTakesTooLongIsUndecided() {
    for (int i = 0; i < 40; i++) {
      unknown(1L << i, i); // any of these may have had its effect
    }
    answered(1, -1, 50, 60);
    assertThat(SUM.check(calls, new Budget(Duration.ofMillis(20), 64L << 20)).toString())
        .startsWith("undecided");
  }

  @Test
  void twoClientsDoNotHaveALockAtTheSameTime() throws Exception {
    Calls<Locks.Call, Boolean> lock = new Calls<>();
    lock.call("ana", new Locks.TryLock("ana"), () -> true);
    lock.call("bob", new Locks.TryLock("bob"), () -> false);
    lock.call("ana", new Locks.Unlock("ana"), () -> true);
    lock.call("bob", new Locks.TryLock("bob"), () -> true);
    assertThat(Locks.machine().check(lock).holds()).isTrue();

    lock.call("cem", new Locks.TryLock("cem"), () -> true);
    assertThat(Locks.machine().check(lock).toString())
        .endsWith("cem: TryLock[owner=cem] answers true");
  }

  @Test
  void aSetTellsWhatIsInIt() throws Exception {
    Calls<Sets.Call, Boolean> set = new Calls<>();
    set.call("ana", new Sets.Add("x"), () -> true);
    set.call("ana", new Sets.Add("x"), () -> false);
    set.call("ana", new Sets.Contains("x"), () -> true);
    set.call("ana", new Sets.Remove("x"), () -> true);
    assertThat(Sets.machine().check(set).holds()).isTrue();

    set.call("ana", new Sets.Contains("x"), () -> true);
    assertThat(Sets.machine().check(set).holds()).isFalse();
  }

  @Test
  void aQueueOnRealThreadsIsFirstInFirstOut() throws Exception {
    Queue<String> queue = new ConcurrentLinkedQueue<>();
    Calls<Queues.Call, Optional<String>> calls = played(queue);
    assertThat(Queues.machine().check(calls).holds()).isTrue();
  }

  @Test
  void aQueueThatForgetsIsFound() throws Exception {
    Queue<String> forgetful =
        new ConcurrentLinkedQueue<>() {
          @Override
          public boolean offer(String value) {
            return value.endsWith("7") || super.offer(value);
          }
        };
    assertThat(Queues.machine().check(played(forgetful)).toString()).startsWith("broken");
  }

  private static Calls<Queues.Call, Optional<String>> played(Queue<String> queue) throws Exception {
    Calls<Queues.Call, Optional<String>> calls = new Calls<>();
    List<Thread> clients = new ArrayList<>();
    for (String name : List.of("ana", "bob", "cem")) {
      Thread client =
          new Thread(
              () -> {
                try {
                  for (int i = 0; i < 50; i++) {
                    String value = name + i;
                    calls.call(
                        name,
                        new Queues.Offer(value),
                        () -> {
                          queue.offer(value);
                          return Optional.empty();
                        });
                    calls.call(name, new Queues.Poll(), () -> Optional.ofNullable(queue.poll()));
                  }
                } catch (Exception impossible) {
                  throw new AssertionError(impossible);
                }
              });
      clients.add(client);
      client.start();
    }
    for (Thread client : clients) {
      client.join();
    }
    return calls;
  }

  static LongStream seeds() {
    return LongStream.rangeClosed(1, 300);
  }

  /** Few calls in all their orders: what the search says is what trying all says. */
  @ParameterizedTest
  @MethodSource("seeds")
  void theSearchSaysWhatTryingAllOrdersSays(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    for (int i = 0; i < 5; i++) {
      long invoked = random.nextLong(20);
      if (random.nextInt(4) == 0) {
        unknown(1 + random.nextInt(3), invoked);
      } else {
        answered(
            1 + random.nextInt(3), 1 + random.nextInt(9), invoked, invoked + random.nextLong(20));
      }
    }
    assertThat(SUM.check(calls).holds())
        .as("seed %d, %s", seed, calls.taken())
        .isEqualTo(isPossible(new ArrayList<>(), calls.taken()));
  }

  private static boolean isPossible(List<Taken<Long, Long>> order, List<Taken<Long, Long>> left) {
    if (left.stream().noneMatch(call -> call.outcome() == Outcome.OK)) {
      return fits(order);
    }
    for (int i = 0; i < left.size(); i++) {
      Taken<Long, Long> next = left.get(i);
      List<Taken<Long, Long>> others = new ArrayList<>(left);
      Collections.swap(others, i, others.size() - 1);
      others.remove(others.size() - 1);
      if (others.stream().noneMatch(other -> other.returned() < next.invoked())) {
        List<Taken<Long, Long>> longer = new ArrayList<>(order);
        longer.add(next);
        if (isPossible(longer, others)) {
          return true;
        }
      }
    }
    return false;
  }

  private static boolean fits(List<Taken<Long, Long>> order) {
    long sum = 0;
    for (Taken<Long, Long> call : order) {
      sum += call.input();
      if (call.output().isPresent() && call.output().get() != sum) {
        return false;
      }
    }
    return true;
  }
}
