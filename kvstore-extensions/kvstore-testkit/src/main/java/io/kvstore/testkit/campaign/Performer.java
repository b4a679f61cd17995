package io.kvstore.testkit.campaign;

import io.kvstore.FullException;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** One client of a run: it acts when its time has come and it waits for nothing. */
final class Performer {
  private final String name;
  private final Consumer<String> asks;
  private final Client client;
  private final List<Performer> all;
  private final Queue<Action> waiting = new ArrayDeque<>();
  private final int operationsAtOnce;
  private final List<Count> counts = new ArrayList<>();
  private final Simulation simulation;
  private final long patienceNanos;
  private int underWay;
  private @Nullable Throwable misbehaviour;
  private int refused;
  private int full;
  private int unknown;
  private int givenUp;

  /** How many entries were there at some time between these. */
  record Count(long asked, long answered, long entries) {}

  /**
   * A client that has not acted yet.
   *
   * @param name its name in a drawing
   * @param asks is told the name before each operation
   * @param all the clients, by their numbers
   * @param operationsAtOnce how many of its operations may be under way
   * @param patience after which an operation is given up
   */
  Performer(
      String name,
      Consumer<String> asks,
      KVStore<String, String> store,
      List<Performer> all,
      Simulation simulation,
      int operationsAtOnce,
      Duration patience) {
    patienceNanos = patience.toNanos();
    this.name = name;
    this.asks = asks;
    client = new Client(store);
    this.all = all;
    this.simulation = simulation;
    this.operationsAtOnce = operationsAtOnce;
  }

  boolean isIdle() {
    return underWay == 0 && waiting.isEmpty();
  }

  /** How many operations were refused or unknown so far, but for those that found no room. */
  int refused() {
    return refused - full;
  }

  /** How many operations were refused because the store was full. */
  int full() {
    return full;
  }

  /** How many of these were unknown. */
  int unknown() {
    return unknown;
  }

  /** How many have taken as long as their clients wait at the most, or do still. */
  int givenUp() {
    return givenUp + underWay;
  }

  /** What an operation ended with that no operation may end with. */
  Optional<Throwable> misbehaviour() {
    return Optional.ofNullable(misbehaviour);
  }

  /** What its counts of entries were answered. */
  List<Count> counts() {
    return counts;
  }

  void act(Action action) {
    waiting.add(action);
    goOn();
  }

  private void goOn() {
    while (underWay < operationsAtOnce && !waiting.isEmpty()) {
      Action action = waiting.remove();
      if (action instanceof Ask ask) {
        underWay++;
        long asked = simulation.elapsed().toNanos();
        asks.accept(name);
        CompletableFuture<?> unused =
            client.ask(ask).whenComplete((answer, thrown) -> ended(ask, asked, answer, thrown));
      } else {
        client.change(action, NodeId::of, other -> all.get(other).client.position());
      }
    }
  }

  private void ended(Ask ask, long asked, @Nullable Object answer, @Nullable Throwable thrown) {
    underWay--;
    if (ask.kind() == Kind.COUNT && answer instanceof Long entries) {
      counts.add(new Count(asked, simulation.elapsed().toNanos(), entries));
    }
    if (thrown != null) {
      refused++;
      full += causeOf(thrown) instanceof FullException ? 1 : 0;
      boolean isInTime = simulation.elapsed().toNanos() - asked < patienceNanos;
      givenUp += isInTime ? 0 : 1;
      Throwable cause = causeOf(thrown);
      unknown += cause instanceof IndeterminateException ended && isUnknown(ended) ? 1 : 0;
      boolean isOfCell =
          ask.kind().isTransaction() && cause instanceof UnsupportedOperationException;
      if (!(cause instanceof KVStoreException) && !isOfLimit(cause) && !isOfCell) {
        misbehaviour = thrown;
      }
    }
    goOn();
  }

  private static @Nullable Throwable causeOf(Throwable thrown) {
    return thrown instanceof CompletionException ? thrown.getCause() : thrown;
  }

  /** What would exceed a limit is misuse, of which campaigns know only that of texts that grow. */
  private static boolean isOfLimit(@Nullable Throwable cause) {
    return cause instanceof IllegalArgumentException
        && String.valueOf(cause.getMessage()).contains("Limits.valueBytes");
  }

  /** What some shards have done and others have refused is unknown, but none has kept silent. */
  private static boolean isUnknown(IndeterminateException ended) {
    return !(ended.getCause() instanceof KVStoreException first)
        || first.mayHaveBeenApplied()
        || Stream.of(ended.getSuppressed()).anyMatch(IndeterminateException.class::isInstance);
  }
}
