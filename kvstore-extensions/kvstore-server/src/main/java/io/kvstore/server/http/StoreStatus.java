package io.kvstore.server.http;

import static java.util.Objects.requireNonNull;

import io.kvstore.Cluster;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.ReplicaStatus;
import io.kvstore.View;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import tools.jackson.core.JsonGenerator;

/**
 * {@code /status}: the whole store, with all its nodes, as the process that is asked knows it; and
 * {@code /}, a page that shows it. Members on other machines are asked, which takes up to seconds
 * when one is silent: all who ask meanwhile get the same answer.
 */
final class StoreStatus {
  private static final String PAGE_TYPE = "text/html; charset=utf-8";

  /** The page has everything in it, asks this server alone, and is in no frame of another's. */
  private static final String PAGE_POLICY =
      "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline';"
          + " connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none';"
          + " frame-ancestors 'none'";

  /** What the members say. */
  private record Snapshot(
      String health, List<View> views, Map<NodeId, List<ReplicaStatus>> replicas) {}

  private final Cluster cluster;
  private final Directory directory;
  private final Events events;
  private final Predicate<NodeId> isCounted;
  private final Executor blocking;
  private CompletableFuture<Snapshot> asked =
      CompletableFuture.completedFuture(new Snapshot("", List.of(), Map.of()));

  /**
   * Of a store.
   *
   * @param isCounted whether the operations of a node are known here: not those of other processes
   */
  StoreStatus(
      Cluster cluster,
      Directory directory,
      Events events,
      Predicate<NodeId> isCounted,
      Executor blocking) {
    this.cluster = cluster;
    this.directory = directory;
    this.events = events;
    this.isCounted = isCounted;
    this.blocking = blocking;
  }

  /** The page that shows the status. It has nothing of the store in it, so it needs no token. */
  CompletableFuture<Answer> page(Request request, Target target, List<String> arguments) {
    return CompletableFuture.completedFuture(
        Answer.of(200, PAGE_TYPE, Page.BYTES)
            .with("Content-Security-Policy", PAGE_POLICY)
            .with("X-Content-Type-Options", "nosniff")
            .with("Referrer-Policy", "no-referrer")
            .with("Cache-Control", "no-store"));
  }

  /** The status, with the requests of one node. */
  Routes.Handler askedAt(NodeFace node) {
    return (request, target, arguments) ->
        snapshot()
            .thenApply(
                snapshot ->
                    Answer.of(200, json -> write(json, snapshot, node))
                        .with("Cache-Control", "no-store"));
  }

  private synchronized CompletableFuture<Snapshot> snapshot() {
    if (asked.isDone()) {
      asked = CompletableFuture.supplyAsync(this::look, blocking);
    }
    return asked;
  }

  private Snapshot look() {
    Map<NodeId, List<ReplicaStatus>> replicas = new TreeMap<>();
    cluster.nodes().forEach(node -> replicas.put(node, List.of()));
    cluster
        .replicas()
        .forEach(
            replica ->
                replicas.merge(
                    replica.node(),
                    List.of(replica),
                    (some, more) ->
                        IntStream.range(0, some.size() + 1)
                            .mapToObj(i -> i < some.size() ? some.get(i) : more.get(0))
                            .toList()));
    List<View> views = IntStream.range(0, cluster.shards()).mapToObj(cluster::view).toList();
    return new Snapshot(lower(cluster.health()), views, replicas);
  }

  private void write(JsonGenerator json, Snapshot snapshot, NodeFace at) {
    json.writeStringProperty("node", at.node().toString());
    json.writeStringProperty("time", Instant.now().toString());
    json.writeStringProperty("health", snapshot.health());
    json.writeArrayPropertyStart("shards");
    for (int shard = 0; shard < snapshot.views().size(); shard++) {
      json.writeStartObject();
      write(json, shard, snapshot.views().get(shard));
      json.writeEndObject();
    }
    json.writeEndArray();
    json.writeArrayPropertyStart("nodes");
    snapshot
        .replicas()
        .forEach(
            (node, replicas) -> {
              json.writeStartObject();
              json.writeStringProperty("node", node.toString());
              json.writeNumberProperty("id", directory.get(node).id());
              json.writeStringProperty("address", directory.get(node).address());
              json.writeStringProperty("status", statusOf(node, replicas));
              json.writeBooleanProperty("counted", isCounted.test(node));
              Figures.write(json, replicas);
              json.writeEndObject();
            });
    json.writeEndArray();
    at.tally().write(json);
    json.writeArrayPropertyStart("events");
    for (Events.Event event : events.newestFirst()) {
      json.writeStartObject();
      json.writeStringProperty("time", event.time().toString());
      json.writeStringProperty("kind", event.kind());
      json.writeStringProperty("text", event.text());
      json.writeEndObject();
    }
    json.writeEndArray();
  }

  private void write(JsonGenerator json, int shard, View view) {
    json.writeNumberProperty("shard", shard);
    json.writeNumberProperty("epoch", view.epoch());
    json.writeStringProperty("primary", view.primary().toString());
    json.writeArrayPropertyStart("members");
    view.members().forEach(member -> json.writeString(member.toString()));
    json.writeEndArray();
    json.writeStringProperty("consistency", lower(view.consistency()));
    json.writeStringProperty("replication", lower(view.replication()));
  }

  /** What its replicas do; a node is as far as the one that is least so. */
  private String statusOf(NodeId node, List<ReplicaStatus> replicas) {
    return lower(
        replicas.stream()
            .map(ReplicaStatus::status)
            .min(Comparator.naturalOrder())
            .orElseGet(() -> cluster.isRunning(node) ? NodeStatus.SERVING : NodeStatus.DOWN));
  }

  private static String lower(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  /** Read once, when it is first asked for. */
  private static final class Page {
    static final byte[] BYTES = read();

    private static byte[] read() {
      try (InputStream in = StoreStatus.class.getResourceAsStream("status.html")) {
        return requireNonNull(in, "status.html").readAllBytes();
      } catch (IOException unreadable) {
        throw new UncheckedIOException(unreadable);
      }
    }
  }
}
