package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.Update;
import io.kvstore.Watch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.condition.EnabledForJreRange;
import org.junit.jupiter.api.condition.JRE;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Virtual threads as callers: each call lets its carrier go while it waits. */
@EnabledForJreRange(min = JRE.JAVA_21)
final class VirtualThreadsTest {
  private static final int CALLERS = 10_000;
  private static final int KEYS = 100;
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final String PINNED = "jdk.VirtualThreadPinned";

  @TempDir private Path folder;

  /** Each level with the replication that is the usual one there. */
  static Stream<Setup> usual() {
    return Setup.threaded()
        .filter(
            setup ->
                setup.replication()
                    == (setup.consistency().isAtLeast(Consistency.SEQUENTIAL)
                        ? Replication.PRIMARY
                        : Replication.BROADCAST));
  }

  @ParameterizedTest
  @MethodSource("usual")
  void noCallOfTenThousandPinsItsCarrier(Setup setup) throws Exception {
    try (KVStore<String, String> store = setup.bench().builder().timeout(PATIENCE).open();
        Recording recording = new Recording()) {
      for (int i = 0; i < KEYS; i++) {
        callEverything(store, i); // threads that wait for a class to be loaded are pinned
      }
      recording.enable(PINNED).withThreshold(Duration.ZERO).withStackTrace();
      recording.start();
      assertThat(inVirtualThreads(store)).isNull();
      recording.stop();

      assertThat(pinnedIn(recording)).isEmpty();
    }
  }

  /** Answers what one has failed with, if any. */
  private static Throwable inVirtualThreads(KVStore<String, String> store) throws Exception {
    var start = Thread.class.getMethod("startVirtualThread", Runnable.class);
    CountDownLatch left = new CountDownLatch(CALLERS);
    AtomicInteger next = new AtomicInteger();
    AtomicReference<Throwable> failure = new AtomicReference<>();
    Runnable caller =
        () -> {
          try {
            callEverything(store, next.getAndIncrement());
          } catch (Throwable thrown) {
            failure.compareAndSet(null, thrown);
          } finally {
            left.countDown();
          }
        };
    for (int i = 0; i < CALLERS; i++) {
      assertThat(start.invoke(null, caller)).isNotNull();
    }
    left.await();
    return failure.get();
  }

  private static void callEverything(KVStore<String, String> store, int number) {
    String key = "k" + number % KEYS;
    store.put(key, "v" + number);
    assertThat(store.get(key)).isNotNull();
    assertThat(store.update(Update.<String, String>put(key, "w").ifPresent())).isNotNull();
    assertThat(store.getAll(List.of(key, "k1"))).isNotNull();
    assertThat(store.session().get(key)).isNotNull();
    store.async().put(key, "x").join();
    if (number % KEYS == 0) {
      assertThat(store.scan(Scan.prefix("k1").limit(5))).isNotNull();
      try (Watch<String, String> watch = store.watch(Scan.all())) {
        assertThat(watch.poll(Duration.ofMillis(1))).isNotNull();
      }
    }
  }

  /** Those with this library on their stacks that wait for a lock or park, and load no class. */
  private List<String> pinnedIn(Recording recording) throws IOException {
    Path file = folder.resolve("pinned.jfr");
    recording.dump(file);
    List<String> pinned = new ArrayList<>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      if (event.getEventType().getName().equals(PINNED) && event.getStackTrace() != null) {
        List<String> frames =
            event.getStackTrace().getFrames().stream().map(VirtualThreadsTest::name).toList();
        boolean loads = frames.stream().anyMatch(frame -> frame.contains("ClassLoader"));
        if (!loads && frames.stream().anyMatch(frame -> frame.startsWith("io.kvstore."))) {
          pinned.add(String.join(" < ", frames));
        }
      }
    }
    return pinned;
  }

  private static String name(RecordedFrame frame) {
    return frame.getMethod().getType().getName() + '.' + frame.getMethod().getName();
  }
}
