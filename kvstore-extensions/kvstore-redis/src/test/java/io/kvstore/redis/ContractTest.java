package io.kvstore.redis;

import io.kvstore.core.spi.DataletFactory;
import io.kvstore.testkit.DataletContract;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** What every datalet keeps to. */
class ContractTest implements DataletContract {
  private static LocalServer redis;
  private static int tests;

  @BeforeAll
  static void start() {
    redis = RedisTool.start();
  }

  @AfterAll
  static void stop() {
    if (redis != null) {
      redis.close();
    }
  }

  @Override
  public DataletFactory factory() {
    return RedisDatalets.at(redis.address()).withPrefix("test" + tests++);
  }

  @Override
  public boolean keepsDataOverRestart() {
    return false;
  }
}
