package io.kvstore.core.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.OverloadedException;
import io.kvstore.core.client.Lanes.Lane;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jetbrains.lincheck.Lincheck;
import org.junit.jupiter.api.Test;

class LanesTest {
  private static final int INVOCATIONS = 300;

  @Test
  void aLaneThatWasGivenBackIsTakenAgainWithItsNextNumber() {
    Lanes lanes = new Lanes(10);
    Lane first = lanes.take();
    assertThat(first.sequence).isOne();
    lanes.giveBack(first);

    assertThat(lanes.take()).isSameAs(first);
    assertThat(first.sequence).isEqualTo(2);
  }

  @Test
  void thereAreAsManyLanesAsTheLimitAndNoMore() {
    int limit = 40; // more than fit near to the threads
    Lanes lanes = new Lanes(limit);
    for (int round = 0; round < 3; round++) {
      Set<Integer> clients = new HashSet<>();
      List<Lane> taken = new ArrayList<>();
      for (int i = 0; i < limit; i++) {
        Lane lane = lanes.take();
        taken.add(lane);
        clients.add(lane.client);
      }
      assertThat(clients).hasSize(limit).allMatch(client -> client >= 0 && client < limit);
      assertThatThrownBy(lanes::take)
          .isInstanceOf(OverloadedException.class)
          .hasMessageContaining("" + limit);
      taken.forEach(lanes::giveBack);
    }
  }

  @Test
  void aLaneThatAnotherThreadHasGivenBackIsFoundWhenThereAreNoOthers() throws Exception {
    Lanes lanes = new Lanes(1);
    for (int i = 0; i < 40; i++) { // threads of all the places that are near
      Thread other = new Thread(() -> lanes.giveBack(lanes.take()));
      other.start();
      other.join();
    }
    assertThat(lanes.take().sequence).isEqualTo(41);
  }

  /** Lincheck tries the ways in which the steps of two threads can follow each other. */
  @Test
  void noLaneIsTakenByTwoAndNoneIsLost() {
    Lincheck.runConcurrentTest(
        INVOCATIONS,
        () -> {
          Lanes lanes = new Lanes(2);
          boolean[] inUse = new boolean[2];
          Runnable operations =
              () -> {
                for (int i = 0; i < 2; i++) {
                  Lane lane = lanes.take(); // two lanes for two threads: never too few
                  require(!inUse[lane.client], "a lane was taken by two");
                  inUse[lane.client] = true;
                  inUse[lane.client] = false;
                  lanes.giveBack(lane);
                }
              };
          Thread other = new Thread(operations);
          other.start();
          operations.run();
          join(other);
          Lane one = lanes.take();
          Lane two = lanes.take();
          require(one.client != two.client, "a lane was lost");
          require(one.sequence + two.sequence == 6, "a number was given twice");
        });
  }

  private static void require(boolean holds, String orElse) {
    if (!holds) {
      throw new AssertionError(orElse);
    }
  }

  private static void join(Thread thread) {
    try {
      thread.join();
    } catch (InterruptedException stopped) {
      throw new AssertionError(stopped);
    }
  }

  /** Lanes are given back by other threads than take them, as answers are delivered by others. */
  @Test
  void manyThreadsNeverShareALane() {
    int threads = 8;
    Lanes lanes = new Lanes(threads * 4);
    AtomicIntegerArray inUse = new AtomicIntegerArray(threads * 4);
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; i < threads; i++) {
      all.add(
          CompletableFuture.runAsync(
              () -> {
                for (int n = 0; n < 20_000; n++) {
                  List<Lane> taken = new ArrayList<>();
                  int wanted = ThreadLocalRandom.current().nextInt(1, 4);
                  for (int k = 0; k < wanted; k++) {
                    Lane lane = lanes.take();
                    assertThat(inUse.getAndSet(lane.client, 1)).isZero();
                    taken.add(lane);
                  }
                  taken.forEach(
                      lane -> {
                        assertThat(inUse.getAndSet(lane.client, 0)).isOne();
                        lanes.giveBack(lane);
                      });
                }
              },
              task -> new Thread(task).start()));
    }
    all.forEach(CompletableFuture::join);
  }
}
