package io.kvstore.testkit.campaign;

import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.testkit.campaign.Action.Ask;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/** One client of a run: it acts when its time has come and it waits for nothing. */
final class Performer {
  private final Client client;
  private final List<Performer> all;
  private final Queue<Action> waiting = new ArrayDeque<>();
  private boolean isBusy;
  private @Nullable Throwable misbehaviour;
  private int refused;

  Performer(KVStore<String, String> store, List<Performer> all) {
    client = new Client(store);
    this.all = all;
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
        CompletableFuture<?> unused = client.ask(ask).whenComplete(this::ended);
      } else {
        client.change(action, NodeId::of, other -> all.get(other).client.position());
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
}
