package io.kvstore.testkit.campaign;

import io.kvstore.Cluster;
import io.kvstore.ClusterEvent;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Position;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Convergence;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.check.Model;
import io.kvstore.testkit.check.SessionGuarantee;
import io.kvstore.testkit.check.SessionGuarantees;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.record.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Clients and administrators of one store, all at once on real threads; what the clients have seen
 * is judged afterwards.
 *
 * <p>Unlike a campaign in virtual time it cannot be repeated: its seed only draws what is asked and
 * what is done. It shows what comes of real threads, and of administrators that meet.
 */
public final class Chaos {
  private static final int CLIENTS = 5;
  private static final long LONGEST_PAUSE_NANOS = 6_000_000; // of a client
  private static final Duration TIMEOUT = Duration.ofSeconds(2);
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(30);
  private static final Budget BUDGET = new Budget(Duration.ofSeconds(5), 256L << 20);
  private static final List<String> KEYS = List.of("r1", "r2", "r3", Draw.COUNTER, Draw.PASSING);
  private static final Model EMPTY = Model.keyValue(null);
  private static final Comparator<Map.Entry<String, String>> BY_KEY = Map.Entry.comparingByKey();

  private final Cell cell;
  private final Placement placement;
  private final long seed;
  private final Recorder recorder = new Recorder();
  private final AtomicBoolean isOver = new AtomicBoolean();
  private final AtomicInteger operations = new AtomicInteger();
  private final AtomicInteger refused = new AtomicInteger();
  private final Queue<String> misbehaviour = new ConcurrentLinkedQueue<>();
  private final Queue<ClusterEvent> events = new ConcurrentLinkedQueue<>();
  private final List<Position> positions = new ArrayList<>();

  private Chaos(Cell cell, Placement placement, long seed) {
    this.cell = cell;
    this.placement = placement;
    this.seed = seed;
  }

  /**
   * What came of it.
   *
   * @param operations how many were asked
   * @param refused how many of them were refused, or their outcome is unknown
   * @param events how often the cluster has told of each kind of event
   * @param undecided how many verdicts would have taken too long
   * @param faults what was wrong, in sentences
   */
  public record Result(
      int operations,
      int refused,
      Map<String, Integer> events,
      int undecided,
      List<String> faults) {
    /** Copies what can be changed. */
    public Result {
      events = new LinkedHashMap<>(events);
      faults = List.copyOf(faults);
    }
  }

  /**
   * Opens a store, and lets it be for a while.
   *
   * @param cell where it begins; it moves to others that promise as much
   * @param seed of what is asked and done
   */
  public static Result run(Cell cell, Placement placement, long seed, Duration time)
      throws InterruptedException {
    return new Chaos(cell, placement, seed).run(time);
  }

