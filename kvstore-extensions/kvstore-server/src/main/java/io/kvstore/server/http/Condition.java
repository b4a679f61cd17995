package io.kvstore.server.http;

import io.kvstore.NodeStatus;
import io.kvstore.View;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** How a node is, for those who watch over it. */
final class Condition {
  private final NodeFace node;

  Condition(NodeFace node) {
    this.node = node;
  }

  CompletableFuture<Answer> ping(Request request, Target target, List<String> arguments) {
    return done(Answer.of(200, json -> json.writeStringProperty("node", node.node().toString())));
  }

  CompletableFuture<Answer> health(Request request, Target target, List<String> arguments) {
    View view = node.requireView();
    if (node.status() != NodeStatus.SERVING) {
      return done(Failure.unavailable("the node waits to be taken into its view"));
    }
    return done(
        Answer.of(
            200,
            json -> {
              json.writeStringProperty("status", "serving");
              json.writeNumberProperty("epoch", view.epoch());
              json.writeStringProperty("store", node.health().name().toLowerCase(Locale.ROOT));
            }));
  }

  CompletableFuture<Answer> metrics(Request request, Target target, List<String> arguments) {
    Exposition text = new Exposition(node.node().toString());
    Optional<View> view = node.view();
    text.gauge(
        "kvstore_node_up", "Whether the node serves.", node.status() == NodeStatus.SERVING ? 1 : 0);
    view.ifPresent(present -> write(text, present));
    Figures.write(text, node.replicas());
    node.tally().writeTo(text);
    return done(Answer.of(200, Exposition.TYPE, text.bytes()));
  }

  private void write(Exposition text, View view) {
    text.gauge("kvstore_view_epoch", "The number of the view.", (double) view.epoch());
    text.gauge("kvstore_view_members", "How many nodes are in the view.", view.members().size());
    text.gauge(
        "kvstore_node_role",
        "What the node is in its view.",
        1,
        "role",
        view.primary().equals(node.node()) ? "primary" : "member",
        "consistency",
        view.consistency().name(),
        "replication",
        view.replication().name());
  }

  CompletableFuture<Answer> description(Request request, Target target, List<String> arguments) {
    return done(Answer.of(200, "application/json", Description.BYTES));
  }

  private static CompletableFuture<Answer> done(Answer answer) {
    return CompletableFuture.completedFuture(answer);
  }

  /** Read once, when it is first asked for. */
  private static final class Description {
    static final byte[] BYTES = read();

    private static byte[] read() {
      try (InputStream in = Condition.class.getResourceAsStream("openapi.json")) {
        return Objects.requireNonNull(in, "openapi.json").readAllBytes();
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
  }
}
