package io.kvstore.server;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that ask for much and do not read it. */
@Timeout(600)
final class SlowReadersTest {
  private static final int READERS = 400;
  private static final int REQUESTS = 20;

  @Test
  void readersOfMemcachedThatDoNotReadTakeNothingFromOthers() throws Exception {
    try (UnderAttack attack = UnderAttack.start()) {
      attack.storeLarge();
      attack.by("slow readers of memcached", SlowReadersTest::askMemcached);
    }
  }

  private static void askMemcached(UnderAttack attack) {
    for (int i = 0; i < READERS; i++) {
      attack
          .attacker(RawClient.slowReaderOf(attack.server().memcached(i % 3)))
          .sendUnlessClosed("get large\r\n".repeat(REQUESTS));
    }
  }

  @Test
  void readersOfHttpThatDoNotReadTakeNothingFromOthers() throws Exception {
    try (UnderAttack attack = UnderAttack.start()) {
      attack.storeLarge();
      attack.by("slow readers of HTTP", SlowReadersTest::askHttp);
    }
  }

  private static void askHttp(UnderAttack attack) {
    for (int i = 0; i < READERS; i++) {
      attack
          .attacker(RawClient.slowReaderOf(attack.server().http(i % 3)))
          .sendUnlessClosed("GET /data/large HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(REQUESTS));
    }
  }

  /** Each reader holds on to a value that is stored no more. */
  @Test
  void valuesThatWereReplacedAreNotKeptForReadersThatDoNotRead() throws Exception {
    try (UnderAttack attack = UnderAttack.start()) {
      attack.by(
          "slow readers of replaced values",
          each -> {
            for (int i = 0; i < READERS; i++) {
              each.storeLarge();
              each.attacker(RawClient.slowReaderOf(each.server().memcached(0)))
                  .sendUnlessClosed("get large\r\n".repeat(REQUESTS));
            }
          });
    }
  }
}
