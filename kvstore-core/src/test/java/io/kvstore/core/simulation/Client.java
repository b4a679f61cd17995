package io.kvstore.core.simulation;

import static java.util.Objects.requireNonNull;

import io.kvstore.AsyncKVStore;
import io.kvstore.Consistency;
import io.kvstore.IndeterminateException;
import io.kvstore.Item;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.UnavailableException;
import io.kvstore.Update;
import io.kvstore.Written;
import io.kvstore.core.simulation.Step.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** One session after another, each with one operation at a time, and notes of all of them. */
final class Client {
  /** What all clients of a run write into. */
  static final class Notes {
    private final List<Step> steps = new ArrayList<>();
    private long moments;
    private int sessions;
    private @Nullable Throwable misbehaviour;

    History history() {
      if (misbehaviour != null) {
        throw new AssertionError("an operation must not end like this", misbehaviour);
      }
      return new History(steps);
    }

    long now() {
      return moments;
    }

    private long next() {
      return ++moments;
    }
  }

  private record Observed(
      boolean applied, Map<String, Optional<Seen>> before, Map<String, Optional<Seen>> after) {}

  private static final Observed NOTHING = new Observed(true, Map.of(), Map.of());

  private final KVStore<String, String> store;
  private final Notes notes;
  private final boolean hasOneOrder;
  private final Map<String, Seen> lastSeen = new HashMap<>();
  private Session<String, String> session;
  private Optional<NodeId> node = Optional.empty();
  private int number;
  private long follows = -1;
  private long lastStart = -1;
  private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

  Client(KVStore<String, String> store, Notes notes, boolean hasOneOrder) {
    this.store = store;
    this.notes = notes;
    this.hasOneOrder = hasOneOrder;
    session = store.session();
    number = ++notes.sessions;
  }

  boolean isBusy() {
    return !last.isDone();
  }

  Optional<Seen> lastSeen(String key) {
    return Optional.ofNullable(lastSeen.get(key));
  }

  // Sessions

  /** Begins another session, which any replica may serve. */
  void begin() {
    begin(store.session(), Optional.empty(), -1);
  }

  /** Begins another session at one replica. */
  void beginAt(NodeId replica) {
    begin(store.at(replica), Optional.of(replica), -1);
  }

  /** Begins another session that has seen what the other client's has. */
  void beginAfter(Client other) {
    Position token = Position.parse(other.session.position().toString());
    begin(store.session(token), Optional.empty(), other.lastStart);
  }

  private void begin(Session<String, String> other, Optional<NodeId> replica, long followsStep) {
    session = other;
    node = replica;
    number = ++notes.sessions;
    follows = followsStep;
    lastStart = followsStep;
  }

  /** Goes on with the same session at another replica. */
  void moveTo(NodeId replica) {
    session = session.at(replica);
    node = Optional.of(replica);
  }

  // Operations

  /** Asks, and notes what comes of it. */
  void perform(Action action) {
    long start = notes.next();
    last = ask(action).whenComplete((observed, thrown) -> note(action, start, observed, thrown));
  }

  private CompletableFuture<Observed> ask(Action action) {
    AsyncKVStore<String, String> async = session.async();
    return switch (action.kind()) {
      case GET -> get(async, action);
      case SCAN -> async.scan(Scan.all()).thenApply(Client::listed);
      case ADD ->
          async
              .add(action.key(), Long.parseLong(action.argument()))
              .thenApply(sum -> new Observed(true, Map.of(), one(action.key(), sum.toString())));
      case BATCH ->
          async
              .batch(action.parts().stream().map(Client::update).toList())
              .thenApply(applied -> new Observed(applied, Map.of(), Map.of()));
      default ->
          action.isBlind()
              ? async.put(action.key(), action.argument()).thenApply(done -> NOTHING)
              : async.update(update(action)).thenApply(written(action.key()));
    };
  }

  private static CompletableFuture<Observed> get(
      AsyncKVStore<String, String> async, Action action) {
    Optional<Consistency> level = action.level();
    if (level.isPresent()) {
      return async
          .get(action.key(), level.get())
          .thenApply(
              value ->
                  new Observed(
                      true,
                      Map.of(),
                      Map.of(action.key(), value.map(each -> new Seen(each, Seen.UNTOLD)))));
    }
    return async
        .getVersioned(action.key())
        .thenApply(found -> new Observed(true, Map.of(), Map.of(action.key(), Seen.of(found))));
  }

  private static Observed listed(List<Item<String, String>> items) {
    Map<String, Optional<Seen>> all = new TreeMap<>();
    items.forEach(item -> all.put(item.key(), Optional.of(new Seen(item.value(), item.version()))));
    return new Observed(true, Map.of(), all);
  }

  private static Map<String, Optional<Seen>> one(String key, String value) {
    return Map.of(key, Optional.of(new Seen(value, Seen.UNTOLD)));
  }

  private static Update<String, String> update(Action action) {
    Update<String, String> update = withoutLifetime(action);
    return action.lifetime().map(update::lifetime).orElse(update);
  }

  private static Update<String, String> withoutLifetime(Action action) {
    String key = action.key();
    return switch (action.kind()) {
      case PUT -> Update.put(key, action.argument());
      case PUT_IF_ABSENT -> Update.put(key, action.argument()).ifAbsent();
      case REPLACE_VERSION ->
          Update.put(key, action.argument()).ifVersion(action.expected().orElseThrow().version());
      case REMOVE -> Update.<String, String>remove(key).ifPresent();
      case APPEND -> Update.append(key, action.argument());
      default -> throw new AssertionError("no such write: " + action);
    };
  }

  private static Function<Written<String>, Observed> written(String key) {
    return written ->
        new Observed(
            written.applied(),
            Map.of(key, Seen.of(written.before())),
            Map.of(key, Seen.of(written.after())));
  }

  private void note(
      Action action, long start, @Nullable Observed observed, @Nullable Throwable thrown) {
    Outcome outcome = thrown == null ? Outcome.DONE : outcomeOf(thrown);
    Observed known = outcome == Outcome.DONE ? requireNonNull(observed) : NOTHING;
    known.after().forEach(this::remember);
    notes.steps.add(
        new Step(
            number,
            node,
            action,
            start,
            outcome == Outcome.UNKNOWN ? Long.MAX_VALUE : notes.next(),
            outcome,
            known.applied(),
            known.before(),
            known.after(),
            hasOneOrder ? session.position().in(0).get(0) : 0,
            follows));
    if (outcome == Outcome.DONE) {
      follows = -1;
      lastStart = start;
    }
  }

  private void remember(String key, Optional<Seen> seen) {
    if (seen.isPresent() && seen.get().version() != Seen.UNTOLD) {
      lastSeen.put(key, seen.get());
    }
  }

  private Outcome outcomeOf(Throwable thrown) {
    Throwable cause = thrown instanceof CompletionException ? thrown.getCause() : thrown;
    if (cause instanceof UnavailableException) {
      return Outcome.REFUSED;
    }
    if (cause instanceof IndeterminateException) {
      return Outcome.UNKNOWN;
    }
    notes.misbehaviour = thrown;
    return Outcome.UNKNOWN;
  }
}
