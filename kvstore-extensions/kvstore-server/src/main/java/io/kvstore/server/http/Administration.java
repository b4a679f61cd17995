package io.kvstore.server.http;

import io.kvstore.Cluster;
import io.kvstore.NodeId;
import io.kvstore.server.http.Fleet.Wish;
import io.kvstore.server.net.Addresses;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import tools.jackson.core.JsonGenerator;
import tools.jackson.databind.JsonNode;

/** {@code /admin}: what an operator does to nodes and the links between them. */
final class Administration {
  private static final long LONGEST_PAUSE_MILLIS = 3_600_000;
  private static final int HIGHEST_PORT = 65_535;

  private final Cluster cluster;
  private final Directory directory;
  private final Views views;
  private final Fleet fleet;
  private final Executor blocking;

  Administration(
      Cluster cluster, Directory directory, Views views, Fleet fleet, Executor blocking) {
    this.cluster = cluster;
    this.directory = directory;
    this.views = views;
    this.fleet = fleet;
    this.blocking = blocking;
  }

  Routes routes() {
    return new Routes()
        .add("GET", "/ping", (request, target, arguments) -> done(Answer.of(200, json -> {})))
        .add("GET", "/admin/nodes", this::list)
        .add("POST", "/admin/nodes", this::add)
        .add("GET", "/admin/nodes/{node}", this::show)
        .add("DELETE", "/admin/nodes/{node}", onNode((request, node) -> fleet.remove(node)))
        .add("POST", "/admin/nodes/{node}/crash", onAny((body, node) -> cluster.crash(node)))
        .add("POST", "/admin/nodes/{node}/restart", onAny((body, node) -> cluster.restart(node)))
        .add("POST", "/admin/nodes/{node}/pause", onAny(this::pause, "millis"))
        .add("POST", "/admin/nodes/{node}/expel", onNode((body, node) -> cluster.expel(node)))
        .add(
            "POST",
            "/admin/nodes/{node}/isolate",
            onAny((body, node) -> cluster.network().isolate(node)))
        .add("POST", "/admin/network/cut", this::cut)
        .add("POST", "/admin/network/heal", this::heal)
        .add("PUT", "/admin/view", this::setView);
  }

  /** What is done to one node. */
  private interface Deed {
    void perform(Body body, NodeId node);
  }

  private Routes.Handler onNode(Deed deed, String... fields) {
    return on(this::node, deed, fields);
  }

  /** The same for what can be done to the coordinator, too. */
  private Routes.Handler onAny(Deed deed, String... fields) {
    return on(this::nodeOrCoordinator, deed, fields);
  }

  private Routes.Handler on(Function<String, NodeId> finding, Deed deed, String... fields) {
    return (request, target, arguments) -> {
      NodeId node = finding.apply(arguments.get(0));
      Body body = request.body().withOnly(fields);
      return later(() -> deed.perform(body, node));
    };
  }

  private CompletableFuture<Answer> later(Runnable deed) {
    return CompletableFuture.supplyAsync(
        () -> {
          deed.run();
          return Answer.of(200, json -> {});
        },
        blocking);
  }

  private static CompletableFuture<Answer> done(Answer answer) {
    return CompletableFuture.completedFuture(answer);
  }

  /** A node by its name, like n0, or by its number in views. */
  private NodeId node(String text) {
    Optional<NodeId> named =
        cluster.nodes().stream().filter(node -> node.toString().equals(text)).findFirst();
    return named
        .or(() -> withId(text))
        .orElseThrow(() -> new Refusal(404, "there is no node '" + text + "'"));
  }

  private NodeId nodeOrCoordinator(String text) {
    return text.equals(NodeId.COORDINATOR.toString()) ? NodeId.COORDINATOR : node(text);
  }

  private Optional<NodeId> withId(String text) {
    try {
      return directory.withId(Long.parseLong(text));
    } catch (NumberFormatException malformed) {
      return Optional.empty();
    }
  }

  // Nodes

  private CompletableFuture<Answer> list(Request request, Target target, List<String> arguments) {
    return done(
        Answer.of(
            200,
            json -> {
              json.writeStringProperty("health", cluster.health().name().toLowerCase(Locale.ROOT));
              json.writeArrayPropertyStart("nodes");
              for (NodeId node : cluster.nodes()) {
                json.writeStartObject();
                write(json, node);
                json.writeEndObject();
              }
              json.writeEndArray();
            }));
  }

  private CompletableFuture<Answer> show(Request request, Target target, List<String> arguments) {
    NodeId node = node(arguments.get(0));
    return done(Answer.of(200, json -> write(json, node)));
  }

