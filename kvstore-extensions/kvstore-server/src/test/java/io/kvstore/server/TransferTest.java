package io.kvstore.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Update;
import io.kvstore.Versioned;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code export} and {@code import}: entries become lines of JSON, and lines entries. */
@Timeout(300)
final class TransferTest {
  private static final Bytes NO_TEXT = Bytes.of((byte) 0xff, (byte) 0, (byte) 0xfe);

  @TempDir private Path directory;

  private static KVStore<Bytes, Bytes> open(Path storage) {
    return KVStore.builder()
        .keys(Codecs.BYTES)
        .values(Codecs.BYTES)
        .storageDirectory(storage)
        .open();
  }

  private List<String> run(int code, String... arguments) throws IOException, InterruptedException {
    try (ServerProcess process = ServerProcess.start(Map.of(), arguments)) {
      List<String> lines = process.linesOfItsOwn();
      assertThat(process.process().waitFor()).as("%s", lines).isEqualTo(code);
      return lines;
    }
  }

  private List<String> transfer(int code, String what, Path file, Path storage, String... options)
      throws Exception {
    List<String> arguments =
        new ArrayList<>(List.of(what, file.toString(), "--storage", storage.toString()));
    arguments.addAll(List.of(options));
    return run(code, arguments.toArray(String[]::new));
  }

  @Test
  void entriesOfOneStoreAreSetInAnotherWithTheirFlagsAndLifetimes() throws Exception {
    Path from = directory.resolve("from");
    Path to = directory.resolve("to");
    Path file = directory.resolve("entries.jsonl");
    Instant expiry;
    try (KVStore<Bytes, Bytes> store = open(from)) {
      for (int i = 0; i < 3_000; i++) {
        store.put(Bytes.of("k" + i), Bytes.of("value " + i));
      }
      store.put(NO_TEXT, NO_TEXT);
      store.update(Update.put(Bytes.of("flagged"), Bytes.of("ü\n\"")).flags(-2));
      store.put(Bytes.of("mortal"), Bytes.of("v"), Duration.ofHours(1));
      expiry = store.getVersioned(Bytes.of("mortal")).orElseThrow().expiresAt().orElseThrow();
    }
    assertThat(transfer(0, "export", file, from)).contains("3003 entries exported to " + file);
    assertThat(Files.readAllLines(file))
        .hasSize(3_004)
        .contains(
            "{\"key\":\"k7\",\"value\":\"value 7\"}",
            "{\"key64\":\"/wD+\",\"value64\":\"/wD+\"}",
            "{\"key\":\"flagged\",\"value\":\"ü\\n\\\"\",\"flags\":4294967294}")
        .endsWith("{\"entries\":3003}");
    assertThat(transfer(0, "import", file, to))
        .contains("3003 entries imported, 0 had expired meanwhile");
    try (KVStore<Bytes, Bytes> store = open(to)) {
      assertThat(store.size()).isEqualTo(3_003);
      assertThat(store.get(Bytes.of("k2999"))).contains(Bytes.of("value 2999"));
      assertThat(store.get(NO_TEXT)).contains(NO_TEXT);
      Versioned<Bytes> flagged = store.getVersioned(Bytes.of("flagged")).orElseThrow();
      assertThat(flagged.flags()).isEqualTo(-2);
      assertThat(flagged.value()).isEqualTo(Bytes.of("ü\n\""));
      assertThat(flagged.expiresAt()).isEmpty();
      Instant again =
          store.getVersioned(Bytes.of("mortal")).orElseThrow().expiresAt().orElseThrow();
      assertThat(Duration.between(expiry, again).abs()).isLessThan(Duration.ofSeconds(5));
    }
    assertThat(transfer(1, "export", file, from)).last().asString().contains("exists");
  }

