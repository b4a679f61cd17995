package io.kvstore.server.client;

import io.kvstore.Bytes;
import io.kvstore.server.transfer.EntryLine;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code scan}: entries in the order of their keys, read page by page. */
@Command(
    name = "scan",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Prints entries in the order of their keys. On a terminal they are a table, in which long"
          + " values are cut; otherwise a key, a tab and the value; with --json whole entries."
    },
    footer = {"", Trouble.CODES})
final class ScanCommand extends ClientCommand {
  private static final int MOST_OF_A_PAGE = 1_000;

  @Mixin private final InTable table = new InTable();

  @Option(names = "--after", paramLabel = "KEY", description = "Only keys behind this one.")
  private @Nullable String after;

  @Option(
      names = "--limit",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "At most so many; 0 is all (${DEFAULT-VALUE}).")
  private long limit;

  @Option(names = "--keys-only", description = "Only the keys.")
  private boolean keysOnly;

  @Parameters(
      arity = "0..1",
      paramLabel = "PREFIX",
      description = "What the keys begin with (all keys).")
  private String prefix = "";

  @Override
  int run(Screen screen) throws IOException {
    if (limit < 0) {
      throw Trouble.ofUsage("--limit must be at least 0, not " + limit);
    }
    Remote remote = remote();
    Optional<Bytes> last = Optional.ofNullable(after).map(Bytes::of);
    long left = limit == 0 ? Long.MAX_VALUE : limit;
    do {
      EntryPage page = EntryPage.read(remote, path(last, (int) Math.min(left, MOST_OF_A_PAGE)));
      print(screen, page);
      left -= page.lines().size();
      last = page.last();
      screen.out().flush();
    } while (last.isPresent() && left > 0);
    return 0;
  }

  private String path(Optional<Bytes> last, int number) {
    return table.entries()
        + "?prefix64="
        + Remote.base64(Bytes.of(prefix))
        + last.map(key -> "&after64=" + Remote.base64(key)).orElse("")
        + "&limit="
        + number;
  }

  private void print(Screen screen, EntryPage page) throws IOException {
    if (isJson() && !keysOnly) {
      page.lines().forEach(screen::line);
      return;
    }
    List<EntryLine> entries = page.entries();
    if (isJson()) {
      entries.forEach(
          entry ->
              screen.line(
                  Reply.JSON.writeValueAsString(
                      EntryLine.parse(entry.text()).properties().iterator().next())));
    } else if (keysOnly) {
      entries.forEach(entry -> screen.line(Shown.of(entry.key())));
    } else if (!screen.isTerminal()) {
      entries.forEach(entry -> screen.line(Shown.of(entry.key()) + "\t" + Shown.of(entry.value())));
    } else if (!entries.isEmpty()) {
      printTable(screen, entries);
    }
  }

  private static void printTable(Screen screen, List<EntryLine> entries) {
    Table shown = new Table("key", "expires", "value");
    entries.forEach(
        entry ->
            shown.row(
                Shown.of(entry.key()),
                entry.expires().map(String::valueOf).orElse(""),
                Shown.of(entry.value())));
    shown.print(screen);
  }
}
