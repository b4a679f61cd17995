package io.kvstore.server.client;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** {@code status}: how the store is. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = {
      "Prints how the store is: its health, its shards with their views, and what has happened"
          + " lately. The exit code is 1 when the store is not whole."
    },
    footer = {"", Trouble.CODES})
final class StatusCommand extends ClientCommand {
  private static final int EVENTS = 5;

  @Override
  int run(Screen screen) throws IOException {
    Remote remote = remote();
    JsonNode status = remote.expect(remote.get("/status"), 200).json();
    String health = status.path("health").asString("");
    if (isJson()) {
      screen.line(Reply.JSON.writeValueAsString(status));
    } else {
      screen.line(
          "The store is "
              + screen.paint(Screen.styleOf(health), health)
              + ", says "
              + status.path("node").asString("")
              + " at "
              + remote.base()
              + ".");
      screen.line("");
      printShards(screen, status);
      printEvents(screen, status);
    }
    return health.equals("whole") ? 0 : Trouble.NOT_SO;
  }

  private static void printShards(Screen screen, JsonNode status) {
    Table shards = new Table("shard", "level", "replication", "view", "primary", "members");
    for (JsonNode shard : status.path("shards")) {
      List<String> members = new ArrayList<>();
      shard.path("members").forEach(member -> members.add(member.asString("")));
      shards.row(
          shard.path("shard").asInt(0),
          shard.path("consistency").asString(""),
          shard.path("replication").asString(""),
          shard.path("epoch").asLong(0),
          shard.path("primary").asString(""),
          String.join(", ", members));
    }
    shards.print(screen);
  }

  private static void printEvents(Screen screen, JsonNode status) {
    JsonNode events = status.path("events");
    if (events.isEmpty()) {
      return;
    }
    screen.line("");
    screen.line(screen.paint(Screen.Style.HEADING, "lately"));
    for (int i = 0; i < Math.min(EVENTS, events.size()); i++) {
      JsonNode event = events.get(i);
      screen.line(
          screen.paint(Screen.Style.FAINT, toSeconds(event.path("time").asString("")))
              + "  "
              + event.path("text").asString(""));
    }
  }

  private static String toSeconds(String time) {
    return time.replaceFirst("\\.\\d+Z$", "Z");
  }
}
