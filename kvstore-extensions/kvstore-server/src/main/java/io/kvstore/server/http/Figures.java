package io.kvstore.server.http;

import io.kvstore.ReplicaStatus;
import java.util.List;
import java.util.function.ToLongFunction;
import tools.jackson.core.JsonGenerator;

/** A node's replicas in figures: one for each shard. */
final class Figures {
  private Figures() {}

  static void write(Exposition text, List<ReplicaStatus> replicas) {
    long entries = replicas.stream().mapToLong(ReplicaStatus::entries).sum();
    text.gauge("kvstore_entries", "Entries that have a value.", (double) entries);
    write(text, replicas, "bytes", "gauge", "Bytes of keys and values.", ReplicaStatus::bytes);
    write(text, replicas, "position", "gauge", "How far it has got.", ReplicaStatus::position);
    write(text, replicas, "lag", "gauge", "How much it has yet to get.", ReplicaStatus::lag);
    write(
        text,
        replicas,
        "operations_total",
        "counter",
        "Operations that clients asked for.",
        replica -> replica.traffic().operations());
    write(
        text,
        replicas,
        "messages_sent_total",
        "counter",
        "Messages to other replicas.",
        replica -> replica.traffic().sent());
    write(
        text,
        replicas,
        "messages_received_total",
        "counter",
        "Messages of other replicas.",
        replica -> replica.traffic().received());
    write(
        text,
        replicas,
        "messages_dropped_total",
        "counter",
        "Messages that were lost, or came too late.",
        replica -> replica.traffic().dropped());
  }

  private static void write(
      Exposition text,
      List<ReplicaStatus> replicas,
      String name,
      String type,
      String help,
      ToLongFunction<ReplicaStatus> figure) {
    String full = "kvstore_replica_" + name;
    text.about(full, type, help);
    for (ReplicaStatus replica : replicas) {
      text.sample(
          full, (double) figure.applyAsLong(replica), "shard", String.valueOf(replica.shard()));
    }
  }

  static void write(JsonGenerator json, List<ReplicaStatus> replicas) {
    json.writeArrayPropertyStart("replicas");
    for (ReplicaStatus replica : replicas) {
      json.writeStartObject();
      json.writeNumberProperty("shard", replica.shard());
      json.writeNumberProperty("epoch", replica.epoch());
      json.writeBooleanProperty("primary", replica.isPrimary());
      json.writeNumberProperty("position", replica.position());
      json.writeNumberProperty("lag", replica.lag());
      json.writeNumberProperty("entries", replica.entries());
      json.writeNumberProperty("bytes", replica.bytes());
      json.writeNumberProperty("operations", replica.traffic().operations());
      json.writeNumberProperty("sent", replica.traffic().sent());
      json.writeNumberProperty("received", replica.traffic().received());
      json.writeNumberProperty("dropped", replica.traffic().dropped());
      json.writeEndObject();
    }
    json.writeEndArray();
  }
}