  @Test
  void anImportThatFailsSaysHowToGoOn() throws Exception {
    Path to = directory.resolve("to");
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 600; i++) {
      lines.add("{\"key\":\"k" + i + "\",\"value\":\"v\"}");
    }
    lines.add("{\"key\":\"old\",\"value\":\"v\",\"expires\":\"2001-01-01T00:00:00Z\"}");
    lines.add("{\"key\":\"k\",\"worth\":\"v\"}");
    lines.add("{\"entries\":602}");
    Path file = Files.write(directory.resolve("entries.jsonl"), lines);
    assertThat(transfer(1, "import", file, to))
        .last() // after how far it was, on a slow machine
        .asString()
        .contains("line 602: 'worth' has no meaning", "go on with --skip 512");
    lines.set(601, "{\"key\":\"k\",\"value\":\"v\"}");
    Files.write(file, lines);
    try (KVStore<Bytes, Bytes> store = open(to)) {
      assertThat(store.remove(Bytes.of("k511"))).isTrue(); // the last of what is there already
    }
    assertThat(transfer(0, "import", file, to, "--skip", "512"))
        .contains("89 entries imported, 1 had expired meanwhile");
    try (KVStore<Bytes, Bytes> store = open(to)) {
      assertThat(store.size()).isEqualTo(600);
      assertThat(store.get(Bytes.of("k511"))).isEmpty();
      assertThat(store.get(Bytes.of("k512"))).isPresent();
    }
  }

  @Test
  void aFileThatWasNotWrittenToItsEndIsKnown() throws Exception {
    Path file = Files.write(directory.resolve("e"), List.of("{\"key\":\"k\",\"value\":\"v\"}"));
    assertThat(transfer(1, "import", file, directory.resolve("to")))
        .last() // after how far it was, on a slow machine
        .asString()
        .contains("not written to its end", "1 lines were imported");
    Files.write(file, List.of("{\"key\":\"k\",\"value\":\"v\"}", "{\"entries\":2}"));
    assertThat(transfer(1, "import", file, directory.resolve("to")))
        .last()
        .asString()
        .contains("speaks of 2 entries, but there were 1");
  }

  @Test
  void aTransferWithoutAStoreIsRefused() throws Exception {
    Path file = directory.resolve("e");
    assertThat(run(2, "export", file.toString()).get(0)).contains("which store is meant?", "--url");
    assertThat(run(1, "import", file.toString(), "--storage", directory.toString()).get(0))
        .contains("there is no such file");
  }

  @Test
  void entriesGoFromServerToServer() throws Exception {
    try (Server from = serve(open(directory.resolve("from")));
        Server to = serve(open(directory.resolve("to")))) {
      for (KVStore<Bytes, Bytes> each : stores) {
        each.table("t", same -> same);
      }
      KVStore<Bytes, Bytes> source = stores.get(0);
      for (int i = 0; i < 2_500; i++) {
        source.put(Bytes.of(String.format("k%04d", i)), Bytes.of("v" + i));
      }
      Object unused = source.update(Update.put(NO_TEXT, NO_TEXT).flags(9));
      Path file = directory.resolve("entries.jsonl");
      assertThat(Main.run("export", file.toString(), "--url", url(from))).isZero();
      assertThat(Files.readAllLines(file)).hasSize(2_502).endsWith("{\"entries\":2501}");
      assertThat(Main.run("import", file.toString(), "--url", url(to), "--in", "t")).isZero();
      KVStore<Bytes, Bytes> table = stores.get(1).table("t");
      assertThat(table.size()).isEqualTo(2_501);
      assertThat(table.getVersioned(NO_TEXT).map(Versioned::flags)).contains(9);
      assertThat(stores.get(1).size()).isZero();
      Path rest = directory.resolve("rest.jsonl");
      assertThat(Main.run("export", rest.toString(), "--url", url(from), "--after", "k2497"))
          .isZero();
      assertThat(Files.readAllLines(rest)).hasSize(4);
    } finally {
      stores.forEach(KVStore::close);
    }
  }

  @Test
  void anUnfinishedExportGoesOnBehindItsLastWholeLine() throws Exception {
    try (Server server = serve(open(directory.resolve("from")))) {
      for (char key = 'a'; key <= 'e'; key++) {
        stores.get(0).put(Bytes.of("" + key), Bytes.of("v"));
      }
      Path file = directory.resolve("entries.jsonl");
      Path unfinished = directory.resolve("entries.jsonl.unfinished");
      String begin = "{\"key\":\"a\",\"value\":\"v\"}\n{\"key\":\"b\",\"value\":\"v\"}\n";
      Files.writeString(unfinished, begin + "{\"key\":\"c\",\"va");
      assertThat(Main.run("export", file.toString(), "--url", url(server), "--resume")).isZero();
      assertThat(Files.readAllLines(file))
          .hasSize(6)
          .startsWith("{\"key\":\"a\",\"value\":\"v\"}")
          .endsWith("{\"key\":\"e\",\"value\":\"v\"}", "{\"entries\":5}");
      assertThat(unfinished).doesNotExist();
      String[] again = {"export", file + "2", "--url", url(server), "--resume"};
      assertThat(Main.run(again)).isEqualTo(1); // there is nothing to go on with
    } finally {
      stores.forEach(KVStore::close);
    }
  }

  @Test
  void aTransferWithAServerThatIsNotThereSaysSo() {
    String[] options = {"--url", "http://127.0.0.1:1", "--answer-within", "1s", "--patience", "0s"};
    List<String> export = new ArrayList<>(List.of("export", directory + "/x.jsonl"));
    export.addAll(List.of(options));
    assertThat(Main.run(export.toArray(String[]::new))).isEqualTo(3);
  }

  @Test
  void aServerAndAStoreOfOnesOwnExcludeEachOther() {
    String[] both = {
      "export", directory + "/x.jsonl", "--url", "http://127.0.0.1:1", "--storage", "x"
    };
    assertThat(Main.run(both)).isEqualTo(2);
  }

  private final List<KVStore<Bytes, Bytes>> stores = new ArrayList<>();

  private Server serve(KVStore<Bytes, Bytes> store) {
    stores.add(store);
    return Server.over(store).http(Http.onLoopback()).start();
  }

  private static String url(Server server) {
    return "http://127.0.0.1:" + server.httpAddress(NodeId.of(0)).orElseThrow().getPort();
  }
}
