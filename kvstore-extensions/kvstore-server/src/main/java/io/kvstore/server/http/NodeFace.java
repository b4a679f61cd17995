package io.kvstore.server.http;

import io.kvstore.Bytes;
import io.kvstore.Cluster;
import io.kvstore.Health;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Position;
import io.kvstore.ReplicaStatus;
import io.kvstore.Session;
import io.kvstore.View;
import io.kvstore.server.Http;
import io.kvstore.server.net.Admission;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;

/** One node, as those see it who serve it over HTTP. */
final class NodeFace {
  /** For all nodes. With those that may be under way, fewer than a store allows in flight. */
  private static final int MOST_WAITS = 512;

  private final KVStore<Bytes, Bytes> store;
  private final NodeId node;
  private final Http options;
  private final Directory directory;
  private final Views views;
  private final Executor json;
  private final Tally tally = new Tally();
  private final Admission waits;
  private final Watching watching;
  private volatile Position shown = Position.START;

  /**
   * A node.
   *
   * @param json writes large answers
   */
  NodeFace(
      KVStore<Bytes, Bytes> store,
      NodeId node,
      Http options,
      Directory directory,
      Views views,
      Executor json) {
    this.json = json;
    watching = new Watching(options.endpoint().idleTimeout());
    waits = new Admission(Math.max(1, MOST_WAITS / Math.max(1, store.cluster().nodes().size())));
    this.store = store;
    this.node = node;
    this.options = options;
    this.directory = directory;
    this.views = views;
  }

  NodeId node() {
    return node;
  }

  Http options() {
    return options;
  }

  Directory directory() {
    return directory;
  }

  Tally tally() {
    return tally;
  }

  NodeStatus status() {
    return store.cluster().status(node);
  }

  /** How the store is, with all its nodes. */
  Health health() {
    return store.cluster().health();
  }

  /** Its replicas in figures, one for each shard that it holds. */
  List<ReplicaStatus> replicas() {
    return replicas(store.cluster(), node);
  }

  static List<ReplicaStatus> replicas(Cluster cluster, NodeId node) {
    return cluster.replicas().stream().filter(replica -> replica.node().equals(node)).toList();
  }

  long id() {
    return directory.get(node).id();
  }

  /** A client of this node that has seen nothing yet. */
  Session<Bytes, Bytes> session() {
    return store.at(node);
  }

  /** A client of this node that has seen this. */
  Session<Bytes, Bytes> session(Position after) {
    return store.session(after).at(node);
  }

  /** The names of the store's tables. */
  List<String> tables() {
    return store.tables();
  }

  /** A table of the store. */
  KVStore<Bytes, Bytes> table(String name) {
    try {
      return store.table(name);
    } catch (IllegalArgumentException unknown) {
      throw new Refusal(404, "there is no table '" + Body.shown(name) + "'");
    }
  }

  /** What writes large answers. */
  Executor json() {
    return json;
  }

  /** The room for requests that wait for what this node has yet to see. */
  Admission waits() {
    return waits;
  }

  /** The clients that watch this node. */
  Watching watching() {
    return watching;
  }

  /** Whether this node has shown as much, so that no request has to wait for it. */
  boolean hasShown(Position seen) {
    return shown.covers(seen);
  }

  /** It has shown this. */
  void showed(Position seen) {
    if (!hasShown(seen)) {
      synchronized (this) {
        shown = shown.merge(seen);
      }
    }
  }

  /** The view as this node knows it; nothing when it is in none. */
  Optional<View> view() {
    return views.of(node);
  }

  View requireView() {
    return view().orElseThrow(() -> new Refusal(503, "this node is in no view"));
  }

  /** The bytes of a key that a client has named. */
  Bytes key(String text) {
    if (text.isEmpty()) {
      throw Refusal.malformed("the key is empty");
    }
    Bytes key = Bytes.of(text);
    int longest = options.endpoint().limits().keyBytes();
    if (key.size() > longest) {
      throw Refusal.malformed("the key is longer than " + longest + " bytes");
    }
    return key;
  }

  /** The bytes of a value that a client has sent. */
  Bytes value(String text) {
    Bytes value = Bytes.of(text);
    int longest = options.endpoint().limits().valueBytes();
    if (value.size() > longest) {
      throw new Refusal(413, "the value is longer than " + longest + " bytes");
    }
    return value;
  }
}
