package io.kvstore.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.server.Endpoint;
import io.kvstore.server.Eventually;
import io.kvstore.server.Http;
import io.kvstore.server.Server;
import io.kvstore.server.client.Commands.Done;
import java.io.IOException;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** The commands against a server that runs, with what they print and how they end. */
final class CommandsTest {
  private static KVStore<Bytes, Bytes> store;
  private static Server server;

  @TempDir private Path directory;

  @BeforeAll
  static void serve() {
    store =
        KVStore.builder()
            .keys(Codecs.BYTES)
            .values(Codecs.BYTES)
            .consistency(Consistency.LINEARIZABLE)
            .open();
    store.table("t", same -> same);
    server = Server.over(store).http(Http.onLoopback()).administration(Http.onLoopback()).start();
  }

  @AfterAll
  static void end() {
    server.close();
    store.close();
  }

  @BeforeEach
  void clear() {
    store.clear();
  }

  private static String url() {
    return url(server.httpAddress(NodeId.of(0)).orElseThrow());
  }

  private static String url(InetSocketAddress there) {
    return "http://127.0.0.1:" + there.getPort();
  }

  private static Done run(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    all.addAll(1, List.of("--url", url()));
    return Commands.run(all.toArray(String[]::new));
  }

  @Test
  void aValueIsPutReadAndRemoved() {
    assertThat(run("get", "k")).isEqualTo(new Done(1, "", "there is no such key\n"));
    assertThat(run("put", "k", "ü v")).isEqualTo(new Done(0, "", ""));
    assertThat(run("get", "k")).isEqualTo(new Done(0, "ü v\n", ""));
    assertThat(run("remove", "k").code()).isZero();
    assertThat(run("remove", "k")).isEqualTo(new Done(1, "", "not done: there is no such key\n"));
  }

  @Test
  void keysMayBeAnything() {
    for (String key : List.of("a b", "a/b", "..", "ü", "%41", "-k", "a?b=c&d#e", "+")) {
      assertThat(run("put", "--", key, "v" + key).code()).as(key).isZero();
    }
    for (String key : List.of("a b", "a/b", "..", "ü", "%41", "-k", "a?b=c&d#e", "+")) {
      assertThat(store.get(Bytes.of(key))).as(key).contains(Bytes.of("v" + key));
    }
  }

  @Test
  void conditionsThatDoNotHoldAreCodeOne() {
    assertThat(run("put", "k", "1", "--if-absent").code()).isZero();
    assertThat(run("put", "k", "2", "--if-absent").code()).isEqualTo(1);
    String version =
        Reply.JSON.readTree(run("get", "k", "--json").out()).path("version").asString();
    assertThat(run("put", "k", "3", "--if-version", version).code()).isZero();
    assertThat(run("put", "k", "4", "--if-version", version).code()).isEqualTo(1);
    assertThat(run("remove", "k", "--if-version", version).code()).isEqualTo(1);
    assertThat(run("get", "k").out()).isEqualTo("3\n");
  }

  @Test
  void bytesThatAreNoTextComeAndGo() throws IOException {
    Path file = Files.write(directory.resolve("bytes"), new byte[] {(byte) 0xff, 0, 65});
    assertThat(run("put", "k", "--file", file.toString()).code()).isZero();
    assertThat(store.get(Bytes.of("k"))).contains(Bytes.of((byte) 0xff, (byte) 0, (byte) 65));
    assertThat(run("get", "k", "--json").out()).contains("\"value64\":\"/wBB\"");
    assertThat(run("scan").out()).isEqualTo("k\tbase64:/wBB\n");
  }

  @Test
  void aScanGoesOverAllPages() {
    for (int i = 0; i < 1_200; i++) {
      store.put(Bytes.of(String.format("k%04d", i)), Bytes.of("v"));
    }
    assertThat(run("scan").out().lines()).hasSize(1_200).startsWith("k0000\tv");
    assertThat(run("scan", "k1").out().lines()).hasSize(200).startsWith("k1000\tv");
    assertThat(run("scan", "--after", "k1197", "--keys-only").out()).isEqualTo("k1198\nk1199\n");
    assertThat(run("scan", "--limit", "2", "--json").out())
        .isEqualTo("{\"key\":\"k0000\",\"value\":\"v\"}\n{\"key\":\"k0001\",\"value\":\"v\"}\n");
    assertThat(run("scan", "--limit", "1", "--json", "--keys-only").out())
        .isEqualTo("{\"key\":\"k0000\"}\n");
  }

  @Test
  void aTableHasItsOwnKeys() {
    assertThat(run("put", "k", "v", "--in", "t").code()).isZero();
    assertThat(run("get", "k").code()).isEqualTo(1);
    assertThat(run("scan", "--in", "t").out()).isEqualTo("k\tv\n");
    assertThat(run("scan", "--in", "none").code()).isEqualTo(4);
  }

