package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.engine.StoreContract;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;

/** A store across machines does what every store does, for clients and for members. */
class StoreOnRatisTest implements StoreContract {
  private final SharedMembers members = new SharedMembers();

  @Override
  public Stream<RatisSetup> setups() {
    return RatisSetup.chosen(members);
  }

  @AfterAll
  void closeAll() throws InterruptedException {
    members.close();
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
    while (!threads().isEmpty()) { // the last connections may end after their store is closed
      assertThat(System.nanoTime()).as("threads are left: %s", threads()).isLessThan(deadline);
      Thread.sleep(20);
    }
  }

  private static List<String> threads() {
    return Thread.getAllStackTraces().keySet().stream()
        .map(Thread::getName)
        .filter(name -> name.startsWith("kvstore-ratis"))
        .toList();
  }
}
