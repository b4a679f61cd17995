package io.kvstore.server.client;

import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code remove}: a key has no value any more. */
@Command(
    name = "remove",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = "Removes a key with its value.",
    footer = {"", Trouble.CODES})
final class RemoveCommand extends ClientCommand {
  private static final byte[] NOTHING = {};

  @Mixin private final InTable table = new InTable();

  @Option(
      names = "--if-version",
      paramLabel = "VERSION",
      description = "Only if the key has this version, which 'get --json' says.")
  private @Nullable String ifVersion;

  @Parameters(paramLabel = "KEY", description = "The key.")
  private String key = "";

  @Override
  int run(Screen screen) throws IOException {
    Remote remote = remote();
    String path = table.data(key);
    Reply reply =
        ifVersion == null
            ? remote.send("DELETE", path, NOTHING)
            : remote.send("DELETE", path, NOTHING, "If-Match", '"' + ifVersion + '"');
    if (reply.status() == 404 || reply.status() == 412) {
      throw new Trouble(Trouble.NOT_SO, "not done: " + reply.error());
    }
    Reply unused = remote.expect(reply, 200);
    if (isJson()) {
      screen.line("{\"removed\":true}");
    } else if (screen.isTerminal()) {
      screen.line("removed");
    }
    return 0;
  }
}
