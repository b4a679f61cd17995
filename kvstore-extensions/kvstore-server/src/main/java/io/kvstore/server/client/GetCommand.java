package io.kvstore.server.client;

import io.kvstore.Bytes;
import io.kvstore.server.transfer.EntryLine;
import java.io.IOException;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code get}: the value of a key. */
@Command(
    name = "get",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = "Prints the value of a key.",
    footer = {"", Trouble.CODES})
final class GetCommand extends ClientCommand {
  private static final String REPLACEMENT = "\ufffd";

  @Mixin private final InTable table = new InTable();

  @Option(
      names = "--raw",
      description = "Print the bytes of the value and nothing else, not even the end of a line.")
  private boolean raw;

  @Parameters(paramLabel = "KEY", description = "The key.")
  private String key = "";

  @Override
  int run(Screen screen) throws IOException {
    Remote remote = remote();
    Reply reply = remote.expect(remote.get(table.data(key)), 200, 404);
    if (reply.status() == 404) {
      throw new Trouble(Trouble.NOT_SO, reply.error());
    }
    String value = reply.json().path("value").asString("");
    EntryLine entry =
        value.contains(REPLACEMENT)
            ? exact(remote)
                .orElse(new EntryLine(Bytes.of(key), Bytes.of(value), 0, Optional.empty()))
            : new EntryLine(Bytes.of(key), Bytes.of(value), 0, Optional.empty());
    if (isJson()) {
      ObjectNode json = (ObjectNode) EntryLine.parse(entry.text());
      reply.version().ifPresent(version -> json.put("version", version));
      screen.line(Reply.JSON.writeValueAsString(json));
    } else if (raw) {
      screen.out().flush();
      System.out.write(entry.value().toArray());
      System.out.flush();
    } else {
      screen.line(screen.isTerminal() ? Shown.of(entry.value()) : entry.value().toText());
    }
    return 0;
  }

  /** The bytes of a value that are no text: its own address gives them as a text that is none. */
  private Optional<EntryLine> exact(Remote remote) throws IOException {
    Bytes bytes = Bytes.of(key);
    Bytes next = bytes.concat(Bytes.of((byte) 0));
    return EntryPage.read(
            remote,
            table.entries()
                + "?from64="
                + Remote.base64(bytes)
                + "&to64="
                + Remote.base64(next)
                + "&limit=1")
        .entries()
        .stream()
        .findFirst();
  }
}
