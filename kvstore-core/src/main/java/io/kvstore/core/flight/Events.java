package io.kvstore.core.flight;

import io.kvstore.NodeId;
import io.kvstore.ReplicaStatus;
import io.kvstore.Traffic;
import io.kvstore.View;
import java.util.function.BooleanSupplier;
import jdk.jfr.Category;
import jdk.jfr.DataAmount;
import jdk.jfr.Description;
import jdk.jfr.Event;
import jdk.jfr.FlightRecorder;
import jdk.jfr.Label;
import jdk.jfr.Name;
import jdk.jfr.Period;
import jdk.jfr.StackTrace;
import jdk.jfr.Threshold;

/** The events themselves: only {@link Flight} knows this class. */
final class Events {
  private Events() {}

  static boolean areRecorded() {
    return FlightRecorder.isInitialized();
  }

  static void begin() {
    FlightRecorder.addPeriodicEvent(
        ReplicaFigures.class, () -> Flight.forEachReplica(Events::figures));
  }

  @Name("io.kvstore.ViewDecided")
  @Label("View Decided")
  @Description("A replica group has decided on its next view")
  @Category("kvstore")
  @StackTrace(false)
  static final class ViewDecided extends Event {
    @Label("Store")
    String store;

    @Label("Shard")
    int shard;

    @Label("Epoch")
    long epoch;

    @Label("Primary")
    String primary;

    @Label("Members")
    String members;

    @Label("Members Before")
    String before;

    ViewDecided(String store, int shard, View before, View view) {
      this.store = store;
      this.shard = shard;
      this.epoch = view.epoch();
      this.primary = view.primary().toString();
      this.members = view.members().toString();
      this.before = before.members().toString();
    }
  }

  static void viewDecided(String store, int shard, View before, View view) {
    new ViewDecided(store, shard, before, view).commit();
  }

  @Name("io.kvstore.ReplicaFailed")
  @Label("Replica Failed")
  @Description("Something in a replica has thrown, and its node stops")
  @Category("kvstore")
  static final class ReplicaFailed extends Event {
    @Label("Store")
    String store;

    @Label("Shard")
    int shard;

    @Label("Node")
    String node;

    @Label("Cause")
    String cause;

    ReplicaFailed(String store, int shard, NodeId node, Throwable cause) {
      this.store = store;
      this.shard = shard;
      this.node = node.toString();
      this.cause = cause.toString();
    }
  }

  static void replicaFailed(String store, int shard, NodeId node, Throwable cause) {
    new ReplicaFailed(store, shard, node, cause).commit();
  }

  @Name("io.kvstore.LongTurn")
  @Label("Long Turn")
  @Description("A loop was busy with one turn for long, and everyone who needed it waited")
  @Category("kvstore")
  @StackTrace(false)
  @Threshold("20 ms")
  static final class LongTurn extends Event {}

  static boolean turn(BooleanSupplier turn) {
    LongTurn event = new LongTurn();
    event.begin();
    try {
      return turn.getAsBoolean();
    } finally {
      event.commit();
    }
  }

  @Name("io.kvstore.Replica")
  @Label("Replica")
  @Description("A replica in figures")
  @Category("kvstore")
  @StackTrace(false)
  @Period("1 s")
  static final class ReplicaFigures extends Event {
    @Label("Store")
    String store;

    @Label("Shard")
    int shard;

    @Label("Node")
    String node;

    @Label("Status")
    String status;

    @Label("Epoch")
    long epoch;

    @Label("Primary")
    boolean primary;

    @Label("Position")
    long position;

    @Label("Lag")
    long lag;

    @Label("Entries")
    long entries;

    @Label("Bytes")
    @DataAmount
    long bytes;

    @Label("Operations")
    long operations;

    @Label("Messages Sent")
    long sent;

    @Label("Messages Received")
    long received;

    @Label("Messages Dropped")
    long dropped;

    ReplicaFigures(String store, ReplicaStatus replica) {
      this.store = store;
      shard = replica.shard();
      node = replica.node().toString();
      status = replica.status().toString();
      epoch = replica.epoch();
      primary = replica.isPrimary();
      position = replica.position();
      lag = replica.lag();
      entries = replica.entries();
      bytes = replica.bytes();
      Traffic traffic = replica.traffic();
      operations = traffic.operations();
      sent = traffic.sent();
      received = traffic.received();
      dropped = traffic.dropped();
    }
  }

  private static void figures(String store, ReplicaStatus replica) {
    new ReplicaFigures(store, replica).commit();
  }
}
