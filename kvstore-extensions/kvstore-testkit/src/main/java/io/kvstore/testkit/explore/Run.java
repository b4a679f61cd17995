package io.kvstore.testkit.explore;

import io.kvstore.Cluster;
import io.kvstore.Delay;
import io.kvstore.Failover;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.core.Simulation;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.record.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/**
 * A run in which everything that may happen is decided, with no way back.
 *
 * <p>After each decision, all happens that takes no time. Then the run is in a state again, with a
 * {@linkplain #fingerprint fingerprint} and {@linkplain #choices choices}.
 */
final class Run implements AutoCloseable, UnderWay.Listener {
  private static final Duration DETECTION = Duration.ofMillis(50); // with few repetitions before it
  private static final Duration FIRST_BEATS = Duration.ofMillis(25); // so that leases are held
  private static final Duration PATIENCE = Duration.ofDays(1); // of clients: they give up nothing
  private static final Duration LONGEST_WAIT = Duration.ofSeconds(1);
  private static final long MOST_EVENTS = 200_000; // as a rule, a run has some hundreds
  private static final long TIMER = Hashes.of("a timer ran");
  private static final Faults LINKS = Faults.NONE.withDelay(Delay.fixed(Duration.ofNanos(100_000)));

  private final Space space;
  private final Simulation simulation;
  private final Recorder recorder = new Recorder();
  private final UnderWay underWay;
  private final KVStore<String, String> store;
  private final List<Performer> clients = new ArrayList<>();
  private final Contents contents = new Contents();
  private final long[] inputs; // of each node, and of the coordinator behind them: what it handled
  private final Set<NodeId> down = new TreeSet<>();
  private final Consumer<TraceEvent> listener;
  private int crashes;
  private int restarts;
  private int losses;
  private int repetitions;
  private int timeouts;
  private int early;
  private int views; // that nodes have begun to serve in
  private boolean hasEnded; // nothing happens however long time goes on

  /** A run in which nothing was decided yet. */
  Run(Space space) {
    this(space, event -> {});
  }

  /** The same, with a listener. */
  Run(Space space, Consumer<TraceEvent> listener) {
    this.space = space;
    this.listener = listener;
    inputs = new long[space.nodes + 1];
    underWay = new UnderWay(space.keepsOrder, space.decidesCoordination, this);
    simulation =
        space
            .more
            .apply(Simulation.withSeed(1))
            .links(LINKS)
            .datalet(contents)
            .trace(this::happened)
            .decider(underWay)
            .mostEvents(MOST_EVENTS);
    store =
        KVStore.builder()
            .engine(recorder.around(simulation))
            .consistency(space.cell.consistency())
            .replication(space.cell.replication())
            .replicas(space.nodes)
            .timeout(PATIENCE)
            .failover(Failover.after(DETECTION))
            .open();
    simulation.runFor(FIRST_BEATS);
    space.clients.forEach(script -> clients.add(new Performer(script, store)));
    underWay.begin();
  }

  private int slot(NodeId node) {
    return node.equals(NodeId.COORDINATOR) ? space.nodes : node.number();
  }

  @Override
  public void arrives(NodeId from, NodeId to, long hash) {
    handles(to, Hashes.then(from.number(), hash));
  }

  @Override
  public void beats(NodeId from, NodeId to) {
    handles(to, Hashes.then(from.number(), inputs[slot(from)]));
  }

  private void handles(NodeId node, long hash) {
    inputs[slot(node)] = Hashes.then(inputs[slot(node)], hash);
  }

  private void happened(TraceEvent event) {
    if (event instanceof TraceEvent.Requested asked) {
      handles(
          asked.node(),
          Hashes.of(asked.client() + " " + asked.sequence() + asked.operation() + asked.level()));
    } else if (event instanceof TraceEvent.TimerRan ran) {
      handles(ran.node(), TIMER);
    } else if (event instanceof TraceEvent.Activated activated) {
      views++;
      underWay.serves(activated.node(), activated.view().epoch());
    }
    listener.accept(event);
  }

  // Choices

  /** What can be decided now, in an order that is always the same; nothing if the run is over. */
  List<Decision> choices() {
    List<Decision> choices = new ArrayList<>();
    if (isOver()) {
      return choices;
    }
    for (int i = 0; i < clients.size(); i++) {
      if (mayStart(clients.get(i))) {
        choices.add(new Decision.Start(i));
      }
    }
    List<Decision.Deliver> messages = underWay.deliverable();
    choices.addAll(messages);
    boolean nothingElse = choices.isEmpty();
    for (Decision.Deliver each : messages) {
      if (losses < space.losses) {
        choices.add(new Decision.Lose(each.from(), each.to(), each.place()));
      }
      if (repetitions < space.repetitions) {
        choices.add(new Decision.Repeat(each.from(), each.to(), each.place()));
      }
    }
    addNodes(choices);
    if (timeouts < space.timeouts && (nothingElse || mayGoOnEarly())) {
      choices.add(new Decision.TimeGoesOn());
    }
    return choices;
  }

  /** Where nodes crash, time that goes on early is the time that it takes to detect that. */
  private boolean mayGoOnEarly() {
    return early < space.early && (space.crashes == 0 || !down.isEmpty());
  }

  private void addNodes(List<Decision> choices) {
    for (int i = 0; i < space.nodes; i++) {
      NodeId node = NodeId.of(i);
      if (down.contains(node) ? restarts < space.restarts : crashes < space.crashes) {
        choices.add(down.contains(node) ? new Decision.Restart(node) : new Decision.Crash(node));
      }
    }
  }

