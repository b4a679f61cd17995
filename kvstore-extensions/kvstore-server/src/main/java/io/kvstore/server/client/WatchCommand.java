package io.kvstore.server.client;

import io.kvstore.Bytes;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** {@code watch}: what changes, as long as it runs. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Prints each change of the entries, in its order, until it is ended (Ctrl-C). When the"
          + " connection breaks it goes on after the last change that it has printed; if the server"
          + " does not know any more what came then, it says so, and goes on from now."
    },
    footer = {"", Trouble.CODES})
final class WatchCommand extends ClientCommand {
  private static final Duration SILENCE = Duration.ofSeconds(45); // a server beats every 15 seconds
  private static final Duration PAUSE = Duration.ofMillis(250);
  private static final int GONE = 410;

  @Mixin private final InTable table = new InTable();

  @Option(
      names = "--since",
      paramLabel = "POSITION",
      description = "Go on after this 'position' of an earlier watch with --json (from now on).")
  private @Nullable String since;

  @Option(
      names = "--count",
      paramLabel = "NUMBER",
      defaultValue = "0",
      description = "End after so many changes; 0 is never (${DEFAULT-VALUE}).")
  private long count;

  @Option(
      names = "--patience",
      paramLabel = "TIME",
      defaultValue = "1m",
      description = "How long to try again when the server is gone (${DEFAULT-VALUE}).")
  private Duration patience = Duration.ofMinutes(1);

  @Parameters(
      arity = "0..1",
      paramLabel = "PREFIX",
      description = "What the keys begin with (all keys).")
  private String prefix = "";

  private Optional<String> position = Optional.empty();
  private long changes;
  private boolean hasBegun;

  @Override
  int run(Screen screen) throws IOException {
    if (count < 0) {
      throw Trouble.ofUsage("--count must be at least 0, not " + count);
    }
    position = Optional.ofNullable(since);
    Remote remote = remote();
    try {
      while (!isOver(screen)) {
        follow(remote, screen);
      }
    } catch (InterruptedException ended) { // by Ctrl-C, in a shell
      Thread.currentThread().interrupt();
    }
    return 0;
  }

  /** Whether all was printed that was asked for, or the output is closed. */
  private boolean isOver(Screen screen) {
    return (count > 0 && changes >= count) || screen.out().checkError();
  }

  /** Prints what one connection tells, until that ends. */
  private void follow(Remote remote, Screen screen) throws IOException, InterruptedException {
    try (EventSource events = new EventSource(SILENCE)) {
      if (!begin(remote, events, screen)) {
        return;
      }
      hasBegun = true;
      for (Optional<EventSource.Event> event = events.next();
          event.isPresent();
          event = events.next()) {
        show(screen, event.get());
        if (isOver(screen)) {
          return;
        }
      }
    }
    Thread.sleep(PAUSE.toMillis()); // a server that ends each stream at once is not asked in a loop
  }

  /** Whether events come; false when those that were asked for are gone. */
  private boolean begin(Remote remote, EventSource events, Screen screen) throws IOException {
    String path = table.watch() + "?prefix=" + Remote.segment(prefix);
    String[] headers =
        position.map(last -> new String[] {"Last-Event-ID", last}).orElse(new String[0]);
    Retries retries = new Retries(hasBegun ? patience : Duration.ZERO);
    Reply reply = retries.of(() -> begun(remote, events, path, headers));
    if (reply.status() == GONE) {
      onGone(screen, reply.error());
      return false;
    }
    return true;
  }

  private static Reply begun(Remote remote, EventSource events, String path, String[] headers)
      throws Trouble {
    return remote.expect(remote.events(path, events, headers), 200, GONE);
  }

  /** What the server does not know any more was missed, and is said to be. */
  private void onGone(Screen screen, String why) {
    position = Optional.empty();
    if (isJson()) {
      screen.line(
          Reply.JSON.writeValueAsString(
              Reply.JSON.createObjectNode().put("gone", true).put("error", why)));
    } else {
      screen.line(screen.paint(Screen.Style.CHANGING, "changes were missed: " + why));
    }
  }

  private void show(Screen screen, EventSource.Event event) throws Trouble {
    if (event.data().isEmpty()) {
      position = event.id();
      return;
    }
    JsonNode data = parsed(event.data());
    if (event.type().equals("gone")) {
      onGone(screen, data.path("error").asString(""));
      return;
    }
    position = event.id();
    String time = Instant.now().toString();
    JsonNode all = data.path("changes");
    for (int i = 0; i < all.size() && (count == 0 || changes < count); i++) {
      changes++;
      if (isJson()) {
        ObjectNode json = ((ObjectNode) all.get(i)).put("seen", time);
        if (i == all.size() - 1) { // the position is that after all changes of a transaction
          position.ifPresent(id -> json.put("position", id));
        }
        screen.line(Reply.JSON.writeValueAsString(json));
      } else {
        screen.line(line(screen, time, all.get(i)));
      }
    }
  }

  private static JsonNode parsed(String data) throws Trouble {
    try {
      return Reply.JSON.readTree(data);
    } catch (JacksonException malformed) {
      throw new Trouble(
          Trouble.REFUSED, "the server speaks of changes in another way: " + data, malformed);
    }
  }

  private static String line(Screen screen, String time, JsonNode change) {
    return screen.paint(Screen.Style.FAINT, time)
        + "  "
        + Shown.of(bytes(change, "key"))
        + (change.path("removed").asBoolean(false)
            ? screen.paint(Screen.Style.ILL, " removed")
            : " = " + Shown.of(bytes(change, "value")));
  }

  /** What is no text is there in Base64, too. */
  private static Bytes bytes(JsonNode change, String name) {
    String base64 = change.path(name + "64").asString("");
    return base64.isEmpty()
        ? Bytes.of(change.path(name).asString(""))
        : Bytes.wrap(Base64.getDecoder().decode(base64));
  }
}
