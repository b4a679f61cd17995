package io.kvstore.server.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.server.Http;
import io.kvstore.server.Server;
import io.kvstore.server.client.Commands.Done;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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

  @Test
  void aWatchShowsWhatChanges() throws Exception {
    assertThat(run("put", "gone", "v").code()).isZero();
    CompletableFuture<Done> watch =
        CompletableFuture.supplyAsync(
            () -> run("watch", "--json", "--count", "2", "--every", "5ms"));
    for (int i = 0; !watch.isDone(); i++) { // until it has begun to look
      store.put(Bytes.of("k"), Bytes.of("v" + i));
      if (i == 3) {
        store.remove(Bytes.of("gone"));
      }
      Thread.sleep(20);
    }
    assertThat(watch.join().code()).isZero();
    assertThat(watch.join().out().lines()).hasSize(2);
    assertThat(watch.join().out()).contains("\"key\":\"k\",\"value\":\"v");
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
    assertThat(store.cluster().awaitMember(NodeId.of(2), java.time.Duration.ofSeconds(30)))
        .isTrue();
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