  @Test
  void whatATerminalWouldTakeForACommandIsShown() {
    assertThat(run("put", "k", "a\u001b[31m\nb").code()).isZero();
    assertThat(run("scan").out()).isEqualTo("k\ta\\u{1b}[31m\\nb\n");
    assertThat(run("get", "k").out()).isEqualTo("a\u001b[31m\nb\n"); // a program reads it
  }

  /** What a watch prints while something changes again and again. */
  private static Done watched(Runnable change, String... options) throws Exception {
    List<String> all = new ArrayList<>(List.of("watch"));
    all.addAll(List.of(options));
    CompletableFuture<Done> watch =
        CompletableFuture.supplyAsync(() -> run(all.toArray(String[]::new)));
    while (!watch.isDone()) { // until it has begun
      change.run();
      Thread.sleep(20);
    }
    return watch.join();
  }

  @Test
  void aWatchShowsEachChangeInItsOrder() throws Exception {
    AtomicInteger number = new AtomicInteger();
    Runnable putAndRemove =
        () -> {
          store.put(Bytes.of("w"), Bytes.of("v" + number.incrementAndGet()));
          store.put(Bytes.of("other"), Bytes.of("v"));
          store.remove(Bytes.of("w"));
        };
    Done json = watched(putAndRemove, "w", "--json", "--count", "4");
    assertThat(json.code()).isZero();
    assertThat(json.out().lines()).hasSize(4);
    List<JsonNode> changes = json.out().lines().map(Reply.JSON::readTree).toList();
    assertThat(changes).allMatch(change -> change.path("key").asString("").equals("w"));
    assertThat(changes)
        .extracting(change -> change.path("removed").asBoolean(false))
        .contains(true);
    Done words = watched(putAndRemove, "w", "--count", "2");
    assertThat(words.out()).containsPattern("Z  w = v\\d+\n").containsPattern("Z  w removed\n");
  }

  private static String position() throws Exception {
    Done first = watched(() -> store.put(Bytes.of("k"), Bytes.of("v")), "--json", "--count", "1");
    return Reply.JSON.readTree(first.out()).path("position").asString("");
  }

  @Test
  void aWatchGoesOnAfterAPosition() throws Exception {
    String position = position();
    store.put(Bytes.of("b"), Bytes.of((byte) 0xfe));
    Done next = run("watch", "b", "--json", "--count", "1", "--since", position);
    assertThat(next.out()).contains("\"value64\":\"/g==\"");
    assertThat(run("watch", "b", "--count", "1", "--since", position).out())
        .endsWith("Z  b = base64:/g==\n");
    Done wrong = run("watch", "--since", "yesterday");
    assertThat(wrong.code()).isEqualTo(4);
    assertThat(wrong.err()).contains("'yesterday' is no watch position");
  }

  @Test
  void aWatchComesBackToAServerThatWasGoneAndMissesNothing() throws Exception {
    String position = position();
    Server one = Server.over(store).http(Http.onLoopback()).start();
    InetSocketAddress there = one.httpAddress(NodeId.of(0)).orElseThrow();
    StringWriter out = new StringWriter();
    CompletableFuture<Done> watch =
        CompletableFuture.supplyAsync(
            () ->
                Commands.run(
                    out, "watch", "m", "--count", "9", "--since", position, "--url", url(there)));
    putThree("before");
    Eventually.holdsWithin(Duration.ofSeconds(20), () -> out.toString().contains("before 2"));
    one.close();
    putThree("meanwhile");
    try (Server again =
        Server.over(store).http(Http.on(Endpoint.loopback().withPort(there.getPort()))).start()) {
      putThree("after");
      assertThat(watch.get(30, TimeUnit.SECONDS).code()).isZero();
      assertThat(watch.join().out().lines().map(line -> line.replaceFirst(".* = ", "")))
          .containsExactly(
              "before 0",
              "before 1",
              "before 2",
              "meanwhile 0",
              "meanwhile 1",
              "meanwhile 2",
              "after 0",
              "after 1",
              "after 2");
      assertThat(again.httpAddresses()).hasSize(3);
    }
  }

  private static void putThree(String what) {
    for (int i = 0; i < 3; i++) {
      store.put(Bytes.of("m"), Bytes.of(what + " " + i));
    }
  }

  @Test
  void aWatchSaysThatItHasMissedWhatIsNotKnownAnyMore() throws Exception {
    String position = position();
    for (int i = 0; i < 10_100; i++) { // more than are kept
      CompletableFuture<?> unused = store.async().put(Bytes.of("lost" + i % 7), Bytes.of("v"));
    }
    Runnable change = () -> store.put(Bytes.of("m"), Bytes.of("v"));
    Done words = watched(change, "m", "--count", "1", "--since", position);
    assertThat(words.out().lines().findFirst().orElseThrow()).startsWith("changes were missed: ");
    Done json = watched(change, "m", "--count", "1", "--since", position, "--json");
    assertThat(json.out().lines().findFirst().orElseThrow())
        .startsWith("{\"gone\":true,\"error\":");
  }

