package io.kvstore.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;

/** The in-process engine does what every engine does, in every cell, and leaves no thread. */
class InProcessEngineTest implements StoreContract {
  @Override
  public Stream<InProcessSetup> setups() {
    return Stream.concat(InProcessSetup.ofAllCells(), InProcessSetup.ofOtherDatalets());
  }

  @Override
  public Stream<InProcessSetup> fewSetups() {
    return InProcessSetup.ofAllCells()
        .filter(setup -> setup.shards() == 1 && setup.isOfDefaultCell())
        .filter(setup -> setup.isAtLeast(Consistency.LINEARIZABLE));
  }

  @AfterEach
  void noThreadIsLeft() {
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
    while (!threads().isEmpty() && System.nanoTime() < deadline) {
      Thread.onSpinWait();
    }
    assertThat(threads()).isEmpty();
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("kvstore-"))
        .toList();
  }
}
