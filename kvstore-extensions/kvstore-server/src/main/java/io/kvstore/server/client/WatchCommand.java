package io.kvstore.server.client;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.Bytes;
import io.kvstore.server.transfer.EntryLine;
import java.io.IOException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.node.ObjectNode;

/** {@code watch}: what changes, as long as it runs. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Prints the entries that change, until it is ended (Ctrl-C). It looks at them again and again:"
          + " of several changes between two looks, the last one is seen, and none when the value is"
          + " the same again."
    },
    footer = {"", Trouble.CODES})
final class WatchCommand extends ClientCommand {
  private static final int MOST_ENTRIES = 100_000;

  @Mixin private final InTable table = new InTable();

  @Option(
      names = "--every",
      paramLabel = "TIME",
      defaultValue = "1s",
      description = "How often to look (${DEFAULT-VALUE}).")
  private Duration every = Duration.ofSeconds(1);

  @Option(
      names = "--count",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "End after so many changes; 0 is never (${DEFAULT-VALUE}).")
  private long count;

  @Parameters(
      arity = "0..1",
      paramLabel = "PREFIX",
      description = "What the keys begin with (all keys).")
  private String prefix = "";

  private long changes;

  @Override
  int run(Screen screen) throws IOException {
    if (every.isZero() || count < 0) {
      throw Trouble.ofUsage("--every must be longer than 0s, and --count at least 0");
    }
    Remote remote = remote();
    Map<Bytes, Bytes> known = new HashMap<>();
    look(remote, known, Optional.empty());
    while (count == 0 || changes < count) {
      try {
        Thread.sleep(every.toMillis());
      } catch (InterruptedException ended) {
        return 0;
      }
      look(remote, known, Optional.of(screen));
      screen.out().flush();
    }
    return 0;
  }

  /** Reads all entries that are watched, and prints how they differ from what was known. */
  private void look(Remote remote, Map<Bytes, Bytes> known, Optional<Screen> screen)
      throws IOException {
    Set<Bytes> gone = new HashSet<>(known.keySet());
    Optional<Bytes> last = Optional.empty();
    do {
      EntryPage page =
          EntryPage.read(
              remote,
              table.entries()
                  + "?prefix64="
                  + Remote.base64(Bytes.of(prefix))
                  + last.map(key -> "&after64=" + Remote.base64(key)).orElse(""));
      for (EntryLine entry : page.entries()) {
        gone.remove(entry.key());
        Bytes digest = digest(entry);
        if (!digest.equals(known.put(entry.key(), digest)) && screen.isPresent()) {
          show(screen.get(), entry.key(), Optional.of(entry));
        }
      }
      if (known.size() > MOST_ENTRIES) {
        throw new Trouble(
            Trouble.REFUSED,
            "more than "
                + MOST_ENTRIES
                + " entries begin with '"
                + prefix
                + "': watch a longer prefix");
      }
      last = page.last();
    } while (last.isPresent());
    for (Bytes key : gone) {
      known.remove(key);
      show(screen.orElseThrow(), key, Optional.empty());
    }
  }

  /** What tells an entry from others: values are not remembered, they may be long. */
  private static Bytes digest(EntryLine entry) {
    try {
      return Bytes.wrap(MessageDigest.getInstance("SHA-256").digest(entry.text().getBytes(UTF_8)));
    } catch (NoSuchAlgorithmException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private void show(Screen screen, Bytes key, Optional<EntryLine> entry) {
    if (count > 0 && changes >= count) {
      return;
    }
    changes++;
    String time = Instant.now().toString();
    if (isJson()) {
      EntryLine shown = entry.orElse(new EntryLine(key, Bytes.EMPTY, 0, Optional.empty()));
      ObjectNode json = (ObjectNode) EntryLine.parse(shown.text());
      if (entry.isEmpty()) {
        json.remove("value");
      }
      json.put("removed", entry.isEmpty()).put("seen", time);
      screen.line(Reply.JSON.writeValueAsString(json));
    } else {
      screen.line(
          screen.paint(Screen.Style.FAINT, time)
              + "  "
              + Shown.of(key)
              + entry
                  .map(now -> " = " + Shown.of(now.value()))
                  .orElse(screen.paint(Screen.Style.ILL, " removed")));
    }
  }
}
