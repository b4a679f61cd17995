package io.kvstore.server.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.Bytes;
import io.kvstore.server.transfer.EntryLine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code put}: a key gets a value. */
@Command(
    name = "put",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = "Sets the value of a key.",
    footer = {"", Trouble.CODES})
final class PutCommand extends ClientCommand {
  private static final double MILLIS_IN_A_SECOND = 1e3;

  @Mixin private final InTable table = new InTable();

  @Option(names = "--if-absent", description = "Only if the key has no value.")
  private boolean ifAbsent;

  @Option(
      names = "--if-version",
      paramLabel = "VERSION",
      description = "Only if the key has this version, which 'get --json' says.")
  private @Nullable String ifVersion;

  @Option(
      names = "--lifetime",
      paramLabel = "TIME",
      description = "How long the entry lives, such as 90s, 15m or 12h (for ever).")
  private @Nullable Duration lifetime;

  @Option(
      names = "--file",
      paramLabel = "FILE",
      description = "The value is what is in this file, in place of VALUE.")
  private @Nullable Path file;

  @Parameters(index = "0", paramLabel = "KEY", description = "The key.")
  private String key = "";

  @Parameters(index = "1", arity = "0..1", paramLabel = "VALUE", description = "The value.")
  private @Nullable String value;

  @Override
  int run(Screen screen) throws IOException {
    if (ifAbsent && ifVersion != null) {
      throw Trouble.ofUsage("--if-absent and --if-version exclude each other");
    }
    if (lifetime != null && lifetime.isZero()) {
      throw Trouble.ofUsage("--lifetime must be longer than 0s");
    }
    Bytes bytes = value();
    Remote remote = remote();
    String text = bytes.toText();
    return Bytes.of(text).equals(bytes)
        ? put(screen, remote, text)
        : putBytes(screen, remote, bytes);
  }

  private Bytes value() throws IOException {
    Path from = file;
    if (from == null && value != null) {
      return Bytes.of(value);
    }
    if (from != null && value == null) {
      return Bytes.wrap(Files.readAllBytes(from));
    }
    throw Trouble.ofUsage("put needs either a VALUE or --file");
  }

  private int put(Screen screen, Remote remote, String text) throws IOException {
    ObjectNode body = Reply.JSON.createObjectNode().put("value", text);
    if (lifetime != null) {
      body.put("lifetime-seconds", lifetime.toMillis() / MILLIS_IN_A_SECOND);
    }
    byte[] bytes = Reply.JSON.writeValueAsBytes(body);
    String path = table.data(key);
    Reply reply;
    if (ifAbsent) {
      reply = remote.send("PUT", path, bytes, "If-None-Match", "*");
    } else if (ifVersion != null) {
      reply = remote.send("PUT", path, bytes, "If-Match", '"' + ifVersion + '"');
    } else {
      reply = remote.send("PUT", path, bytes);
    }
    if (reply.status() == 412) {
      throw new Trouble(Trouble.NOT_SO, "not done: " + reply.error());
    }
    boolean isNew = remote.expect(reply, 200, 201).status() == 201;
    if (isJson()) {
      ObjectNode said = Reply.JSON.createObjectNode().put("created", isNew);
      reply.version().ifPresent(version -> said.put("version", version));
      screen.line(Reply.JSON.writeValueAsString(said));
    } else if (screen.isTerminal()) {
      String version = reply.version().map(each -> ", version " + each).orElse("");
      screen.line((isNew ? "created" : "replaced") + version);
    }
    return 0;
  }

  /** What is no text goes the way of an import, which knows no conditions. */
  private int putBytes(Screen screen, Remote remote, Bytes bytes) throws IOException {
    if (ifAbsent || ifVersion != null) {
      throw Trouble.ofUsage("a value that is no UTF-8 cannot be put under a condition");
    }
    String line =
        new EntryLine(
                Bytes.of(key), bytes, 0, Optional.ofNullable(lifetime).map(Instant.now()::plus))
            .text();
    Reply unused = remote.expect(remote.send("POST", table.entries(), line.getBytes(UTF_8)), 200);
    if (isJson()) {
      screen.line("{}");
    } else if (screen.isTerminal()) {
      screen.line("stored");
    }
    return 0;
  }
}
