package io.kvstore.server.http;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.server.http.Views.Named;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** {@code /view}: who belongs together, as one node knows it. */
final class ViewFace {
  private static final String VIEW = "view";
  private static final String SOCKET_ADDRESS = "socket-address";
  private static final String IN_FULL = "detail=full";

  private final NodeFace node;
  private final Views views;

  ViewFace(NodeFace node, Views views) {
    this.node = node;
    this.views = views;
  }

  CompletableFuture<Answer> get(Request request, Target target, List<String> arguments) {
    Optional<View> view = views.of(node.node());
    boolean isInFull =
        request.header("Accept").map(text -> text.replace(" ", "")).orElse("").contains(IN_FULL);
    return CompletableFuture.completedFuture(
        Answer.of(
            200,
            json -> {
              List<NodeId> members = view.map(View::members).orElse(List.of());
              json.writeArrayPropertyStart(VIEW);
              members.forEach(each -> json.writeString(node.directory().get(each).address()));
              json.writeEndArray();
              if (isInFull) {
                writeDetails(json, members, view);
              }
            }));
  }

  private void writeDetails(JsonGenerator json, List<NodeId> members, Optional<View> view) {
    json.writeArrayPropertyStart("ids");
    members.forEach(each -> json.writeNumber(node.directory().get(each).id()));
    json.writeEndArray();
    if (view.isPresent()) {
      View present = view.get();
      Directory.Entry primary = node.directory().get(present.primary());
      json.writeNumberProperty("epoch", present.epoch());
      json.writeNumberProperty("primary", primary.id());
      json.writeStringProperty(
          "consistency", present.consistency().name().toLowerCase(Locale.ROOT));
      json.writeStringProperty(
          "replication", present.replication().name().toLowerCase(Locale.ROOT));
    }
  }

  CompletableFuture<Answer> put(Request request, Target target, List<String> arguments) {
    Body body = request.body();
    if (body.has(VIEW) == body.has(SOCKET_ADDRESS)) {
      throw Refusal.malformed("the body must have either 'view' or 'socket-address'");
    }
    body.withOnly(VIEW, SOCKET_ADDRESS);
    if (body.has(VIEW)) {
      return views
          .set(node.node(), named(body.value(VIEW).orElseThrow()))
          .thenApply(done -> Answer.of(200, json -> {}));
    }
    return views
        .add(node.node(), body.string(SOCKET_ADDRESS).orElseThrow())
        .thenApply(isNew -> isNew ? result(201, "added") : result(200, "already present"));
  }

  private static List<Named> named(JsonNode view) {
    List<Named> members = new ArrayList<>();
    if (!view.isArray()) {
      throw Refusal.malformed("'view' must be a list of objects with 'address' and 'id'");
    }
    for (JsonNode each : view) {
      JsonNode address = each.path("address");
      JsonNode id = each.path("id");
      if (!each.isObject()
          || !address.isString()
          || !id.isIntegralNumber()
          || !id.canConvertToLong()) {
        throw Refusal.malformed("'view' must be a list of objects with 'address' and 'id'");
      }
      Body.requireOnly(each.propertyNames(), "address", "id");
      members.add(new Named(address.stringValue(), id.longValue()));
    }
    return members;
  }

  CompletableFuture<Answer> delete(Request request, Target target, List<String> arguments) {
    Body body = request.body();
    String address =
        body.string(SOCKET_ADDRESS)
            .orElseThrow(() -> Refusal.malformed("the body has no 'socket-address'"));
    body.withOnly(SOCKET_ADDRESS);
    return views
        .remove(node.node(), address)
        .thenApply(
            was -> was ? result(200, "deleted") : Answer.error(404, "View has no such replica"));
  }

  private static Answer result(int status, String result) {
    return Answer.of(status, json -> json.writeStringProperty("result", result));
  }
}
