package io.kvstore.testkit.campaign;

import io.kvstore.AsyncKVStore;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.Update;
import io.kvstore.Versioned;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One client of a run: it acts when its time has come and it waits for nothing. */
final class Performer {
  private final KVStore<String, String> store;
  private final List<Performer> all;
  private final Queue<Action> waiting = new ArrayDeque<>();
  private final Map<String, Long> seen = new HashMap<>();
  private Session<String, String> session;
  private boolean isBusy;
  private @Nullable Throwable misbehaviour;
  private int refused;

  Performer(KVStore<String, String> store, List<Performer> all) {
    this.store = store;
    this.all = all;
    session = store.session();
  }

  boolean isIdle() {
    return !isBusy && waiting.isEmpty();
  }

  /** How many operations were refused or unknown so far. */
  int refused() {
    return refused;
  }

  /** What an operation ended with that no operation may end with. */
  Optional<Throwable> misbehaviour() {
    return Optional.ofNullable(misbehaviour);
  }

  void act(Action action) {
    waiting.add(action);
    goOn();
  }

  private void goOn() {
    while (!isBusy && !waiting.isEmpty()) {
      Action action = waiting.remove();
      if (action instanceof Ask ask) {
        isBusy = true;
        CompletableFuture<?> unused = ask(ask).whenComplete(this::ended);
      } else {
        change(action);
      }
    }
  }

  private void ended(@Nullable Object answer, @Nullable Throwable thrown) {
    isBusy = false;
    if (thrown != null) {
      refused++;
      Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
      if (!(cause instanceof KVStoreException)) {
        misbehaviour = thrown;
      }
    }
    goOn();
  }

  private void change(Action action) {
    seen.clear();
    if (action instanceof Action.Begin) {
      session = store.session();
    } else if (action instanceof Action.BeginAt at) {
      session = store.at(NodeId.of(at.node()));
    } else if (action instanceof Action.BeginAfter after) {
      Position position = all.get(after.client()).session.position();
      session = store.session(Position.parse(position.toString()));
    } else if (action instanceof Action.Move move) {
      session = session.at(NodeId.of(move.node()));
    }
  }

  private CompletableFuture<?> ask(Ask ask) {
    AsyncKVStore<String, String> async = session.async();
    return switch (ask.kind()) {
      case GET -> get(async, ask);
      case GET_MANY -> async.getAll(ask.keys());
      case SCAN -> async.scan(Scan.all());
      case REMOVE -> async.remove(ask.key());
      case APPEND -> async.append(ask.key(), ask.value());
      case ADD -> async.add(ask.key(), Long.parseLong(ask.value()));
      case BATCH, BATCH_IF_ABSENT -> async.batch(parts(ask));
      case CLEAR -> async.clear();
      case PUT, PUT_IF_ABSENT, REPLACE_SEEN -> async.update(put(ask));
    };
  }

  private CompletableFuture<?> get(AsyncKVStore<String, String> async, Ask ask) {
    return ask.level().isPresent()
        ? async.get(ask.key(), ask.level().get())
        : async.getVersioned(ask.key()).thenAccept(found -> remember(ask.key(), found));
  }

  private void remember(String key, Optional<Versioned<String>> found) {
    found.ifPresent(versioned -> seen.put(key, versioned.version()));
  }

  private Update<String, String> put(Ask ask) {
    Update<String, String> put = Update.put(ask.key(), ask.value());
    Long version = seen.get(ask.key());
    if (ask.kind() == Kind.PUT_IF_ABSENT) {
      put = put.ifAbsent();
    } else if (ask.kind() == Kind.REPLACE_SEEN && version != null) {
      put = put.ifVersion(version);
    }
    return ask.lifetime().isPresent() ? put.lifetime(ask.lifetime().get()) : put;
  }

  private static List<Update<String, String>> parts(Ask ask) {
    List<Update<String, String>> parts = new ArrayList<>();
    for (int i = 0; i < ask.keys().size(); i++) {
      Update<String, String> put = Update.put(ask.keys().get(i), ask.valueFor(i));
      parts.add(i > 0 && ask.kind() == Kind.BATCH_IF_ABSENT ? put.ifAbsent() : put);
    }
    return parts;
  }
}
