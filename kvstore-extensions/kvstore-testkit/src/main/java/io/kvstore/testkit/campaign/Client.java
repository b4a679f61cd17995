package io.kvstore.testkit.campaign;

import io.kvstore.AsyncKVStore;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Written;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/** A session, and the versions that it has seen. */
final class Client {
  private final KVStore<String, String> store;
  private final Map<String, Long> seen = new HashMap<>();
  private Session<String, String> session;

  Client(KVStore<String, String> store) {
    this.store = store;
    session = store.session();
  }

  Position position() {
    return session.position();
  }

  /**
   * Goes on with another session.
   *
   * @param nodes what an action's numbers of nodes mean
   * @param positions up to where clients have seen, by their numbers
   */
  void change(Action action, IntFunction<NodeId> nodes, IntFunction<Position> positions) {
    if (action instanceof Action.Begin) {
      become(store.session());
    } else if (action instanceof Action.BeginAt at) {
      beginAt(nodes.apply(at.node()));
    } else if (action instanceof Action.BeginAfter after) {
      become(store.session(Position.parse(positions.apply(after.client()).toString())));
    } else if (action instanceof Action.Move move) {
      become(session.at(nodes.apply(move.node())));
    }
  }

  void beginAt(NodeId node) {
    become(store.at(node));
  }

  private void become(Session<String, String> another) {
    session = another;
    seen.clear();
  }

  CompletableFuture<?> ask(Ask ask) {
    AsyncKVStore<String, String> async = session.async();
    return switch (ask.kind()) {
      case GET -> get(async, ask);
      case GET_MANY -> async.getAll(ask.keys());
      case SCAN -> async.scan(Scan.all());
      case REMOVE -> async.remove(ask.key());
      case APPEND -> async.append(ask.key(), ask.value());
      case ADD -> async.add(ask.key(), Long.parseLong(ask.value()));
      case BATCH, BATCH_IF_ABSENT, BATCH_OF_ONE_KEY -> async.batch(parts(ask));
      case CLEAR -> async.clear();
      case COUNT -> async.size();
      case PREPEND -> async.prepend(ask.key(), ask.value());
      case TOUCH -> async.touch(ask.key(), ask.lifetime().orElseThrow());
      case CHAIN -> async.update(put(ask)).thenAccept(written -> remember(ask.key(), written));
      case PUT, PUT_IF_ABSENT, REPLACE_SEEN, REMOVE_SEEN -> async.update(update(ask));
    };
  }

  /** The same, by calls that wait for the answer. */
  void askAndWait(Ask ask) {
    switch (ask.kind()) {
      case GET -> get(ask);
      case GET_MANY -> session.getAll(ask.keys());
      case SCAN -> session.scan(Scan.all());
      case REMOVE -> session.remove(ask.key());
      case APPEND -> session.append(ask.key(), ask.value());
      case ADD -> session.add(ask.key(), Long.parseLong(ask.value()));
      case BATCH, BATCH_IF_ABSENT, BATCH_OF_ONE_KEY -> session.batch(parts(ask));
      case CLEAR -> session.clear();
      case COUNT -> session.size();
      case PREPEND -> session.prepend(ask.key(), ask.value());
      case TOUCH -> session.touch(ask.key(), ask.lifetime().orElseThrow());
      case CHAIN -> remember(ask.key(), session.update(put(ask)));
      case PUT, PUT_IF_ABSENT, REPLACE_SEEN, REMOVE_SEEN -> session.update(update(ask));
    }
  }

  private void get(Ask ask) {
    if (ask.level().isPresent()) {
      session.get(ask.key(), ask.level().get());
    } else {
      remember(ask.key(), session.getVersioned(ask.key()));
    }
  }

  private CompletableFuture<?> get(AsyncKVStore<String, String> async, Ask ask) {
    return ask.level().isPresent()
        ? async.get(ask.key(), ask.level().get())
        : async.getVersioned(ask.key()).thenAccept(found -> remember(ask.key(), found));
  }

  private void remember(String key, Optional<Versioned<String>> found) {
    found.ifPresent(versioned -> seen.put(key, versioned.version()));
  }

  /** A chain of compare-and-set goes on from what its last one has found or made. */
  private void remember(String key, Written<String> written) {
    seen.remove(key);
    remember(key, written.applied() ? written.after() : written.before());
  }

  private Update<String, String> update(Ask ask) {
    if (ask.kind() != Kind.REMOVE_SEEN) {
      return put(ask);
    }
    Update<String, String> remove = Update.remove(ask.key());
    Long version = seen.get(ask.key());
    return version == null ? remove : remove.ifVersion(version);
  }

  private Update<String, String> put(Ask ask) {
    Update<String, String> put = Update.put(ask.key(), ask.value());
    Long version = seen.get(ask.key());
    boolean isOnVersion = ask.kind() == Kind.REPLACE_SEEN || ask.kind() == Kind.CHAIN;
    if (isOnVersion && version != null) {
      put = put.ifVersion(version);
    } else if (ask.kind() == Kind.PUT_IF_ABSENT || ask.kind() == Kind.CHAIN) {
      put = put.ifAbsent();
    }
    return ask.lifetime().isPresent() ? put.lifetime(ask.lifetime().get()) : put;
  }

  private static List<Update<String, String>> parts(Ask ask) {
    if (ask.kind() == Kind.BATCH_OF_ONE_KEY) {
      return List.of(
          Update.put(ask.key(), ask.valueFor(0)), Update.append(ask.key(), ask.valueFor(1)));
    }
    List<Update<String, String>> parts = new ArrayList<>();
    for (int i = 0; i < ask.keys().size(); i++) {
      Update<String, String> put = Update.put(ask.keys().get(i), ask.valueFor(i));
      parts.add(i > 0 && ask.kind() == Kind.BATCH_IF_ABSENT ? put.ifAbsent() : put);
    }
    return parts;
  }
}
