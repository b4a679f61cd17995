package io.kvstore.server.client;

import io.kvstore.server.client.Table.Cell;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import tools.jackson.databind.JsonNode;

/** {@code nodes}: the nodes of the store, one by one. */
@Command(
    name = "nodes",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    usageHelpAutoWidth = true,
    description = "Prints the nodes of the store: what they do, what they hold, how far behind.",
    footer = {"", Trouble.CODES})
final class NodesCommand extends ClientCommand {
  @Override
  int run(Screen screen) throws IOException {
    Remote remote = remote();
    JsonNode nodes = remote.expect(remote.get("/status"), 200).json().path("nodes");
    if (isJson()) {
      nodes.forEach(node -> screen.line(Reply.JSON.writeValueAsString(node)));
      return 0;
    }
    Table table =
        new Table(
            "node",
            "id",
            "status",
            "entries",
            "bytes",
            "lag",
            "operations",
            "primary of",
            "address");
    for (JsonNode node : nodes) {
      String condition = node.path("status").asString("");
      table.row(
          node.path("node").asString(""),
          node.path("id").asLong(0),
          new Cell(condition, Screen.styleOf(condition)),
          sum(node, "entries"),
          sum(node, "bytes"),
          sum(node, "lag"),
          sum(node, "operations"),
          primaryOf(node),
          node.path("address").asString(""));
    }
    table.print(screen);
    return 0;
  }

  private static String sum(JsonNode node, String figure) {
    long sum = 0;
    for (JsonNode replica : node.path("replicas")) {
      sum += replica.path(figure).asLong(0);
    }
    return String.format(Locale.ROOT, "%,d", sum);
  }

  private static String primaryOf(JsonNode node) {
    List<String> shards = new ArrayList<>();
    for (JsonNode replica : node.path("replicas")) {
      if (replica.path("primary").asBoolean(false)) {
        shards.add("shard " + replica.path("shard").asInt(0));
      }
    }
    return String.join(", ", shards);
  }
}
