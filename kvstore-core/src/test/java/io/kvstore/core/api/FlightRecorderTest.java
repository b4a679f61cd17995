package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.InProcess;
import io.kvstore.core.datalet.Datalets;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordingFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a recording of Java Flight Recorder has of a store. */
final class FlightRecorderTest {
  private static final NodeId N2 = NodeId.of(2);
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path directory;

  private List<RecordedEvent> recorded(Recording recording, String name) throws IOException {
    Path file = Files.createTempFile(directory, "store", ".jfr");
    recording.dump(file);
    return RecordingFile.readAllEvents(file).stream()
        .filter(event -> event.getEventType().getName().equals("io.kvstore." + name))
        .toList();
  }

  private void awaitFigures(Recording recording) throws IOException {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (recorded(recording, "Replica").isEmpty()) {
      assertThat(System.nanoTime()).as("figures are recorded in time").isLessThan(deadline);
      LockSupport.parkNanos(20_000_000);
    }
  }

  @Test
  void viewsFailuresLongTurnsAndFiguresAreRecorded() throws IOException {
    try (Recording recording = new Recording();
        KVStore<String, String> store =
            KVStore.builder()
                .engine(new InProcess().datalet(new WeakDatalets(Datalets.hash(), N2)))
                .open()) {
      recording.enable("io.kvstore.Replica").withPeriod(Duration.ofMillis(20));
      recording.start();
      store.put("k", "v");
      store.cluster().crash(N2);
      store.cluster().restart(N2);
      assertThat(store.cluster().awaitMember(N2, SOON)).isTrue();
      store.put(WeakDatalets.SLOW_KEY, "v");
      store.put(WeakDatalets.KEY, "v");
      awaitFigures(recording);

      assertThat(recorded(recording, "ViewDecided"))
          .anySatisfy(
              event -> {
                assertThat(event.getLong("epoch")).isGreaterThan(1);
                assertThat(event.getString("members")).contains("n2");
                assertThat(event.getString("store")).startsWith("kvstore-");
              });
      assertThat(recorded(recording, "LongTurn"))
          .anySatisfy(
              event -> assertThat(event.getDuration()).isGreaterThan(Duration.ofMillis(50)));
      assertThat(recorded(recording, "ReplicaFailed"))
          .singleElement()
          .satisfies(
              event -> {
                assertThat(event.getString("node")).isEqualTo("n2");
                assertThat(event.getString("cause")).contains("the disk is full");
              });
      assertThat(recorded(recording, "Replica"))
          .anySatisfy(
              event -> {
                assertThat(event.getString("node")).isEqualTo("n0");
                assertThat(event.getBoolean("primary")).isTrue();
                assertThat(event.getLong("entries")).isPositive();
              });
    }
  }
}
