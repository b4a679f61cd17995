package io.kvstore.memcached;

import io.kvstore.core.spi.DataletFactory;
import io.kvstore.testkit.DataletContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What every datalet keeps to. */
class ContractTest implements DataletContract {
  private static MemcachedServer memcached;
  private static int tests;

  @BeforeAll
  static void start() {
    memcached = MemcachedServer.start();
  }

  @AfterAll
  static void stop() {
    if (memcached != null) {
      memcached.close();
    }
  }

  @Override
  public DataletFactory factory() {
    return MemcachedDatalets.at(memcached.address()).withPrefix("test" + tests++);
  }

  @Override
  public boolean keepsDataOverRestart() {
    return false;
  }
}
