package io.kvstore.testkit.campaign;

import io.kvstore.AsyncKVStore;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.Transacted;
import io.kvstore.Transaction;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.Written;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import java.time.Duration;
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
  private final Map<String, String> seenValues = new HashMap<>();
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
    seenValues.clear();
  }

  CompletableFuture<?> ask(Ask ask) {
    AsyncKVStore<String, String> async = session.async();
    return switch (ask.kind()) {
      case GET -> get(async, ask);
      case GET_MANY -> async.getAll(ask.keys());
      case SCAN -> async.scan(Scan.all());
      case PAGE -> async.scan(page(ask));
      case REMOVE -> async.remove(ask.key());
      case APPEND -> async.append(ask.key(), ask.value());
      case ADD -> async.add(ask.key(), Long.parseLong(ask.value()));
      case BATCH,
          BATCH_IF_ABSENT,
          BATCH_OF_ONE_KEY,
          BATCH_ANEW,
          BATCH_REFUSED,
          BATCH_OF_NO_NUMBER ->
          async.batch(parts(ask));
      case CLEAR -> async.clear();
      case COUNT -> async.size();
      case PREPEND -> async.prepend(ask.key(), ask.value());
      case TOUCH -> async.touch(ask.key(), ask.lifetime().orElseThrow());
      case TRANSACT_IF_ABSENT,
          TRANSACT_SEEN,
          TRANSACT_ANEW,
          TRANSACT_OF_NO_NUMBER,
          TRANSACT_LASTING ->
          async.transact(tx -> transaction(tx, ask)).thenAccept(done -> remember(ask, done));
      case CHAIN -> async.update(put(ask)).thenAccept(written -> remember(ask.key(), written));
      case PUT,
          PUT_IF_ABSENT,
          PUT_IF_PRESENT,
          REPLACE_SEEN,
          REPLACE_VALUE,
          REMOVE_SEEN,
          REMOVE_IF_PRESENT ->
          async.update(update(ask));
    };
  }

  /** The same, by calls that wait for the answer. */
  void askAndWait(Ask ask) {
    switch (ask.kind()) {
      case GET -> get(ask);
      case GET_MANY -> session.getAll(ask.keys());
      case SCAN -> session.scan(Scan.all());
      case PAGE -> session.scan(page(ask));
      case REMOVE -> session.remove(ask.key());
      case APPEND -> session.append(ask.key(), ask.value());
      case ADD -> session.add(ask.key(), Long.parseLong(ask.value()));
      case BATCH,
          BATCH_IF_ABSENT,
          BATCH_OF_ONE_KEY,
          BATCH_ANEW,
          BATCH_REFUSED,
          BATCH_OF_NO_NUMBER ->
          session.batch(parts(ask));
      case CLEAR -> session.clear();
      case COUNT -> session.size();
      case PREPEND -> session.prepend(ask.key(), ask.value());
      case TOUCH -> session.touch(ask.key(), ask.lifetime().orElseThrow());
      case TRANSACT_IF_ABSENT,
          TRANSACT_SEEN,
          TRANSACT_ANEW,
          TRANSACT_OF_NO_NUMBER,
          TRANSACT_LASTING ->
          remember(ask, session.transact(tx -> transaction(tx, ask)));
      case CHAIN -> remember(ask.key(), session.update(put(ask)));
      case PUT,
          PUT_IF_ABSENT,
          PUT_IF_PRESENT,
          REPLACE_SEEN,
          REPLACE_VALUE,
          REMOVE_SEEN,
          REMOVE_IF_PRESENT ->
          session.update(update(ask));
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
    found.ifPresentOrElse(
        versioned -> {
          seen.put(key, versioned.version());
          seenValues.put(key, versioned.value());
        },
        () -> seenValues.remove(key));
  }

  /** A chain of compare-and-set goes on from what its last one has found or made. */
  private void remember(String key, Written<String> written) {
    seen.remove(key);
    remember(key, written.applied() ? written.after() : written.before());
  }

  private void remember(Ask ask, Transacted<String, String> done) {
    for (String key : ask.keys()) {
      Versioned<String> read = done.reads().get(key);
      if (read != null) {
        remember(key, Optional.of(read));
      }
    }
  }

  private Update<String, String> update(Ask ask) {
    if (ask.kind() == Kind.REMOVE_IF_PRESENT) {
      return Update.<String, String>remove(ask.key()).ifPresent();
    }
    if (ask.kind() != Kind.REMOVE_SEEN) {
      return put(ask);
    }
    Update<String, String> remove = Update.remove(ask.key());
    Long version = seen.get(ask.key());
    return version == null ? remove : remove.ifVersion(version);
  }

  private Update<String, String> put(Ask ask) {
    Update<String, String> put = put(ask.key(), ask.value());
    Long version = seen.get(ask.key());
    boolean isOnVersion = ask.kind() == Kind.REPLACE_SEEN || ask.kind() == Kind.CHAIN;
    String value = seenValues.get(ask.key());
    if (isOnVersion && version != null) {
      put = put.ifVersion(version);
    } else if (ask.kind() == Kind.REPLACE_VALUE) {
      put = value == null ? put.ifAbsent() : put.ifValue(value);
    } else if (ask.kind() == Kind.PUT_IF_PRESENT) {
      put = put.ifPresent();
    } else if (ask.kind() == Kind.PUT_IF_ABSENT || ask.kind() == Kind.CHAIN) {
      put = put.ifAbsent();
    }
    return ask.lifetime().isPresent() ? put.lifetime(ask.lifetime().get()) : put;
  }

  /** Flags that tell what they belong to. */
  private static Update<String, String> put(String key, String value) {
    return Update.<String, String>put(key, value).flags(value.hashCode());
  }

  private static Scan<String> page(Ask ask) {
    return Scan.range(ask.keys().get(0), ask.keys().get(1)).limit(Integer.parseInt(ask.value()));
  }

  private Transaction<String, String> transaction(Transaction<String, String> empty, Ask ask) {
    String key = ask.key();
    Transaction<String, String> tx = empty;
    switch (ask.kind()) {
      case TRANSACT_IF_ABSENT -> {
        for (int i = 0; i < ask.keys().size(); i++) {
          String each = ask.keys().get(i);
          tx = tx.ifAbsent(each).then(put(each, ask.valueFor(i))).otherwiseGet(each);
        }
        return tx.thenGet(key).otherwise(Update.remove(key));
      }
      case TRANSACT_SEEN -> {
        String value = seenValues.get(key);
        tx = value == null ? tx.ifAbsent(key) : tx.ifValue(key, value);
        for (String each : ask.keys()) {
          tx = tx.thenGet(each).otherwiseGet(each);
        }
        return tx.then(put(key, ask.value()));
      }
      case TRANSACT_ANEW -> {
        for (String each : ask.keys().subList(1, ask.keys().size())) {
          tx = tx.thenGet(each).then(Update.append(each, ask.valueFor(0)));
        }
        return tx.ifPresent(key)
            .then(Update.remove(key), put(key, ask.valueFor(1)))
            .thenGet(key)
            .then(Update.append(key, ask.valueFor(2)))
            .otherwiseGet(key)
            .otherwise(put(key, ask.valueFor(3)));
      }
      case TRANSACT_OF_NO_NUMBER -> {
        return tx.ifPresent(key).then(put(key, ask.value()), Update.add(key, 1)).otherwiseGet(key);
      }
      default -> {
        Duration lifetime = ask.lifetime().orElseThrow();
        return tx.ifAbsent(key)
            .then(put(key, ask.value()).lifetime(lifetime))
            .otherwise(Update.touch(key, lifetime))
            .otherwiseGet(key);
      }
    }
  }

  private static List<Update<String, String>> parts(Ask ask) {
    String key = ask.key();
    if (ask.kind() == Kind.BATCH_OF_ONE_KEY) {
      return List.of(put(key, ask.valueFor(0)), Update.append(key, ask.valueFor(1)));
    }
    if (ask.kind() == Kind.BATCH_OF_NO_NUMBER) {
      return List.of(put(key, ask.valueFor(0)), Update.add(key, 1));
    }
    if (ask.kind() == Kind.BATCH_ANEW) {
      return List.of(
          put(key, ask.valueFor(0)),
          put(key, ask.valueFor(1)).ifPresent(),
          Update.append(key, ask.valueFor(2)));
    }
    if (ask.kind() == Kind.BATCH_REFUSED) {
      return List.of(
          put(key, ask.valueFor(0)),
          Update.append(key, ask.valueFor(1)),
          put(key, ask.valueFor(2)).ifAbsent());
    }
    List<Update<String, String>> parts = new ArrayList<>();
    for (int i = 0; i < ask.keys().size(); i++) {
      Update<String, String> put = put(ask.keys().get(i), ask.valueFor(i));
      parts.add(i > 0 && ask.kind() == Kind.BATCH_IF_ABSENT ? put.ifAbsent() : put);
    }
    return parts;
  }
}
