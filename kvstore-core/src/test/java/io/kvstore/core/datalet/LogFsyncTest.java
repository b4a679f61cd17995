package io.kvstore.core.datalet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Entry;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogFsyncTest {
  private static final Bytes KEY = Bytes.of("key");
  private static final Entry VALUE = Entry.of(Bytes.of("value"), 1);

  private final SimulatedDisk disk = new SimulatedDisk();
  private final AtomicLong nanoTime = new AtomicLong();

  @Test
  void oneForceServesManyWrites() {
    Datalet datalet = open(Fsync.always());
    int before = disk.forces();
    put(datalet, 1_000);
    assertThat(disk.forces()).as("forces before the sync").isEqualTo(before);
    datalet.sync();
    assertThat(disk.forces()).as("forces after the sync").isEqualTo(before + 1);
    assertSurvivesTheMachine(1_000);
  }

  @Test
  void aSyncWithoutWritesForcesNothing() {
    Datalet datalet = open(Fsync.always());
    put(datalet, 1);
    datalet.sync();
    int before = disk.forces();
    datalet.sync();
    assertThat(disk.forces()).isEqualTo(before);
  }

  @Test
  void anIntervalForcesAtMostThatOften() {
    Datalet datalet = open(Fsync.every(Duration.ofNanos(100)));
    int before = disk.forces();
    for (int i = 1; i <= 1_000; i++) {
      put(datalet, 1);
      nanoTime.set(i);
      datalet.sync();
      assertThat(disk.forces() - before).as("forces at %d", i).isEqualTo(i / 100);
    }
  }

  @Test
  void whatIsNotForcedIsWithTheOperatingSystem() {
    Datalet datalet = open(Fsync.every(Duration.ofDays(1)));
    put(datalet, 10);
    datalet.sync();
    assertSurvivesTheProcess(10);
    assertSurvivesTheMachine(0);
  }

  @Test
  void neverForcesNothingUntilTheClose() {
    Datalet datalet = open(Fsync.never());
    int before = disk.forces();
    put(datalet, 10);
    nanoTime.set(Long.MAX_VALUE - 1);
    datalet.sync();
    assertThat(disk.forces()).isEqualTo(before);
    assertSurvivesTheProcess(10);
    datalet.close();
    assertThat(disk.forces()).isEqualTo(before + 1);
    assertSurvivesTheMachine(10);
  }

  @Test
  void nothingIsWrittenAfterAForceFailed() {
    Datalet datalet = open(Fsync.always());
    put(datalet, 1);
    datalet.sync();
    datalet.put(KEY, VALUE);
    disk.failForces();
    assertThatThrownBy(datalet::sync)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot force " + disk.lastFile());
    assertRefusesWrites(datalet);
  }

  @Test
  void nothingIsWrittenAfterAWriteFailed() {
    Datalet datalet = open(Fsync.always());
    put(datalet, 1);
    datalet.sync();
    datalet.put(KEY, VALUE);
    disk.failWrites();
    assertThatThrownBy(datalet::sync)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("cannot write " + disk.lastFile());
    assertRefusesWrites(datalet);
  }

  @Test
  void anIntervalMustBePositive() {
    assertThatThrownBy(() -> Fsync.every(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an interval must be positive, not PT0S");
  }

  private void assertRefusesWrites(Datalet datalet) {
    int forces = disk.forces();
    long written = disk.bytesWritten();
    assertThatThrownBy(() -> datalet.put(KEY, VALUE)).isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(() -> datalet.remove(KEY)).isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(datalet::clear).isInstanceOf(UncheckedIOException.class);
    assertThatThrownBy(datalet::sync)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("nothing is written any more since this failed: cannot ");
    assertThat(datalet.get(KEY)).isEqualTo(VALUE);
    datalet.close();
    assertThat(disk.forces()).isEqualTo(forces);
    assertThat(disk.bytesWritten()).isEqualTo(written);
    assertThat(disk.isClosed()).isTrue();
  }

  private void assertSurvivesTheProcess(int entries) {
    try (Datalet datalet = open(disk.afterProcessDied(), Fsync.always())) {
      assertThat(datalet.size()).isEqualTo(entries);
    }
  }

  private void assertSurvivesTheMachine(int entries) {
    SimulatedDisk left = disk.afterMachineDied(SimulatedDisk.ALL_LOST);
    try (Datalet datalet = open(left, Fsync.always())) {
      assertThat(datalet.size()).isEqualTo(entries);
    }
  }

  private static void put(Datalet datalet, int entries) {
    for (int i = 0; i < entries; i++) {
      datalet.put(Bytes.of("key-" + i), VALUE);
    }
  }

  private Datalet open(Fsync fsync) {
    return open(disk, fsync);
  }

  private Datalet open(SimulatedDisk on, Fsync fsync) {
    return LogDatalet.open(on, fsync, nanoTime::get, LogDatalet.Sizes.DEFAULT);
  }
}