  @Test
  void anEntryMayHaveALifetime() throws IOException {
    assertThat(run("put", "k", "v", "--lifetime", "90s").code()).isZero();
    Path file = Files.write(directory.resolve("bytes"), new byte[] {(byte) 0xff});
    assertThat(run("put", "b", "--file", file.toString(), "--lifetime", "2m").code()).isZero();
    for (String key : List.of("k", "b")) {
      assertThat(store.getVersioned(Bytes.of(key)).orElseThrow().expiresAt().orElseThrow())
          .isBetween(Instant.now().plusSeconds(60), Instant.now().plusSeconds(120));
    }
    assertThat(run("put", "k", "v", "--lifetime", "0s").err())
        .isEqualTo("--lifetime must be longer than 0s\n");
  }

  @Test
  void nodesAreShownCrashedAndRestarted() {
    String admin = url(server.administrationAddress().orElseThrow());
    assertThat(run("crash", "n2").code()).isEqualTo(2);
    assertThat(run("crash", "n9", "--admin-url", admin).code()).isEqualTo(1);
    assertThat(run("crash", "n2", "--admin-url", admin).code()).isZero();
    assertThat(run("nodes").out()).contains("n2     3  down");
    assertThat(run("status").code()).isEqualTo(1);
    assertThat(run("status").out())
        .containsPattern("The store is (degraded|impaired), says n0 at http://127.0.0.1:");
    assertThat(run("restart", "n2", "--admin-url", admin).out()).isEqualTo("n2 runs again\n");
    assertThat(store.cluster().awaitMember(NodeId.of(2), Duration.ofSeconds(30))).isTrue();
    assertThat(run("nodes", "--json").out().lines()).hasSize(3);
  }

  @Test
  void aBenchCountsAndLeavesNothingBehind() {
    String[] little = {
      "bench", "--clients", "2", "--seconds", "0.2", "--warm-up", "0", "--keys", "5", "--json"
    };
    Done done = run(little);
    assertThat(done.code()).isZero();
    var json = Reply.JSON.readTree(done.out());
    assertThat(json.path("reads").path("operations").asInt()).isPositive();
    assertThat(json.path("reads").path("p99-ms").asDouble())
        .isBetween(json.path("reads").path("p50-ms").asDouble(), Double.MAX_VALUE);
    assertThat(store.size()).isZero();
    assertThat(run("bench", "--clients", "0").err())
        .isEqualTo("--clients must be from 1 to 1000, not 0\n");
  }

  @Test
  void wrongUsageIsCodeTwoAndASilentServerCodeThree() throws IOException {
    assertThat(run("get").code()).isEqualTo(2);
    assertThat(run("put", "k").err()).isEqualTo("put needs either a VALUE or --file\n");
    assertThat(Commands.run("get", "k", "--url", "ftp://x").err())
        .isEqualTo("--url: 'ftp://x' is not an address like http://127.0.0.1:8081\n");
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    Done unreached = Commands.run("get", "k", "--url", "http://127.0.0.1:" + port);
    assertThat(unreached.code()).isEqualTo(3);
    assertThat(unreached.err()).contains("cannot reach", "nothing listens there");
  }

  @Test
  void aServerThatDoesNotAnswerInTimeSaysWhetherAWriteMayBeDone() throws IOException {
    try (ServerSocket silent = new ServerSocket(0)) {
      String[] there = {"--url", "http://127.0.0.1:" + silent.getLocalPort()};
      Done read = Commands.run("get", "k", there[0], there[1], "--answer-within", "200ms");
      assertThat(read.code()).isEqualTo(5);
      Done write = Commands.run("put", "k", "v", there[0], there[1], "--answer-within", "200ms");
      assertThat(write.code()).isEqualTo(6);
      assertThat(write.err()).contains("may or may not have been done");
    }
  }

  @Test
  void aTokenIsReadFromAFile() throws IOException {
    Path token = Files.writeString(directory.resolve("token"), "s3cret\n");
    try (Server closed = Server.over(store).http(Http.onLoopback().withToken("s3cret")).start()) {
      String there = url(closed.httpAddress(NodeId.of(0)).orElseThrow());
      Done refused = Commands.run("get", "k", "--url", there);
      assertThat(refused.code()).isEqualTo(4);
      assertThat(refused.err()).contains("asks for a token", "--token-file");
      assertThat(Commands.run("put", "k", "v", "--url", there, "--token-file", token.toString()))
          .isEqualTo(new Done(0, "", ""));
    }
  }
}
