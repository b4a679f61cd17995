package io.kvstore.server.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.server.Http;
import io.kvstore.server.Server;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jline.reader.Candidate;
import org.jline.reader.Parser.ParseContext;
import org.jline.reader.impl.DefaultParser;
import org.jline.terminal.Terminal;
import org.jline.terminal.TerminalBuilder;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The shell on a terminal that is made of streams, and with lines from a file. */
final class ShellTest {
  private KVStore<Bytes, Bytes> store;
  private Server server;
  private String url;

  @TempDir private Path directory;

  @BeforeEach
  void serve() {
    store = KVStore.builder().keys(Codecs.BYTES).values(Codecs.BYTES).open();
    server = Server.over(store).http(Http.onLoopback()).start();
    url = "http://127.0.0.1:" + server.httpAddress(NodeId.of(0)).orElseThrow().getPort();
  }

  @AfterEach
  void end() {
    server.close();
    store.close();
  }

  private Remote remote() {
    return new Remote(
        HttpClient.newHttpClient(), URI.create(url), Optional.empty(), Duration.ofSeconds(10));
  }

  /** What the terminal has shown when these keys were typed. */
  private String typed(String keys, Optional<Path> history) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Terminal terminal =
        TerminalBuilder.builder()
            .system(false)
            .type("dumb")
            .encoding(UTF_8)
            .streams(new ByteArrayInputStream(keys.getBytes(UTF_8)), out)
            .build()) {
      Screen screen = new Screen(terminal.writer(), true, false, 60);
      assertThat(new Shell(remote(), screen, Map.of("--url", url)).talk(terminal, history))
          .isZero();
    }
    return out.toString(UTF_8);
  }

  private String performed(int code, String lines) throws IOException {
    StringWriter out = new StringWriter();
    Screen screen = new Screen(new PrintWriter(out), false, false, 60);
    Shell shell = new Shell(remote(), screen, Map.of("--url", url));
    assertThat(shell.perform(new BufferedReader(new StringReader(lines)))).isEqualTo(code);
    return out.toString();
  }

  @Test
  void commandsThatAreTypedArePerformed() throws IOException {
    String shown =
        typed("put k 'a b'\nget k\nput l " + "x".repeat(100) + "\nscan\nexit\n", Optional.empty());
    assertThat(shown)
        .contains("Asks " + url)
        .contains("created, version ")
        .contains("a b")
        .contains("key  expires  value")
        .contains("xxx…");
    assertThat(store.get(Bytes.of("k"))).contains(Bytes.of("a b"));
  }

  @Test
  void theEndOfTheInputIsTheEndOfTheShell() throws IOException {
    assertThat(typed("put k v\n", Optional.empty())).contains("created");
  }

  @Test
  void historyIsKeptOnlyInAFileThatIsNamedAndWithoutWhatBeginsWithASpace() throws IOException {
    Path history = directory.resolve("history");
    assertThat(typed("put k v\n put secret s\nexit\n", Optional.of(history))).contains("created");
    assertThat(Files.readString(history)).contains("put k v").doesNotContain("secret");
  }

  @Test
  void linesOfAFileArePerformedAndTheLastOneGivesTheCode() throws IOException {
    assertThat(performed(0, "# a comment\n\nput k v\nget k\n")).isEqualTo("v\n");
    assertThat(performed(1, "get none\n")).isEqualTo("there is no such key\n");
    assertThat(performed(0, "get none\nget k\nexit\nget none\n")).contains("v\n");
    assertThat(performed(2, "get 'k\n")).isEqualTo("a quote or an escape is not closed\n");
    assertThat(performed(2, "frob\n")).contains("'frob'", "Try '--help'");
  }

  @Test
  void commandsOptionsKeysAndNodesAreCompleted() {
    for (String key : List.of("apple", "apricot", "banana")) {
      store.put(Bytes.of(key), Bytes.of("v"));
    }
    store.table("fruits", same -> same);
    assertThat(completed("")).contains("get", "scan", "bench", "exit", "help");
    assertThat(completed("get ap")).containsExactly("apple", "apricot");
    assertThat(completed("put --if")).contains("--if-absent", "--if-version", "--url");
    assertThat(completed("scan --in ")).containsExactly("fruits");
    assertThat(completed("crash ")).containsExactly("n0", "n1", "n2");
    assertThat(completed("frob ")).isEmpty();
    server.close();
    assertThat(completed("get ap")).isEmpty();
  }

  private List<String> completed(String line) {
    Screen screen = new Screen(new PrintWriter(new StringWriter()), false, false, 60);
    List<Candidate> candidates = new ArrayList<>();
    new Completion(ShellCommands.commandLine(screen, Map.of()), remote())
        .complete(
            null,
            new DefaultParser().parse(line, line.length(), ParseContext.COMPLETE),
            candidates);
    return candidates.stream().map(Candidate::value).toList();
  }

  @Test
  void historyIsOfTheUserAloneAlsoWhereTheFileWasThereBefore(@TempDir Path directory)
      throws IOException {
    assumeTrue(Files.getFileStore(directory).supportsFileAttributeView("posix"));
    for (Path file :
        List.of(directory.resolve("new"), Files.writeString(directory.resolve("old"), "get k\n"))) {
      ShellCommand.hide(file);
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
          .isEqualTo("rw-------");
    }
    assertThat(directory.resolve("old")).hasContent("get k");
  }
}
