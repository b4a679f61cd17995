package io.kvstore.server;

import io.kvstore.Bytes;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.StoreBuilder;
import io.kvstore.spi.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Which store is opened. */
final class StoreOptions {
  /** Whether views change by themselves. */
  enum ViewPolicy {
    AUTOMATIC,
    EXTERNAL
  }

  @Option(
      names = "--config",
      paramLabel = "FILE",
      description = "A file with lines 'option=value', without the dashes.")
  @SuppressWarnings("UnusedVariable") // read by OptionSources, before there are values
  private @Nullable Path config;

  @Option(
      names = "--nodes",
      paramLabel = "NUMBER",
      defaultValue = "3",
      description = "How many nodes there are (${DEFAULT-VALUE}).")
  private int nodes;

  @Option(
      names = "--replicas",
      paramLabel = "NUMBER",
      description =
          "How many nodes hold each shard (all of them). With fewer, a node holds its share of the"
              + " shards.")
  private @Nullable Integer replicas;

  @Option(
      names = "--consistency",
      paramLabel = "LEVEL",
      defaultValue = "linearizable",
      description = "linearizable, sequential, causal or eventual (${DEFAULT-VALUE}).")
  private Consistency consistency = Consistency.LINEARIZABLE;

  @Option(
      names = "--replication",
      paramLabel = "PROTOCOL",
      description = "How copies are kept: ${COMPLETION-CANDIDATES} (what suits the level).")
  private @Nullable Replication replication;

  @Option(
      names = "--shards",
      paramLabel = "NUMBER",
      defaultValue = "1",
      description = "Into how many parts the keys are split (${DEFAULT-VALUE}).")
  private int shards;

  @Option(
      names = "--split-at",
      paramLabel = "KEY",
      split = ",",
      description =
          "The first key of each part but the first, ascending; splits keys by their order in place"
              + " of --shards, by their hash.")
  private List<String> splitAt = List.of();

  @Option(
      names = "--acks",
      paramLabel = "NUMBER",
      description =
          "At the weak levels, how many nodes hold a write before it is answered (one, with QUORUM a"
              + " majority).")
  private @Nullable Integer acks;

