package io.kvstore.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.spi.Datalet;
import io.kvstore.spi.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One datalet and its server, which may forget, end, or belong to somebody else. */
class RedisDataletTest {
  private static final NodeId NODE = NodeId.of(0);
  private static final Bytes KEY = Bytes.of("key");

  private LocalServer redis;

  @BeforeEach
  void start() {
    redis = RedisTool.start();
  }

  @AfterEach
  void stop() {
    if (redis != null) {
      redis.close();
    }
  }

  private Datalet open() {
    return RedisDatalets.at(redis.address()).open(NODE, 0);
  }

  private static Entry entry(int version) {
    return Entry.of(Bytes.of("value " + version), version);
  }

  @Test
  void anEntryThatIsGoneIsReportedAndNeverTakenForOneThatWasNotWritten() {
    try (Datalet datalet = open()) {
      datalet.put(KEY, entry(1));
      datalet.put(Bytes.of("other"), entry(2));
      RedisTool.tell(redis, "HDEL", RedisTool.key(redis, ":entries"), "key");
      assertThatThrownBy(() -> datalet.get(KEY))
          .isInstanceOf(LostEntriesException.class)
          .hasMessageContaining("has 1 of the 2 entries in kvstore:n0-0")
          .hasMessageContaining("maxmemory-policy noeviction");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {":entries", ":keys"})
  void aKeyThatWasEvictedIsNoticed(String which) {
    try (Datalet datalet = open()) {
      datalet.put(KEY, entry(1));
      datalet.sync();
      RedisTool.tell(redis, "DEL", RedisTool.key(redis, which));
      assertThatThrownBy(() -> datalet.forEach((key, entry) -> true))
          .isInstanceOf(LostEntriesException.class);
    }
    try (Datalet datalet = open()) {
      datalet.put(KEY, entry(1));
      RedisTool.tell(redis, "DEL", RedisTool.key(redis, which));
      assertThatThrownBy(datalet::sync).isInstanceOf(LostEntriesException.class);
    }
    assertThat(RedisTool.keys(redis)).isEmpty();
  }

  @Test
  void anEntryThatSomebodyElseHasWrittenIsReported() {
    try (Datalet datalet = open()) {
      datalet.put(KEY, entry(1));
      RedisTool.tell(redis, "HSET", RedisTool.key(redis, ":entries"), "key", "foreign");
      assertThatThrownBy(() -> datalet.get(KEY))
          .isInstanceOf(LostEntriesException.class)
          .hasMessageContaining("has something else in the place of the entry of key");
    }
  }

  @Test
  void aFlushedServerIsNoticedBeforeTheNextWriteIsAcknowledged() {
    try (Datalet datalet = open()) {
      RedisTool.tell(redis, "FLUSHALL");
      datalet.put(KEY, entry(1));
      assertThatThrownBy(datalet::sync)
          .isInstanceOf(LostEntriesException.class)
          .hasMessageContaining("has forgotten who lives in kvstore:n0-0");
    }
    try (Datalet datalet = open()) {
      datalet.put(KEY, entry(1));
      RedisTool.tell(redis, "FLUSHALL");
      assertThatThrownBy(() -> datalet.put(Bytes.of("new"), entry(2)))
          .isInstanceOf(LostEntriesException.class)
          .hasMessageContaining("has 0 of the 1 entries");
    }
    assertThat(RedisTool.keys(redis)).isEmpty();
  }

  @Test
  void aServerThatHasStartedAgainIsNotUsedAnyMore() {
    try (Datalet datalet = open()) {
      datalet.put(KEY, entry(1));
      redis.restart();
      for (int tries = 0; tries < 2; tries++) {
        assertThatThrownBy(() -> datalet.put(Bytes.of("new"), entry(2)))
            .isInstanceOf(UncheckedIOException.class)
            .hasMessageContaining(":" + redis.address().getPort() + ": ");
      }
    }
    try (Datalet again = open()) {
      assertThat(again.size()).isZero();
      again.put(KEY, entry(3));
      assertThat(again.get(KEY)).isEqualTo(entry(3));
    }
  }

  @Test
  void aSecondStoreInTheSamePlaceTakesItOver() {
    try (Datalet first = open()) {
      first.sync();
      try (Datalet second = open()) {
        second.put(KEY, entry(2));
        second.sync();
        first.put(Bytes.of("new"), entry(3));
        assertThatThrownBy(first::sync)
            .isInstanceOf(LostEntriesException.class)
            .hasMessageContaining("serves somebody else in kvstore:n0-0");
        assertThat(second.get(KEY)).isEqualTo(entry(2));
        second.put(Bytes.of("more"), entry(4));
        second.sync();
      }
    }
    assertThat(RedisTool.keys(redis)).isEmpty();
  }

  @Test
  void whatAKilledProcessHasLeftIsTakenAwayAndNothingElse() {
    RedisTool.tell(redis, "SET", "kvstore:n0-0", "dead");
    RedisTool.tell(redis, "HSET", "kvstore:n0-0:dead:entries", "key", "x");
    RedisTool.tell(redis, "ZADD", "kvstore:n0-0:dead:keys", "0", "key");
    RedisTool.tell(redis, "HSET", "kvstore:n0-1:dead:entries", "key", "x");
    RedisTool.tell(redis, "SET", "another", "x");
    try (Datalet datalet = open()) {
      assertThat(datalet.size()).isZero();
      assertThat(RedisTool.keys(redis))
          .containsExactly("another", "kvstore:n0-0", "kvstore:n0-1:dead:entries");
    }
  }

  @Test
  void aClosedDataletLeavesNothingOnItsServerAndHasNoThread() {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    Datalet datalet = open();
    for (int i = 0; i < 300; i++) {
      datalet.put(Bytes.of("key" + i), entry(i));
    }
    assertThat(before).containsAll(Thread.getAllStackTraces().keySet());
    assertThat(RedisTool.keys(redis)).hasSize(3);
    datalet.close();
    assertThat(RedisTool.keys(redis)).isEmpty();
  }

  @Test
  void aServerThatIsFullSaysSo() {
    try (Datalet datalet = open()) {
      datalet.put(Bytes.of("other"), entry(1));
      RedisTool.tell(redis, "CONFIG", "SET", "maxmemory", "1");
      assertThatThrownBy(() -> datalet.put(KEY, entry(1)))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("OOM");
    }
    assertThat(RedisTool.keys(redis)).as("what a replica that was refused has left").isEmpty();
  }

  @Test
  void aServerThatNoLongerReadsIsGivenUpAlsoAmidAWrite() throws Exception {
    RedisDatalets datalets = RedisDatalets.at(redis.address()).withTimeout(Duration.ofMillis(200));
    try (Datalet datalet = datalets.open(NODE, 0)) {
      datalet.put(KEY, entry(1));
      redis.stop();
      Entry large = Entry.of(Bytes.wrap(new byte[64 << 20]), 2); // more than any socket buffers
      assertThatThrownBy(() -> datalet.put(KEY, large))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("no answer in time");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "'HTTP/1.1 400 Bad Request\r\n', this is no Redis: it says HTTP/1.1 400",
    "'$many\r\n', this is no Redis: it says $many",
    "'$5\r\nab', it has closed the connection",
    "'', it has closed the connection",
    "'-NOAUTH Authentication required.\r\n', see withPassword and withLogin",
    "'*1\r\n:1\r\n', it answers with something else than a text",
  })
  void whatIsNoAnswerIsSaid(String said, String why) throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> answered = CompletableFuture.runAsync(() -> answer(other, said));
      InetSocketAddress address =
          new InetSocketAddress(other.getInetAddress(), other.getLocalPort());
      assertThatThrownBy(() -> RedisDatalets.at(address).open(NODE, 0))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining(why);
      answered.join();
    }
  }

  @Test
  void aLineWithoutAnEndIsNotReadForEver() throws Exception {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      CompletableFuture<Void> answered =
          CompletableFuture.runAsync(() -> answer(other, "+" + "x".repeat(100_000)));
      InetSocketAddress address =
          new InetSocketAddress(other.getInetAddress(), other.getLocalPort());
      assertThatThrownBy(() -> RedisDatalets.at(address).open(NODE, 0))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("its line has no end");
      answered.join();
    }
  }

  private static void answer(ServerSocket server, String said) {
    try (Socket client = server.accept()) {
      int unused = client.getInputStream().read(new byte[1_000]);
      client.getOutputStream().write(said.getBytes(StandardCharsets.US_ASCII));
      client.shutdownOutput();
      while (client.getInputStream().read() >= 0) {
        // Until the other side closes: what was said is not lost to a reset.
      }
    } catch (IOException closed) {
      // as the other side does
    }
  }

  @Test
  void aNameThatNoHostHasIsSaid() {
    InetSocketAddress nowhere = InetSocketAddress.createUnresolved("nowhere.invalid", 6379);
    assertThatThrownBy(() -> RedisDatalets.at(nowhere).open(NODE, 0))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessage(
            "no Redis answers at nowhere.invalid:6379: no host has the name nowhere.invalid");
  }

  @Test
  void aVisitorMayChangeWhatItSees() {
    try (Datalet datalet = open()) {
      for (int i = 0; i < 300; i++) {
        datalet.put(Bytes.of(String.format("key%03d", i)), entry(i));
      }
      List<Bytes> seen = new ArrayList<>();
      datalet.scan(Bytes.of("key1"), Bytes.of("key3"), 150, (key, entry) -> seen.add(key));
      assertThat(seen).hasSize(150).startsWith(Bytes.of("key100")).endsWith(Bytes.of("key249"));
      datalet.forEach((key, entry) -> datalet.remove(key) != null);
      assertThat(datalet.size()).isZero();
    }
  }

  @Test
  void aServerMayAskForAPasswordOrAUser() {
    RedisTool.tell(redis, "ACL", "SETUSER", "store", "on", ">secret", "~*", "+@all");
    RedisTool.tell(redis, "CONFIG", "SET", "requirepass", "pass");
    assertThatThrownBy(this::open)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("NOAUTH");
    RedisDatalets datalets = RedisDatalets.at(redis.address());
    assertThatThrownBy(() -> datalets.withPassword("wrong").open(NODE, 0))
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("WRONGPASS");
    for (RedisDatalets known :
        List.of(datalets.withPassword("pass"), datalets.withLogin("store", "secret"))) {
      try (Datalet datalet = known.open(NODE, 0)) {
        datalet.put(KEY, entry(1));
        assertThat(datalet.get(KEY)).isEqualTo(entry(1));
      }
    }
  }

  @Test
  void nobodyThereIsSaidInOneSentence() {
    redis.close();
    assertThatThrownBy(this::open)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageStartingWith("no Redis answers at ")
        .hasMessageContaining(":" + redis.address().getPort());
  }

  @Test
  void aServerThatDoesNotAnswerIsGivenUp() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      InetSocketAddress address =
          new InetSocketAddress(silent.getInetAddress(), silent.getLocalPort());
      assertThatThrownBy(
              () -> RedisDatalets.at(address).withTimeout(Duration.ofMillis(50)).open(NODE, 0))
          .isInstanceOf(UncheckedIOException.class)
          .hasMessageContaining("no answer in time");
    }
  }

  @Test
  void optionsThatMakeNoSenseAreRefused() {
    RedisDatalets datalets = RedisDatalets.at(redis.address());
    assertThatThrownBy(() -> datalets.withTimeout(Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a timeout is at least a millisecond");
    assertThatThrownBy(() -> datalets.withPrefix("with space"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("a prefix has 1 to 100 printable ASCII characters");
  }
}
