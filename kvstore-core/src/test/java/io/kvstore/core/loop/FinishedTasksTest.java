package io.kvstore.core.loop;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FinishedTasksTest {
  private final FinishedTasks finished = new FinishedTasks();
  private final PromisedClientTask one = clientTask();
  private final PromisedClientTask other = clientTask();

  private static PromisedClientTask clientTask() {
    return PromisedClientTask.on(new SimulatedDriver(1).newLoop("loop"), () -> {});
  }

  @Test
  void theyAreTakenInTheOrderInWhichTheyEnded() {
    finished.add(one);
    finished.add(other);

    assertThat(finished.first()).isSameAs(one);
    assertThat(one.nextFinished).isSameAs(other);
    finished.removeFirst();
    assertThat(finished.first()).isSameAs(other);
    assertThat(one.nextFinished).isNull();
  }

  @Test
  void whenAllWereTakenItBeginsAnew() {
    finished.add(one);
    finished.removeFirst();
    assertThat(finished.first()).isNull();
    finished.removeFirst();
    finished.add(other);

    assertThat(finished.first()).isSameAs(other);
    assertThat(other.nextFinished).isNull();
  }
}
