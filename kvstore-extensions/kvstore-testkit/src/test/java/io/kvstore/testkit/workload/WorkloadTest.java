package io.kvstore.testkit.workload;

import static io.kvstore.testkit.assertions.KVAssertions.assertThat;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.core.InProcess;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.record.RecordedClient;
import io.kvstore.testkit.record.Recorder;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Stores that are none of kvstore's are recorded and judged. */
class WorkloadTest {
  @Test
  void aConcurrentMapIsLinearizable() {
    History seen =
        new Workload()
            .clients(4)
            .operations(500)
            .kinds(Kind.READ, Kind.WRITE, Kind.CAS, Kind.DELETE)
            .run(new ConcurrentHashMap<>());
    assertThat(seen).isLinearizable();
    assertThat(seen.size()).isGreaterThanOrEqualTo(2_000);
  }

  /** Reads from a copy that follows a little later. */
  private static final class TwoMaps implements Subject {
    private final Map<String, String> first;
    private final Map<String, String> copy;

    TwoMaps(Map<String, String> first, Map<String, String> copy) {
      this.first = first;
      this.copy = copy;
    }

    @Override
    public @Nullable String get(String key) {
      return copy.get(key);
    }

    @Override
    public void put(String key, String value) {
      first.put(key, value);
    }
  }

  @Test
  void aCopyThatFollowsLaterIsNotLinearizable() {
    Map<String, String> first = new ConcurrentHashMap<>();
    Map<String, String> copy = new ConcurrentHashMap<>();
    AtomicInteger copied = new AtomicInteger();
    History seen =
        new Workload()
            .operations(20_000)
            .kinds(Kind.READ, Kind.WRITE)
            .meanwhile(
                Duration.ofMillis(1),
                () -> {
                  copy.putAll(first);
                  copied.incrementAndGet();
                })
            .run(client -> new TwoMaps(first, copy));
    assertThat(seen).isNot(Consistency.LINEARIZABLE);
    assertThat(copied.get()).isPositive();
  }

  @Test
  void whatDisturbsAndThrowsIsTold() {
    assertThatThrownBy(
            () ->
                new Workload()
                    .clients(1)
                    .meanwhile(
                        Duration.ZERO,
                        () -> {
                          throw new IOException("no such node");
                        })
                    .seed(7)
                    .operations(100_000)
                    .run(new ConcurrentHashMap<>()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("seed 7")
        .hasRootCauseMessage("no such node");
  }

  @Test
  void aFaultThatTheEndInterruptsHasNotFailed() {
    History seen =
        new Workload()
            .operations(1)
            .meanwhile(Duration.ZERO, () -> Thread.sleep(60_000))
            .run(new ConcurrentHashMap<>());
    assertThat(seen).isLinearizable();
  }

  @Test
  void eachRunIsRecordedByItself() {
    Workload workload = new Workload().clients(1).operations(100).kinds(Kind.WRITE);
    assertThat(workload.run(new ConcurrentHashMap<>()).size()).isEqualTo(100);
    assertThat(workload.run(new ConcurrentHashMap<>()).size()).isEqualTo(100);
  }

  @Test
  void whatIsNotSupportedIsTold() {
    assertThatThrownBy(() -> new Workload().kinds(Kind.APPEND).run(new ConcurrentHashMap<>()))
        .hasRootCauseMessage("append");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Workload().kinds(Kind.ADD))
        .withMessageContaining("found [add]");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Workload().clients(0))
        .withMessage("expected 1 or more clients, found 0");
  }

  @Test
  void callsThatThrowAreUnknownOrRefused() {
    Recorder recorder = new Recorder().refusedBy(IOException.class);
    RecordedClient ana = recorder.client("ana");
    assertThatThrownBy(
            () ->
                ana.put(
                    "k",
                    1,
                    () -> {
                      throw new TimeoutException("lost");
                    }))
        .hasMessage("lost");
    assertThatThrownBy(
            () ->
                ana.put(
                    "k",
                    2,
                    () -> {
                      throw new IOException("refused");
                    }))
        .hasMessage("refused");
    History seen = recorder.history();
    assertThat(IntStream.range(0, 2).mapToObj(seen::outcome))
        .containsExactly(Outcome.UNKNOWN, Outcome.FAIL);
    assertThat(seen.process(1)).isNotEqualTo(seen.process(0)); // the first may be under way
  }

  @Test
  void answersAreTakenDownAsTheyAre() {
    Recorder recorder = new Recorder();
    RecordedClient ana = recorder.client("ana");
    ana.put("k", 1, () -> {});
    Optional<Integer> seen = ana.get("k", () -> Optional.of(1));
    assertThat(seen).contains(1);
    int before = ana.getAndPut("k", 5, () -> 1);
    assertThat(before).isEqualTo(1);
    assertThat(ana.compareAndSet("k", 5, 6, () -> true)).isTrue();
    assertThat(ana.add("k", 4, () -> 10L)).isEqualTo(10);
    ana.remove("k", () -> {});
    assertThat(ana.putIfAbsent("k", 7, () -> true)).isTrue();
    Optional<Integer> other = ana.get("other", Optional::empty);
    assertThat(other).isEmpty();
    assertThat(recorder.history()).isLinearizable();

    int wrong = ana.get("k", () -> 8);
    assertThat(wrong).isEqualTo(8);
    assertThat(recorder.history()).isNot(Consistency.LINEARIZABLE);
  }

  @Test
  void aRecorderRecordsOneStore() {
    Recorder recorder = new Recorder();
    RecordedClient ana = recorder.client("ana");
    ana.put("k", 1, () -> {});
    assertThatThrownBy(() -> KVStore.builder().engine(recorder.around(new InProcess())).open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("a store or clients already");
  }
}