  private Result run(Duration time) throws InterruptedException {
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    try (KVStore<String, String> store =
        KVStore.builder()
            .engine(recorder.around(new InProcess().placement(placement).seed(seed)))
            .consistency(cell.consistency())
            .replication(cell.replication())
            .acks(cell.isStrong() ? 1 : 2)
            .timeout(TIMEOUT)
            .open()) {
      store.cluster().listen(events::add);
      List<Thread> threads = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        int client = i;
        positions.add(store.position());
        threads.add(thread("client-" + i, () -> live(store, client)));
      }
      Administrators administrators =
          new Administrators(store.cluster(), cell, seed, isOver, misbehaviour);
      administrators.all().forEach((name, all) -> threads.add(thread(name, all)));
      threads.forEach(Thread::start);
      TimeUnit.NANOSECONDS.sleep(time.toNanos());
      isOver.set(true);
      for (Thread thread : threads) {
        thread.join(ENDS_WITHIN.toMillis());
        if (thread.isAlive()) {
          misbehaviour.add(thread.getName() + " has not ended: " + List.of(thread.getStackTrace()));
        }
      }
      administrators.calm();
      lookAround(store);
    }
    judge(verdicts);
    return result(verdicts);
  }

  private Thread thread(String name, Runnable life) {
    Thread thread =
        new Thread(
            () -> {
              try {
                life.run();
              } catch (RuntimeException | Error thrown) {
                misbehaves(name + " was told", thrown);
              }
            },
            "chaos-" + name);
    thread.setDaemon(true);
    return thread;
  }

  private void misbehaves(String what, Throwable thrown) {
    misbehaviour.add(what + ": " + thrown + " at " + List.of(thrown.getStackTrace()));
  }

  // Clients

  private void live(KVStore<String, String> store, int number) {
    Draw draw = Draw.ofClient(cell, seed * 31 + number, number);
    SplittableRandom pauses = new SplittableRandom(seed * 37 + number);
    Client client = new Client(store);
    boolean waits = number % 2 == 0;
    while (!isOver.get()) {
      Action action = draw.next();
      if (action instanceof Ask ask) {
        ask(client, cell.keepsKeysApart() ? ask.ofOneKey() : ask, waits);
        remember(number, client.position());
      } else {
        change(client, action, store.cluster());
      }
      LockSupport.parkNanos(pauses.nextLong(LONGEST_PAUSE_NANOS));
    }
  }

  private void ask(Client client, Ask ask, boolean waits) {
    operations.incrementAndGet();
    try {
      if (waits) {
        client.askAndWait(ask);
      } else {
        client.ask(ask).get(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
      }
    } catch (KVStoreException outcome) {
      refused.incrementAndGet();
    } catch (ExecutionException failed) {
      refused.incrementAndGet();
      Throwable cause = failed.getCause();
      if (!(cause instanceof KVStoreException)) {
        misbehaves(ask + " ended with", cause == null ? failed : cause);
      }
    } catch (TimeoutException never) {
      misbehaviour.add(ask + " has not ended within " + ENDS_WITHIN);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException wrong) {
      misbehaves(ask + " ended with", wrong);
    }
  }

  private synchronized void remember(int client, Position position) {
    positions.set(client, position);
  }

  private synchronized Position positionOf(int client) {
    return positions.get(client);
  }

  /** Nodes may be gone that it would like to go to. */
  private void change(Client client, Action action, Cluster cluster) {
    List<NodeId> nodes = cluster.nodes();
    try {
      client.change(
          action,
          number -> nodes.get(number % nodes.size()),
          number -> positionOf(number % CLIENTS));
    } catch (IllegalArgumentException gone) {
      if (!String.valueOf(gone.getMessage()).startsWith("there is no node")) {
        throw gone;
      }
    }
  }

  // The end

  /** Every replica serves again: it takes writes, and shows all keys, the same everywhere. */
  private void lookAround(KVStore<String, String> store) {
    Cluster cluster = store.cluster();
    require(
        "all nodes serve when everything works again",
        () -> cluster.nodes().stream().allMatch(n -> cluster.status(n) == NodeStatus.SERVING));
    for (NodeId node : cluster.nodes()) {
      Client visitor = new Client(store);
      visitor.beginAt(node);
      for (Ask ask : Draw.lastWords("z" + node.number(), cell.keepsKeysApart())) {
        require(ask + " is done at " + node, () -> isDone(visitor, ask));
      }
    }
    require("all nodes show the same", () -> showTheSame(store));
  }

  private static boolean isDone(Client client, Ask ask) {
    try {
      client.askAndWait(ask);
      return true;
    } catch (KVStoreException notYet) {
      return false;
    }
  }

  private boolean showTheSame(KVStore<String, String> store) {
    try {
      if (cell.keepsKeysApart()) {
        return KEYS.stream()
            .allMatch(
                key ->
                    store.cluster().nodes().stream()
                            .map(node -> store.at(node).get(key))
                            .distinct()
                            .count()
                        == 1);
      }
      return store.cluster().nodes().stream()
              .map(node -> store.at(node).asMap().entrySet().stream().sorted(BY_KEY).toList())
              .distinct()
              .count()
          == 1;
    } catch (KVStoreException notYet) {
      return false;
    }
  }

  private void require(String what, BooleanSupplier isSo) {
    long deadline = System.nanoTime() + ENDS_WITHIN.toNanos();
    while (!isSo.getAsBoolean()) {
      if (System.nanoTime() > deadline) {
        misbehaviour.add("not within " + ENDS_WITHIN.toSeconds() + " s: " + what);
        return;
      }
      LockSupport.parkNanos(10_000_000);
    }
  }

  private void judge(Map<String, Verdict> verdicts) {
    Consistency level = cell.consistency();
    History history = recorder.history(level);
    verdicts.put(level.name().toLowerCase(Locale.ROOT), Levels.check(level, history, BUDGET));
    if (level.isAtLeast(Consistency.CAUSAL)) {
      for (SessionGuarantee guarantee : SessionGuarantee.values()) {
        verdicts.put(
            guarantee.toString(), SessionGuarantees.check(history, guarantee, EMPTY, BUDGET));
      }
    }
    verdicts.put("agreeing", Convergence.check(history, EMPTY, BUDGET));
    List<String> wrong = recorder.wrongAnswers();
    verdicts.put(
        "behaving",
        wrong.isEmpty() ? new Holds() : new Broken("", wrong.get(0), List.of(), List.of()));
  }

  private Result result(Map<String, Verdict> verdicts) {
    Map<String, Integer> counts = new LinkedHashMap<>();
    events.forEach(each -> counts.merge(each.getClass().getSimpleName(), 1, Integer::sum));
    List<String> faults = new ArrayList<>(misbehaviour);
    int undecided = 0;
    for (Map.Entry<String, Verdict> each : verdicts.entrySet()) {
      if (each.getValue() instanceof Broken broken) {
        faults.add(each.getKey() + ": " + broken);
      }
      undecided += each.getValue() instanceof Verdict.Undecided ? 1 : 0;
    }
    if (counts.containsKey("DataLost") || counts.containsKey("Failed")) {
      faults.add("the cluster has told: " + events);
    }
    return new Result(operations.get(), refused.get(), counts, undecided, faults);
  }
}
