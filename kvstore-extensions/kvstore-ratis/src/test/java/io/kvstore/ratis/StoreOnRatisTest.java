package io.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.engine.StoreContract;
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
  void closeAll() {
    members.close();
    assertThat(Thread.getAllStackTraces().keySet())
        .extracting(Thread::getName)
        .noneMatch(name -> name.startsWith("kvstore-ratis"));
  }
}