  private boolean mayStart(Performer client) {
    return !client.isWaiting() && !client.hasStartedAll() && !down.contains(client.node());
  }

  private boolean isOver() {
    boolean mayBeUpAgain = restarts < space.restarts;
    boolean areClientsDone =
        clients.stream()
            .allMatch(
                each ->
                    !each.isWaiting()
                        && (each.hasStartedAll() || (down.contains(each.node()) && !mayBeUpAgain)));
    return hasEnded || (areClientsDone && (space.isStrong() || underWay.isEmpty()));
  }

  /** What a decision is about, for those who read it: of the state before it is taken. */
  String explained(Decision decision) {
    if (decision instanceof Decision.Start start) {
      return clients.get(start.client()).next() + " at " + clients.get(start.client()).node();
    }
    if (decision instanceof Decision.Deliver deliver) {
      return underWay.text(deliver.from(), deliver.to(), deliver.place());
    }
    if (decision instanceof Decision.Lose lose) {
      return underWay.text(lose.from(), lose.to(), lose.place());
    }
    return decision instanceof Decision.Repeat repeat
        ? underWay.text(repeat.from(), repeat.to(), repeat.place())
        : "";
  }

  // Decisions

  /**
   * Decides, and lets all happen that takes no time.
   *
   * @throws IllegalArgumentException when that is no choice here
   */
  void take(Decision decision) {
    if (!choices().contains(decision)) {
      throw new IllegalArgumentException(
          decision + " is no choice here, only " + Decision.text(choices()));
    }
    if (decision instanceof Decision.Start start) {
      clients.get(start.client()).start(endedBefore(start.client()));
    } else if (decision instanceof Decision.Deliver deliver) {
      underWay.deliver(deliver.from(), deliver.to(), deliver.place());
    } else if (decision instanceof Decision.Lose lose) {
      losses++;
      underWay.lose(lose.from(), lose.to(), lose.place());
    } else if (decision instanceof Decision.Repeat repeat) {
      repetitions++;
      underWay.repeat(repeat.from(), repeat.to(), repeat.place());
    } else if (decision instanceof Decision.Crash crash) {
      crash(crash.node());
    } else if (decision instanceof Decision.Restart restart) {
      restart(restart.node());
    } else {
      letTimeGoOn();
    }
    settle();
  }

  private void settle() {
    simulation.runUntil(() -> false, Duration.ZERO);
  }

  /** In real time, an operation comes after those that had ended when it began. */
  private long endedBefore(int client) {
    long ended = 0;
    for (int i = 0; i < clients.size(); i++) {
      boolean counts = i != client && space.promisesRealTime();
      ended = Hashes.then(ended, counts ? clients.get(i).ended() : 0);
    }
    return ended;
  }

  private void crash(NodeId node) {
    crashes++;
    down.add(node);
    store.cluster().crash(node);
    underWay.crashed(node);
  }

  private void restart(NodeId node) {
    restarts++;
    down.remove(node);
    underWay.restarted(node);
    inputs[slot(node)] = crashes;
    store.cluster().restart(node);
  }

  private void letTimeGoOn() {
    early += isAnythingElsePossible() ? 1 : 0;
    timeouts++;
    int before = news();
    underWay.timeGoesOn(true);
    simulation.runUntil(() -> news() > before, LONGEST_WAIT);
    settle();
    underWay.timeGoesOn(false);
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = Hashes.then(inputs[i], simulation.elapsed().toNanos());
    }
    hasEnded = news() == before && !isAnythingElsePossible();
  }

  private boolean isAnythingElsePossible() {
    return !underWay.isEmpty() || clients.stream().anyMatch(this::mayStart);
  }

  /** Grows with each thing that may come of it that time goes on. */
  private int news() {
    return underWay.added() + views + ended();
  }

  /** How many operations have ended. */
  int ended() {
    return clients.stream().mapToInt(Performer::ended).sum();
  }

  // What there is to see

  List<Performer> clients() {
    return clients;
  }

  Recorder recorder() {
    return recorder;
  }

  /** What clients have seen, as far as it concerns the level that it is held to. */
  History seen() {
    boolean isAgainst = space.promise != space.cell.consistency();
    return isAgainst ? recorder.history() : recorder.history(space.promise);
  }

  /** What clients have done and seen: runs in which it is the same are judged alike. */
  long history() {
    long all = 0;
    for (Performer each : clients) {
      all = Hashes.then(all, each.fingerprint());
    }
    return all;
  }

  /** What tells this state from others: two that have the same go on in the same ways. */
  long fingerprint() {
    long all = Hashes.then(history(), underWay.fingerprint());
    for (int i = 0; i < inputs.length; i++) {
      boolean isDown = i < space.nodes && down.contains(NodeId.of(i));
      all = Hashes.then(all, isDown ? -1 : inputs[i]);
    }
    all = Hashes.then(all, simulation.elapsed().toNanos());
    for (int used : List.of(crashes, restarts, losses, repetitions, timeouts, early)) {
      all = Hashes.then(all, used);
    }
    return Hashes.then(all, hasEnded ? 1 : 0);
  }

  /**
   * Lets all messages arrive and time go on, for so long. There are no choices any more.
   *
   * @return the nodes that are up, and what they hold
   */
  Contents finish(Duration time) {
    underWay.end();
    hasEnded = true;
    simulation.runFor(time);
    Cluster cluster = store.cluster();
    contents.only(cluster.nodes().stream().filter(cluster::isRunning).toList());
    return contents;
  }

  @Override
  public void close() {
    store.close();
  }
}
