package io.kvstore.core.datalet;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.core.datalet.SimulatedDisk.Died;
import io.kvstore.core.datalet.SimulatedDisk.Loss;
import io.kvstore.core.spi.Datalet;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/**
 * Crashes a log in every place, and requires that what comes back is a beginning of what was
 * written, with all that was synced.
 *
 * <p>The small files make it roll and compact all the time, so that crashes hit every step of that
 * too.
 */
class LogCrashTest {
  private static final int SEEDS = 12;
  private static final int WRITES = 120;
  private static final LogDatalet.Sizes ONE_FILE = new LogDatalet.Sizes(48, 1 << 20);
  private static final LogDatalet.Sizes SMALL_FILES = new LogDatalet.Sizes(48, 500);

  @Test
  void aTailThatWasNotSyncedMayBeCutAtEveryByte() {
    for (int seed = 0; seed < SEEDS; seed++) {
      for (LogDatalet.Sizes sizes : List.of(ONE_FILE, SMALL_FILES)) {
        SimulatedDisk disk = new SimulatedDisk();
        Workload workload = new Workload(new Random(seed));
        Datalet datalet = open(disk, Fsync.always(), sizes);
        workload.run(datalet, WRITES);
        workload.runUnsynced(datalet, 8);
        String last = disk.lastFile();
        byte[] bytes = disk.bytesOf(last);
        for (int cut = disk.keptBytesOf(last); cut <= bytes.length; cut++) {
          String circumstances = sizes + ", seed " + seed + ", " + last + " cut at " + cut;
          SimulatedDisk shorter = disk.afterMachineDied(SimulatedDisk.NOTHING_LOST);
          shorter.put(last, Arrays.copyOf(bytes, cut));
          requireRecovery(workload, shorter, sizes, circumstances);

          SimulatedDisk zeros = disk.afterMachineDied(SimulatedDisk.NOTHING_LOST);
          zeros.put(last, Arrays.copyOf(Arrays.copyOf(bytes, cut), bytes.length));
          requireRecovery(workload, zeros, sizes, circumstances + ", zeros behind");
        }
      }
    }
  }

  @Test
  void theMachineMayDieAtEveryStep() {
    long steps = 0;
    for (int seed = 0; seed < SEEDS; seed++) {
      boolean hasDied = true;
      for (int step = 0; hasDied; step++, steps++) {
        SimulatedDisk disk = new SimulatedDisk().dyingAfter(step);
        Workload workload = new Workload(new Random(seed));
        hasDied = dies(disk, Fsync.always(), workload);
        for (Loss loss : losses(seed * 1_000L + step)) {
          String circumstances = "seed " + seed + ", step " + step;
          requireRecovery(workload, disk.afterMachineDied(loss), SMALL_FILES, circumstances);
        }
      }
    }
    assertThat(steps).as("crashes").isGreaterThan(SEEDS * 100L);
  }

  @Test
  void aLogThatIsSeldomForcedComesBackAsItOnceWas() {
    for (Fsync fsync : List.of(Fsync.every(Duration.ofDays(1)), Fsync.never())) {
      for (int seed = 0; seed < SEEDS; seed++) {
        boolean hasDied = true;
        for (int step = 0; hasDied; step++) {
          SimulatedDisk disk = new SimulatedDisk().dyingAfter(step);
          Workload workload = new Workload(new Random(seed));
          hasDied = dies(disk, fsync, workload);
          String circumstances = fsync + ", seed " + seed + ", step " + step;
          requireRecovery(workload, disk.afterProcessDied(), SMALL_FILES, circumstances);
          for (Loss loss : losses(seed * 1_000L + step)) {
            try (Datalet recovered = open(disk.afterMachineDied(loss), fsync, SMALL_FILES)) {
              workload.requirePrefix(recovered, circumstances);
            }
          }
        }
      }
    }
  }

  @Test
  void recoveryMayItselfDieAtEveryStep() {
    for (int seed = 0; seed < SEEDS; seed++) {
      SimulatedDisk disk = new SimulatedDisk();
      Workload workload = new Workload(new Random(seed));
      workload.run(open(disk, Fsync.always(), SMALL_FILES), WRITES);
      boolean hasDied = true;
      for (int step = 0; hasDied; step++) {
        String circumstances = "seed " + seed + ", step " + step + " of recovery";
        Random random = new Random(seed * 1_000L + step);
        SimulatedDisk torn = disk.afterMachineDied(SimulatedDisk.partLost(random));
        hasDied = diesRecovering(torn.dyingAfter(step));
        for (Loss loss : losses(seed * 1_000L + step)) {
          requireRecovery(workload, torn.afterMachineDied(loss), SMALL_FILES, circumstances);
        }
      }
    }
  }

  /**
   * The first crash leaves more in the memory of the operating system than the disk keeps; the
   * second takes that.
   */
  @Test
  void whatWasSeenAfterTheProcessDiedIsThereAfterTheMachineDied() {
    for (int seed = 0; seed < SEEDS; seed++) {
      for (int step = 0; step < 100; step++) {
        SimulatedDisk disk = new SimulatedDisk().dyingAfter(step);
        dies(disk, Fsync.never(), new Workload(new Random(seed)));
        SimulatedDisk second = disk.afterProcessDied();
        Workload workload = new Workload(new Random(seed));
        workload.continueFrom(open(second, Fsync.never(), SMALL_FILES));
        SimulatedDisk third = second.afterMachineDied(SimulatedDisk.ALL_LOST);
        try (Datalet recovered = open(third, Fsync.never(), SMALL_FILES)) {
          workload.requireAll(recovered, "seed " + seed + ", step " + step);
        }
      }
    }
  }

  /** Recovers, goes on writing, and opens once more. */
  private static void requireRecovery(
      Workload workload, SimulatedDisk disk, LogDatalet.Sizes sizes, String circumstances) {
    Workload later = new Workload(new Random(1));
    try (Datalet recovered = open(disk, Fsync.always(), sizes)) {
      workload.requireSyncedPrefix(recovered, circumstances);
      later.continueFrom(recovered);
      later.run(recovered, 10);
    }
    try (Datalet reopened = open(disk, Fsync.always(), sizes)) {
      later.requireAll(reopened, circumstances + ", opened again");
    }
  }

  private static boolean dies(SimulatedDisk disk, Fsync fsync, Workload workload) {
    try {
      workload.run(open(disk, fsync, SMALL_FILES), WRITES);
      return false;
    } catch (Died died) {
      return true;
    }
  }

  private static boolean diesRecovering(SimulatedDisk disk) {
    try {
      open(disk, Fsync.always(), SMALL_FILES);
      return false;
    } catch (Died died) {
      return true;
    }
  }

  private static List<Loss> losses(long seed) {
    return List.of(
        SimulatedDisk.ALL_LOST,
        SimulatedDisk.NOTHING_LOST,
        SimulatedDisk.partLost(new Random(seed)),
        SimulatedDisk.partLost(new Random(~seed)));
  }

  private static Datalet open(SimulatedDisk disk, Fsync fsync, LogDatalet.Sizes sizes) {
    return LogDatalet.open(disk, fsync, () -> 0, sizes);
  }
}