  private void write(JsonGenerator json, NodeId node) {
    Directory.Entry entry = directory.get(node);
    json.writeStringProperty("node", node.toString());
    json.writeNumberProperty("id", entry.id());
    json.writeStringProperty("address", entry.address());
    json.writeStringProperty("status", cluster.status(node).name().toLowerCase(Locale.ROOT));
    writeAddress(json, "http", fleet.httpAddress(node));
    writeAddress(json, "memcached", fleet.memcachedAddress(node));
    json.writeArrayPropertyStart("view");
    views
        .of(node)
        .ifPresent(view -> view.members().forEach(each -> json.writeString(each.toString())));
    json.writeEndArray();
    Figures.write(json, NodeFace.replicas(cluster, node));
  }

  private static void writeAddress(
      JsonGenerator json, String name, Optional<InetSocketAddress> address) {
    address.ifPresent(there -> json.writeStringProperty(name, Addresses.text(there)));
  }

  private CompletableFuture<Answer> add(Request request, Target target, List<String> arguments) {
    Body body = request.body().withOnly("id", "address", "http", "memcached");
    Optional<Long> id = number(body, "id", 0, Long.MAX_VALUE);
    Wish wish =
        new Wish(
            id.isPresent() ? OptionalLong.of(id.get()) : OptionalLong.empty(),
            body.string("address"),
            port(body, "http"),
            port(body, "memcached"));
    return CompletableFuture.supplyAsync(
        () -> {
          NodeId node = fleet.add(wish);
          return Answer.of(201, json -> write(json, node));
        },
        blocking);
  }

  private static OptionalInt port(Body body, String name) {
    Optional<Long> port = number(body, name, 0, HIGHEST_PORT);
    return port.isPresent() ? OptionalInt.of(port.get().intValue()) : OptionalInt.empty();
  }

  private static Optional<Long> number(Body body, String name, long least, long most) {
    return body.value(name)
        .map(
            value -> {
              if (!value.isIntegralNumber()
                  || !value.canConvertToLong()
                  || value.longValue() < least
                  || value.longValue() > most) {
                throw Refusal.malformed(
                    "'" + name + "' must be a number from " + least + " to " + most);
              }
              return value.longValue();
            });
  }

  private void pause(Body body, NodeId node) {
    long millis =
        number(body, "millis", 0, LONGEST_PAUSE_MILLIS)
            .orElseThrow(() -> Refusal.malformed("the body has no 'millis'"));
    cluster.pause(node, Duration.ofMillis(millis));
  }

  // Links

  private CompletableFuture<Answer> cut(Request request, Target target, List<String> arguments) {
    Body body = request.body().withOnly("from", "to", "one-way");
    NodeId from = named(body, "from");
    NodeId to = named(body, "to");
    boolean isOneWay = body.value("one-way").map(Administration::bool).orElse(false);
    return later(
        () -> {
          if (isOneWay) {
            cluster.network().cutOneWay(from, to);
          } else {
            cluster.network().cut(from, to);
          }
        });
  }

  private static boolean bool(JsonNode value) {
    if (!value.isBoolean()) {
      throw Refusal.malformed("'one-way' must be true or false");
    }
    return value.booleanValue();
  }

  private CompletableFuture<Answer> heal(Request request, Target target, List<String> arguments) {
    Body body = request.body().withOnly("from", "to");
    if (!body.has("from") && !body.has("to")) {
      return later(() -> cluster.network().heal());
    }
    NodeId from = named(body, "from");
    NodeId to = named(body, "to");
    return later(() -> cluster.network().heal(from, to));
  }

  private NodeId named(Body body, String name) {
    return nodeOrCoordinator(
        body.string(name).orElseThrow(() -> Refusal.malformed("the body has no '" + name + "'")));
  }

  // Views

  private CompletableFuture<Answer> setView(
      Request request, Target target, List<String> arguments) {
    List<NodeId> members = new ArrayList<>();
    Consumer<JsonNode> take =
        each -> {
          if (!each.isString()) {
            throw Refusal.malformed("'view' must be a list of nodes");
          }
          members.add(node(each.stringValue()));
        };
    JsonNode view =
        request
            .body()
            .withOnly("view")
            .value("view")
            .orElseThrow(() -> Refusal.malformed("the body has no 'view'"));
    if (!view.isArray() || view.isEmpty()) {
      throw Refusal.malformed("'view' must be a list of nodes");
    }
    view.forEach(take);
    if (members.stream().distinct().count() < members.size()) {
      throw Refusal.malformed("'view' names a node twice");
    }
    return views.set(members).thenApply(done -> Answer.of(200, json -> {}));
  }
}
