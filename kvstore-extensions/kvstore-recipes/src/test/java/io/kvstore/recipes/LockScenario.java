package io.kvstore.recipes;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.KVStoreException;
import io.kvstore.NodeId;
import io.kvstore.Registration;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.campaign.Nemesis;
import io.kvstore.testkit.campaign.Nemesis.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;

/**
 * A few processes that want one lock, or permits of one semaphore, drawn from a seed: they take it,
 * write to a resource that refuses old tokens, stand still, end without a word, and start again,
 * while links, nodes and clocks fail.
 *
 * <p>In half of the scenarios clocks are sane: none runs more than a hundredth too fast or too
 * slow, and those of nodes agree. Then nothing may overlap; otherwise the tokens must tell.
 */
@SuppressWarnings("try") // what is only closed
final class LockScenario {
  static final Duration LEASE = Duration.ofSeconds(1);

  private static final String KEY = "lock/it";
  private static final Duration TROUBLE = Duration.ofSeconds(8);
  private static final Duration RECOVERY = Duration.ofSeconds(15);
  private static final List<Cell> CELLS = cells();

  private record Cell(Consistency consistency, Replication replication) {}

  /** A hold as the processes saw it; times are the simulation's. */
  private static final class Term {
    private final String process;
    private final Contender contender;
    private final int permits;
    private final Duration asked;
    private final long token;
    private Duration ended = Duration.ofDays(1);
    private boolean wasLost;

    Term(String process, Contender contender, int permits, Duration asked) {
      this.process = process;
      this.contender = contender;
      this.permits = permits;
      this.asked = asked;
      this.token = contender.token();
    }

    @Override
    public String toString() {
      return process + " with token " + token;
    }
  }

  private final long seed;
  private final SplittableRandom random;
  private final Simulation simulation;
  private final Processes processes;
  private final boolean areClocksSane;
  private final int capacity; // of a lock one, otherwise of a semaphore
  private final Nemesis nemesis;
  private final KVStore<String, String> store;
  private final List<Term> terms = new ArrayList<>();
  private final List<String> broken = new ArrayList<>();
  private long greatestToken = Long.MIN_VALUE; // that the resource has seen
  private int written;
  private boolean isOver;

  private LockScenario(long seed) {
    this.seed = seed;
    random = new SplittableRandom(seed);
    simulation = Simulation.withSeed(seed);
    processes = new Processes(simulation);
    areClocksSane = random.nextBoolean();
    capacity = random.nextInt(3) == 0 ? 3 : 1;
    Cell cell = CELLS.get(random.nextInt(CELLS.size()));
    store =
        KVStore.builder()
            .consistency(cell.consistency())
            .replication(cell.replication())
            .timeout(Duration.ofMillis(200 + random.nextInt(1_000)))
            .engine(simulation)
            .open();
    nemesis = nemesis();
  }

  private static List<Cell> cells() {
    List<Cell> cells = new ArrayList<>();
    for (Replication replication : Replication.values()) {
      for (Consistency level : List.of(Consistency.LINEARIZABLE, Consistency.SEQUENTIAL)) {
        if (replication.supports(level)) {
          cells.add(new Cell(level, replication));
        }
      }
    }
    return cells;
  }

  private Nemesis nemesis() {
    Nemesis any = Nemesis.withSeed(seed, store.cluster().nodes());
    List<Kind> kinds = new ArrayList<>(List.of(Kind.values()));
    kinds.removeAll(List.of(Kind.COORDINATOR, Kind.CRASHES));
    kinds.removeIf(kind -> (kind == Kind.CLOCKS && areClocksSane) || random.nextBoolean());
    return kinds.isEmpty()
        ? any.only(Kind.DELAYS)
        : any.only(kinds.get(0), kinds.subList(1, kinds.size()).toArray(Kind[]::new));
  }

  /** What a scenario has shown. */
  record Result(List<String> broken, int terms, int written) {}

  static Result run(long seed) {
    return new LockScenario(seed).run();
  }

  private Result run() {
    try (store) {
      int number = 2 + random.nextInt(3);
      for (int i = 0; i < number; i++) {
        start("p" + i);
      }
      boolean isCalm = random.nextInt(4) == 0;
      while (processes.elapsed().compareTo(TROUBLE) < 0) {
        if (!isCalm) {
          disturb();
        }
        processes.runFor(Duration.ofMillis(random.nextInt(600)));
      }
      nemesis.calm(store.cluster());
      isOver = true;
      checkThatItIsFreeInTheEnd();
      checkTokens();
      return new Result(broken, terms.size(), written);
    }
  }

  /** A fault; or a node is lost with its memory, one at a time, so that none of the data is. */
  private void disturb() {
    Cluster cluster = store.cluster();
    if (random.nextInt(5) > 0) {
      nemesis.next().strike(cluster);
      return;
    }
    List<NodeId> nodes = cluster.nodes();
    if (nodes.stream().allMatch(node -> cluster.awaitMember(node, Duration.ZERO))) {
      cluster.crash(nodes.get(random.nextInt(nodes.size())));
    } else {
      nodes.forEach(cluster::restart);
    }
  }

  // Processes

  private void start(String name) {
    double off = areClocksSane ? 0.009 : 0.5;
    VirtualClockwork clockwork = processes.start(1 + random.nextDouble(-off, off));
    Context context = new Context(store, clockwork, LEASE.toNanos());
    clockwork.execute(() -> want(name, clockwork, context));
  }

