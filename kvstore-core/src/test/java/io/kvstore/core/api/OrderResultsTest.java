package io.kvstore.core.api;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.Update;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The files in which each replica lists what it performed. */
final class OrderResultsTest {
  private static final String LINE = "reqid: \\S+ [a-z]+( key \\S+)?  \\S.*";

  @TempDir private Path directory;

  static Stream<Setup> ordered() {
    return Setup.all()
        .filter(setup -> setup.consistency() == Consistency.LINEARIZABLE)
        .filter(setup -> setup.replication() != Replication.QUORUM); // which has no one order
  }

  private List<String> linesOf(int node) {
    try {
      return Files.readAllLines(directory.resolve("order_result_" + node + ".txt"), UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private List<String> withoutRequests(int node) {
    return linesOf(node).stream().map(line -> line.replaceFirst("^reqid: \\S+ ", "")).toList();
  }

  /** The replicas that do not answer perform a write a little later. */
  private void awaitAll(Bench bench, KVStore<String, String> store, String key) {
    for (NodeId node : store.cluster().nodes()) {
      bench.until(() -> store.at(node).get(key, Consistency.EVENTUAL).isPresent());
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#all")
  void eachReplicaHasAFileOfWellFormedLines(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.builder().outputDirectory(directory).open()) {
      store.put("key1", "value1");
      store.get("key1");
      store.put("last", "1");
      awaitAll(bench, store, "last");
    }
    for (int node = 0; node < 3; node++) {
      assertThat(linesOf(node)).allMatch(line -> line.matches(LINE));
      assertThat(withoutRequests(node)).contains("set key key1  STORED", "set key last  STORED");
    }
    assertThat(IntStream.range(0, 3).boxed().flatMap(node -> withoutRequests(node).stream()))
        .contains(
            setup.consistency() == Consistency.LINEARIZABLE
                    && setup.replication() != Replication.TOTAL_ORDER
                ? "set key key1  STORED"
                : "get key key1  value1");
  }

  @ParameterizedTest
  @MethodSource("ordered")
  void aLinearizableStoreWritesTheSameIntoEveryFile(Setup setup) {
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.builder().outputDirectory(directory).open()) {
      List<CompletableFuture<?>> all = new ArrayList<>();
      for (int i = 0; i < 60; i++) {
        KVStore<String, String> session = store.at(NodeId.of(i % 3));
        all.add(session.async().put("k" + i % 7, "v" + i));
        all.add(session.async().get("k" + i % 5));
        all.add(session.async().remove("k" + i % 11));
      }
      all.forEach(bench::end);
      store.put("last", "1");
      awaitAll(bench, store, "last");
    }
    List<String> first = linesOf(0).stream().filter(OrderResultsTest::isNoLastRead).toList();
    assertThat(first).hasSizeGreaterThanOrEqualTo(121);
    for (int node = 1; node < 3; node++) {
      assertThat(linesOf(node).stream().filter(OrderResultsTest::isNoLastRead))
          .containsExactlyElementsOf(first);
    }
  }

  /** The test itself reads one key at a weaker level: such reads are not ordered. */
  private static boolean isNoLastRead(String line) {
    return !line.contains("get key last");
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void everyKindOfWriteHasItsName(Setup setup) {
    try (KVStore<String, String> store =
        setup.bench().builder().outputDirectory(directory).open()) {
      store.put("k", "1");
      store.add("k", 41);
      store.append("k", "!");
      store.prepend("k", "?");
      store.touch("k", Bench.millis(60_000));
      store.putIfAbsent("k", "no");
      store.remove("k");
      store.remove("k");
      store.batch(List.of(Update.put("a", "1"), Update.put("b", "2")));
      store.clear();
    }
    assertThat(withoutRequests(0))
        .containsExactly(
            "set key k  STORED",
            "incr key k  42",
            "append key k  STORED",
            "prepend key k  STORED",
            "touch key k  STORED",
            "set key k  NOT_STORED",
            "delete key k  DELETED",
            "delete key k  NOT_FOUND",
            "batch of 2  STORED",
            "clear  2");
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void aStoreThatOpensAgainGoesOnWriting(Setup setup) {
    for (int round = 1; round <= 3; round++) {
      Bench bench = setup.bench();
      try (KVStore<String, String> store = bench.builder().outputDirectory(directory).open()) {
        store.put("round", "" + round);
        store.put("last" + round, "1");
        awaitAll(bench, store, "last" + round);
      }
      int expected = round;
      for (int node = 0; node < 3; node++) {
        assertThat(withoutRequests(node))
            .filteredOn(line -> line.startsWith("set key round"))
            .hasSize(expected);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#linearizable")
  void oneLineStaysOneLine(Setup setup) {
    try (KVStore<String, String> store =
        setup.bench().builder().outputDirectory(directory).open()) {
      store.put("a\nb", "c\nd");
      store.put("k", "v");
    }
    assertThat(linesOf(0)).hasSize(2).allMatch(line -> line.startsWith("reqid: "));
    assertThat(withoutRequests(0)).contains("set key a\\nb  STORED");
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#all")
  void noValueForgesALine(Setup setup) {
    String forged = "v\nreqid: 1-1 set key forged  STORED";
    String value = forged + "\r\t\\ü\u0085\u2028\u0000\u001b";
    Bench bench = setup.bench();
    try (KVStore<String, String> store = bench.builder().outputDirectory(directory).open()) {
      for (NodeId node : store.cluster().nodes()) {
        store.at(node).put("k" + node, value);
        bench.until(() -> store.at(node).get("k" + node).isPresent()); // of a key's owner, perhaps
        assertThat(store.at(node).get("k" + node)).contains(value);
      }
    }
    String escaped =
        "v\\nreqid: 1-1 set key forged  STORED\\r\\t\\\\ü\\xc2\\x85\\xe2\\x80\\xa8\\x00\\x1b";
    List<String> reads = new ArrayList<>();
    for (int node = 0; node < 3; node++) {
      assertThat(linesOf(node)).allMatch(line -> line.matches(LINE));
      withoutRequests(node).stream().filter(line -> line.startsWith("get")).forEach(reads::add);
    }
    assertThat(reads)
        .allMatch(line -> line.endsWith("  " + escaped) || line.endsWith("  NOT_FOUND"));
    if (setup.consistency() != Consistency.LINEARIZABLE) {
      assertThat(reads).filteredOn(line -> line.endsWith(escaped)).hasSizeGreaterThanOrEqualTo(3);
    }
  }

  @ParameterizedTest
  @MethodSource("io.kvstore.core.api.Setup#all")
  void whatServersCountIsNoOperationOfAClient(Setup setup) {
    try (KVStore<String, String> store =
        setup.bench().builder().outputDirectory(directory).open()) {
      store.put("k", "v");
      if (setup.servesSeveralKeys()) {
        assertThat(store.size()).isNotNegative();
      }
    }
    assertThat(files()).isNotEmpty();
    for (Path file : files()) {
      assertThat(file).content(UTF_8).doesNotContain("count");
    }
  }

  private List<Path> files() {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
