package io.kvstore.server;

import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Clients that ask for much and do not read it. */
@Timeout(600)
final class SlowReadersTest {
  private static final int READERS = 400;
  private static final int REQUESTS = 20;
  private static final int ATTEMPTS = 20;
  private static final String LARGE = "v".repeat(1_000_000);

  /** Stores a large value; who does not get on with that in a flood may be closed. */
  private static void store(UnderAttack attack) {
    for (int attempt = 1; true; attempt++) {
      try (RawClient client = RawClient.connectTo(attack.server().memcached(0))) {
        client.say("set large 0 0 1000000\r\n" + LARGE + "\r\n");
        return;
      } catch (UncheckedIOException closed) {
        if (attempt == ATTEMPTS) {
          throw closed;
        }
      }
    }
  }

  @Test
  void readersOfMemcachedThatDoNotReadTakeNothingFromOthers() throws Exception {
    try (UnderAttack attack = UnderAttack.start()) {
      store(attack);
      attack.by("slow readers of memcached", SlowReadersTest::askMemcached);
    }
  }

  private static void askMemcached(UnderAttack attack) {
    for (int i = 0; i < READERS; i++) {
      attack
          .attacker(RawClient.slowReaderOf(attack.server().memcached(i % 3)))
          .send("get large\r\n".repeat(REQUESTS));
    }
  }

  @Test
  void readersOfHttpThatDoNotReadTakeNothingFromOthers() throws Exception {
    try (UnderAttack attack = UnderAttack.start()) {
      store(attack);
      attack.by("slow readers of HTTP", SlowReadersTest::askHttp);
    }
  }

  private static void askHttp(UnderAttack attack) {
    for (int i = 0; i < READERS; i++) {
      attack
          .attacker(RawClient.slowReaderOf(attack.server().http(i % 3)))
          .send("GET /data/large HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(REQUESTS));
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
              store(each);
              each.attacker(RawClient.slowReaderOf(each.server().memcached(0)))
                  .send("get large\r\n".repeat(REQUESTS));
            }
          });
    }
  }
}