  private void want(String name, VirtualClockwork clockwork, Context context) {
    if (isOver) {
      return;
    }
    int permits = 1 + random.nextInt(capacity);
    Contender contender =
        new Contender(context, KEY, name + "~" + Context.newId(), capacity, permits);
    Duration asked = processes.elapsed();
    boolean waits = random.nextInt(4) > 0;
    contender.begin(waits);
    Registration watch =
        waits && random.nextBoolean()
            ? context.watch(Scan.key(KEY), new ClaimsWatch(() -> contender))
            : () -> {};
    var unused =
        contender
            .granted()
            .whenComplete(
                (isGranted, unknown) -> {
                  watch.close();
                  if (unknown == null && isGranted) {
                    hold(new Term(name, contender, permits, asked), clockwork, context);
                  } else {
                    clockwork.schedule(millis(300), () -> want(name, clockwork, context));
                  }
                });
    if (random.nextInt(5) == 0) {
      clockwork.schedule(millis(2_000), contender::giveUp);
    }
  }

  private void hold(Term term, VirtualClockwork clockwork, Context context) {
    if (term.contender.isHeld()) {
      checkThatNoMoreIsHeldThanThereIs(term);
    }
    terms.add(term);
    int writes = random.nextInt(4);
    for (int i = 0; i < writes; i++) {
      clockwork.schedule(millis(1_500), () -> write(term, clockwork));
    }
    switch (random.nextInt(8)) {
      case 0 -> clockwork.schedule(millis(500), () -> crash(term, clockwork));
      case 1, 2 -> {
        clockwork.pause(Duration.ofNanos(millis(3_000)));
        leaveLater(term, clockwork, context);
      }
      default -> leaveLater(term, clockwork, context);
    }
  }

  private void leaveLater(Term term, VirtualClockwork clockwork, Context context) {
    clockwork.schedule(
        millis(1_500),
        () -> {
          term.ended = processes.elapsed();
          var unused = term.contender.release();
          clockwork.schedule(millis(300), () -> want(term.process, clockwork, context));
        });
  }

  private void crash(Term term, VirtualClockwork clockwork) {
    term.ended = processes.elapsed();
    clockwork.close();
    start(term.process + "'");
  }

  /** Looks whether it holds, and writes; now and then it stands still in between. */
  private void write(Term term, VirtualClockwork clockwork) {
    if (!term.contender.isHeld()) {
      term.wasLost = true;
      return;
    }
    if (term.wasLost) {
      broken.add(term + " had lost the lock, and holds it again");
    }
    checkThatNoMoreIsHeldThanThereIs(term);
    if (random.nextInt(3) == 0) {
      clockwork.pause(Duration.ofNanos(millis(2_500)));
      clockwork.execute(() -> arrive(term, false));
    } else {
      arrive(term, true);
    }
  }

  /** The resource refuses tokens that are less than one that it has seen. */
  private void arrive(Term term, boolean holdsForCertain) {
    if (term.token >= greatestToken) {
      greatestToken = term.token;
      written++;
    } else if (holdsForCertain && areClocksSane && capacity == 1) {
      broken.add(term + " holds the lock, and was refused: " + greatestToken + " was there before");
    }
  }

  private long millis(int most) {
    return random.nextInt(most) * 1_000_000L + random.nextInt(1_000_000);
  }

  // What must hold

  private void checkThatNoMoreIsHeldThanThereIs(Term term) {
    if (!areClocksSane) {
      return;
    }
    List<Term> others =
        terms.stream()
            .filter(other -> other != term && other.ended.compareTo(processes.elapsed()) > 0)
            .filter(other -> other.contender.isHeld())
            .toList();
    if (others.stream().mapToInt(other -> other.permits).sum() + term.permits > capacity) {
      broken.add(term + " and " + others + " hold more than there is at " + processes.elapsed());
    }
  }

  private void checkTokens() {
    for (Term one : terms) {
      for (Term other : terms) {
        if (one != other && one.token == other.token) {
          broken.add(one + " and " + other + " have one token");
        }
        if (one.ended.compareTo(other.asked) < 0 && one.token >= other.token) {
          broken.add(other + " asked after " + one + " had ended, and its token is not greater");
        }
      }
    }
  }

  /** All processes end; once the store is well again, the lock is free within a lease. */
  private void checkThatItIsFreeInTheEnd() {
    awaitStore();
    VirtualClockwork late = processes.start(1);
    Context context = new Context(store, late, LEASE.toNanos());
    Contender contender = new Contender(context, KEY, "late", capacity, capacity);
    contender.begin(true);
    boolean isGranted = processes.runUntil(() -> contender.granted().isDone(), RECOVERY);
    if (!isGranted || !contender.isHeld()) {
      broken.add("the lock was not free in the end");
    }
    CompletableFuture<Void> left = contender.release();
    processes.runUntil(left::isDone, RECOVERY);
    late.close();
  }

  private void awaitStore() {
    processes.runFor(LEASE);
    for (int i = 0; i < 100; i++) {
      try {
        store.put("probe", "works");
        return;
      } catch (KVStoreException notYet) {
        processes.runFor(LEASE);
      }
    }
    broken.add("the store does not recover: " + store.cluster().view(0));
  }

  @Override
  public String toString() {
    return "scenario " + seed;
  }
}