  @Option(
      names = "--reads-from",
      paramLabel = "NUMBER",
      description =
          "With QUORUM at the eventual level, how many nodes answer a read of a key (a majority).")
  private @Nullable Integer readsFrom;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      defaultValue = "5s",
      description = "How long a request may wait for other nodes (${DEFAULT-VALUE}).")
  private Duration timeout = Duration.ofSeconds(5);

  @Option(
      names = "--storage",
      paramLabel = "DIR",
      description = "Where nodes keep their data, a folder for each (in memory only).")
  private @Nullable Path storage;

  @Option(
      names = "--max-held-bytes",
      paramLabel = "NUMBER",
      description =
          "How much the data may take in memory: keys, values and 128 bytes for each entry. Above"
              + " that, writes are refused (a quarter of the heap).")
  private long maxHeldBytes = Limits.DEFAULT.heldBytes();

  @Option(
      names = "--maximum-entries",
      paramLabel = "NUMBER",
      description =
          "How many entries there are at the most: others are evicted for new ones (nothing is"
              + " evicted).")
  private @Nullable Long maximumEntries;

  @Option(
      names = "--maximum-bytes",
      paramLabel = "NUMBER",
      description = "The same, counted like --max-held-bytes; one of the two.")
  private @Nullable Long maximumBytes;

  @Option(
      names = "--max-key-bytes",
      paramLabel = "BYTES",
      defaultValue = "250",
      description = "The longest key (${DEFAULT-VALUE}).")
  private int maxKeyBytes;

  @Option(
      names = "--max-value-bytes",
      paramLabel = "BYTES",
      defaultValue = "1048575",
      description = "The longest value (${DEFAULT-VALUE}).")
  private int maxValueBytes;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where each node lists the operations that it performed (nowhere).")
  private @Nullable Path output;

  @Option(
      names = "--views",
      paramLabel = "POLICY",
      defaultValue = "automatic",
      description =
          "automatic: a silent node is left out of its view, and taken in when it is back."
              + " external: nodes are in no view until somebody sets one with PUT /view"
              + " (${DEFAULT-VALUE}).")
  private ViewPolicy views = ViewPolicy.AUTOMATIC;

  @Option(
      names = "--failover",
      paramLabel = "TIME",
      description =
          "After how long a silence a node is taken for lost (500ms): longer than the usual pauses of"
              + " a process.")
  private @Nullable Duration failover;

  @Option(
      names = "--engine",
      paramLabel = "NAME",
      defaultValue = Engines.IN_PROCESS,
      description =
          "in-process: all nodes are in this process. ratis: this process is one of them, with"
              + " kvstore-ratis on the class path (${DEFAULT-VALUE}).")
  private String engine = Engines.IN_PROCESS;

  @Option(
      names = "--id",
      paramLabel = "NAME",
      description = "With --engine ratis: which member this is, such as n1.")
  private @Nullable String id;

  @Option(
      names = "--peers",
      paramLabel = "NAME=HOST:PORT,…",
      description = "With --engine ratis: all members, and where they listen to each other.")
  private @Nullable String peers;

  @Option(
      names = "--joining",
      description = "With --engine ratis: this member is new in a store that runs.")
  private boolean joining;

  @Option(
      names = "--lease-reads",
      description =
          "With --engine ratis: leaders answer linearizable reads alone for a while, without the"
              + " log; clocks must run at nearly the same speed.")
  private boolean leaseReads;

  @Mixin private final PeerTls peerTls = new PeerTls();
  @Mixin private final TableOptions tables = new TableOptions();

  int nodes() {
    return isOneMember() ? 1 : nodes;
  }

  /** Whether this process is one node, and others have the others. */
  boolean isOneMember() {
    return !engine.equals(Engines.IN_PROCESS);
  }

  /** The one node that this process is, if it is one. */
  Optional<NodeId> onlyNode() {
    return isOneMember() && id != null
        ? Optional.of(NodeId.of(Integer.parseInt(id.substring(1))))
        : Optional.empty();
  }

  boolean hasViewsFromOutside() {
    return views == ViewPolicy.EXTERNAL;
  }

  int maxKeyBytes() {
    return maxKeyBytes;
  }

  int maxValueBytes() {
    return maxValueBytes;
  }

  /** Opens the store, to serve it. */
  KVStore<Bytes, Bytes> open() {
    return open(false);
  }

  /** Whether a store is meant that a transfer opens itself. */
  boolean nameAStore() {
    return storage != null || isOneMember();
  }

  /** Opens the store to read its entries, or set some: across machines as a client. */
  KVStore<Bytes, Bytes> openForTransfer() {
    if (isOneMember() ? id != null || joining || storage != null : storage == null) {
      throw new IllegalArgumentException(
          isOneMember()
              ? "across machines this is a client of the members that run: leave --id, --joining"
                  + " and --storage out"
              : "which store is meant? --url names a server that runs, --storage a folder, --engine ratis"
                  + " with --peers a store across machines");
    }
    return open(isOneMember());
  }

  private KVStore<Bytes, Bytes> open(boolean isClient) {
    if (!isOneMember() && (joining || leaseReads)) {
      throw new IllegalArgumentException(
          (joining ? "--joining" : "--lease-reads")
              + " is for members across machines: it needs --engine ratis");
    }
    if (isOneMember() && !tables.areNone()) {
      throw new IllegalArgumentException(
          "--table is for nodes that are all in this process: across machines, run another store"
              + " for each key space, with --peers of its own");
    }
    StoreBuilder<Bytes, Bytes> builder =
        KVStore.builder()
            .keys(Codecs.BYTES)
            .values(Codecs.BYTES)
            .consistency(consistency)
            .replicas(numberOfReplicas())
            .shards(shards)
            .timeout(timeout)
            .limits(
                Limits.DEFAULT
                    .withHeldBytes(maxHeldBytes)
                    .withKeyBytes(maxKeyBytes)
                    .withValueBytes(Math.max(maxValueBytes, Limits.DEFAULT.valueBytes())));
    if (!splitAt.isEmpty()) {
      builder = builder.splitAt(splitAt.stream().map(Bytes::of).toArray(Bytes[]::new));
    }
    if (replicas != null) {
      builder = builder.nodes(numberOfNodes());
    }
    if (acks != null) {
      builder = builder.acks(acks);
    }
    if (readsFrom != null) {
      builder = builder.readsFrom(readsFrom);
    }
    if (maximumEntries != null) {
      builder = builder.maximumEntries(maximumEntries);
    }
    if (maximumBytes != null) {
      builder = builder.maximumBytes(maximumBytes);
    }
    if (isOneMember()) {
      Map<String, String> told = new TreeMap<>();
      told.put("joining", Boolean.toString(joining));
      told.put("lease-reads", Boolean.toString(leaseReads));
      told.put("client", Boolean.toString(isClient));
      if (id != null) {
        told.put("id", id);
      }
      if (peers != null) {
        told.put("peers", peers);
      }
      told.putAll(peerTls.told());
      builder = builder.engine(Engines.create(engine, told));
    } else {
      peerTls.requireNone();
    }
    if (replication != null) {
      builder = builder.replication(replication);
    }
    if (storage != null) {
      builder = builder.storageDirectory(storage);
    }
    if (output != null) {
      builder = builder.outputDirectory(output);
    }
    Optional<Failover> when = failover();
    return withTables((when.isPresent() ? builder.failover(when.get()) : builder).open());
  }

  private KVStore<Bytes, Bytes> withTables(KVStore<Bytes, Bytes> opened) {
    try {
      tables.openIn(opened);
      return opened;
    } catch (RuntimeException | Error failed) {
      opened.close();
      throw failed;
    }
  }

  private int numberOfNodes() {
    if (nodes < 1 || nodes > Settings.MAX_REPLICAS) {
      throw new IllegalArgumentException(
          "--nodes must be from 1 to " + Settings.MAX_REPLICAS + ", not " + nodes);
    }
    return nodes;
  }

  private int numberOfReplicas() {
    int all = numberOfNodes();
    if (replicas == null) {
      return all;
    }
    if (isOneMember()) {
      throw new IllegalArgumentException(
          "--replicas is for nodes that are all in this process: across machines every member of"
              + " --peers holds every shard");
    }
    if (replicas < 1 || replicas > all) {
      throw new IllegalArgumentException(
          "--replicas must be from 1 to the number of --nodes, " + all + ", not " + replicas);
    }
    return replicas;
  }

  private Optional<Failover> failover() {
    if (views == ViewPolicy.AUTOMATIC) {
      return Optional.ofNullable(failover).map(Failover::after);
    }
    if (failover != null) {
      throw new IllegalArgumentException(
          "--failover " + failover + " has no meaning with --views external: leave one out");
    }
    return Optional.of(Failover.byHand());
  }

  private String nodesAndReplicas() {
    return "nodes=" + nodes + (replicas == null ? "" : " replicas=" + replicas);
  }

  /** What was opened, in a line that programs can read. */
  String summary() {
    return (isOneMember() ? "engine=" + engine + " peers=" + peers : nodesAndReplicas())
        + " consistency="
        + consistency.name().toLowerCase(Locale.ROOT)
        + " replication="
        + (replication == null ? consistency.defaultReplication() : replication)
            .name()
            .toLowerCase(Locale.ROOT)
        + " shards="
        + (splitAt.isEmpty() ? shards : splitAt.size() + 1)
        + " views="
        + views.name().toLowerCase(Locale.ROOT);
  }
}
