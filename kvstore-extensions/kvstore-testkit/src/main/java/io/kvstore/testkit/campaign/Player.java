package io.kvstore.testkit.campaign;

import io.kvstore.Bytes;
import io.kvstore.Cluster;
import io.kvstore.ClusterEvent;
import io.kvstore.ClusterEvent.ViewDecided;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.core.Simulation;
import io.kvstore.core.datalet.SimulatedDisks;
import io.kvstore.spi.Entry;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Scenario.Setup;
import io.kvstore.testkit.campaign.Scenario.Step;
import io.kvstore.testkit.record.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/** Plays a scenario in a simulation. */
final class Player {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final long TIGHT_BYTES = 2_000; // of ten writes or so
  private static final int QUIET_WITHIN_SECONDS = 300; // wrong clocks make expiry late

  private final Scenario scenario;
  private final Setup setup;
  private final Simulation simulation;
  private final SimulatedDisks disks;
  private final Replicas replicas;
  private final Set<NodeId> damaged = new TreeSet<>(); // and not brought up to date yet
  private final Recorder recorder = new Recorder();
  private final List<Performer> performers = new ArrayList<>();
  private final Set<NodeId> skewed = new TreeSet<>();
  private final List<ViewDecided> views = new ArrayList<>();
  private Optional<String> misbehaviour = Optional.empty();
  private Map<NodeId, Map<Bytes, Entry>> contents = Map.of();
  private boolean mayForget;
  private int refusedAtTheEnd;

  private Player(Scenario scenario, UnaryOperator<Simulation> more) {
    this.scenario = scenario;
    setup = scenario.setup();
    disks = SimulatedDisks.withSeed(scenario.seed());
    replicas = setup.isDurable() ? new Replicas(disks) : new Replicas(setup.keepsData());
    Simulation plain = Simulation.withSeed(scenario.seed()).datalet(replicas);
    simulation = more.apply(setup.turnsTakeTime() ? plain.turnsTakeTime() : plain);
  }

  /**
   * Plays it.
   *
   * @param more what else the simulation gets: a protocol, a listener
   */
  static Played play(Scenario scenario, UnaryOperator<Simulation> more) {
    return new Player(scenario, more).play();
  }

  private Played play() {
    try (KVStore<String, String> store =
        KVStore.builder()
            .engine(recorder.around(simulation))
            .consistency(setup.cell().consistency())
            .replication(setup.cell().replication())
            .replicas(setup.replicas())
            .acks(setup.acks())
            .timeout(setup.timeout())
            .limits(limits())
            .failover(setup.failsOver() ? Failover.DEFAULT : Failover.byHand())
            .open()) {
      if (scenario.isChanging()) {
        store.cluster().listen(this::hear);
      }
      for (int i = 0; i < setup.clients(); i++) {
        performers.add(new Performer(store, performers));
      }
      scenario.steps().forEach(step -> take(step, store.cluster()));
      repair(store.cluster());
      if (setup.looksAround()) {
        lookAround(store);
        awaitQuiet();
      }
      contents = replicas.contents();
      contents.keySet().retainAll(store.cluster().nodes());
      return played();
    }
  }

  /** Every eighth seed keeps so little for members that fall behind that they often get a copy. */
  private Limits limits() {
    boolean isTight = (scenario.seed() & 7) == 7;
    return isTight ? Limits.DEFAULT.withOwedBytes(TIGHT_BYTES) : Limits.DEFAULT;
  }

  private Played played() {
    for (Performer performer : performers) {
      performer.misbehaviour().ifPresent(thrown -> misbehaves("an operation ended with " + thrown));
    }
    return new Played(
        scenario,
        recorder,
        recorder.history(),
        views,
        contents,
        mayForget,
        refusedAtTheEnd,
        simulation.reached().keySet(),
        misbehaviour,
        simulation.events(),
        simulation.elapsed());
  }

  private void hear(ClusterEvent event) {
    if (event instanceof ViewDecided decided) {
      views.add(decided);
    }
  }

  private void misbehaves(String how) {
    misbehaviour = misbehaviour.or(() -> Optional.of(how));
  }

  private void take(Step step, Cluster cluster) {
    long ahead = step.at() - simulation.elapsed().toNanos();
    if (ahead > 0) {
      simulation.runFor(Duration.ofNanos(ahead));
    }
    if (step instanceof Step.Acts acts) {
      performers.get(acts.client()).act(acts.action());
    } else if (step instanceof Step.Strikes strikes && isAllowed(strikes.fault(), cluster)) {
      strike(strikes.fault(), cluster);
      if (strikes.fault() instanceof Fault.Damage damage) {
        disks.damage(damage.node());
        damaged.add(damage.node());
      }
      if (strikes.fault() instanceof Fault.Hold hold && setup.turnsTakeTime()) {
        simulation.hold(hold.node(), hold.time());
      }
      if (strikes.fault() instanceof Fault.Skew skew) {
        skewed.add(skew.node());
      }
    }
  }

  private void strike(Fault fault, Cluster cluster) {
    if (fault instanceof Fault.CrashTogether crashes) {
      crashTogether(crashes.nodes(), cluster);
    } else {
      fault.strike(cluster);
    }
  }

  /**
   * A crash waits for a turn that is held. The next node may be the only one that knows all by
   * then, so it is asked again whether it may crash.
   */
  private void crashTogether(List<NodeId> nodes, Cluster cluster) {
    for (int i = 0; i < nodes.size(); i++) {
      if (isAllowed(new Fault.CrashTogether(nodes.subList(i, nodes.size())), cluster)) {
        cluster.crash(nodes.get(i));
      }
    }
  }

  private boolean isAllowed(Fault fault, Cluster cluster) {
    if (fault instanceof Fault.Damage damage) {
      return setup.isDurable()
          && scenario.weakest().isAtLeast(Consistency.SEQUENTIAL)
          && !cluster.isRunning(damage.node())
          && anotherKnowsAll(List.of(damage.node()), cluster);
    }
    List<NodeId> lost = crashedBy(fault);
    if (lost.isEmpty() || lost.contains(NodeId.COORDINATOR)) {
      return true;
    }
    if (setup.isDurable()) {
      return mayCrashOnDisks(cluster);
    }
    long blank =
        cluster.nodes().stream()
            .filter(node -> !lost.contains(node) && cluster.status(node) != NodeStatus.SERVING)
            .count(); // down, or back and still without what it had
    boolean isAllowed =
        blank + lost.size() <= setup.mostDown()
            && lost.stream().allMatch(cluster::isRunning)
            && anotherKnowsAll(lost, cluster);
    mayForget |=
        isAllowed && setup.acks() == 1 && !scenario.weakest().isAtLeast(Consistency.SEQUENTIAL);
    return isAllowed;
  }

  /** What a disk has lost for good must not be lost by others, too. */
  private boolean mayCrashOnDisks(Cluster cluster) {
    damaged.removeIf(node -> cluster.status(node) == NodeStatus.SERVING);
    // A primary that does not wait may have answered what the others go on without.
    mayForget |= damaged.isEmpty() && scenario.hasHastyPrimary() && setup.failsOver();
    return damaged.isEmpty();
  }

  private static List<NodeId> crashedBy(Fault fault) {
    if (fault instanceof Fault.Crash crash) {
      return List.of(crash.node());
    }
    return fault instanceof Fault.CrashTogether crashes ? crashes.nodes() : List.of();
  }

  private static boolean anotherKnowsAll(List<NodeId> lost, Cluster cluster) {
    return cluster.view(0).members().stream()
        .anyMatch(member -> !lost.contains(member) && cluster.status(member) == NodeStatus.SERVING);
  }

  /** Ends all faults, and waits until there is nothing left to do. */
  private void repair(Cluster cluster) {
    cluster.network().heal();
    cluster.restart(NodeId.COORDINATOR);
    cluster.nodes().forEach(cluster::restart);
    skewed.forEach(node -> cluster.skewClock(node, Duration.ZERO, 0));
    if (scenario.hasViewsFromOutside()) {
      cluster.setView(cluster.nodes());
    }
    awaitQuiet();
    if (setup.turnsTakeTime()) {
      simulation.cancelHolds();
      simulation.runFor(LongTurns.LONGEST_HOLD);
      awaitQuiet();
    }
  }

  /** Once everything works and nobody asks for anything, there must come an end to all messages. */
  private void awaitQuiet() {
    for (int second = 0; second < QUIET_WITHIN_SECONDS; second++) {
      long before = simulation.events();
      simulation.runFor(SECOND);
      if (simulation.events() == before && performers.stream().allMatch(Performer::isIdle)) {
        return;
      }
    }
    misbehaves("it is not quiet " + QUIET_WITHIN_SECONDS + " s after everything works again");
  }

  /** Every replica serves again: it takes writes, and shows all keys. */
  private void lookAround(KVStore<String, String> store) {
    int before = refused();
    for (NodeId node : store.cluster().nodes()) {
      Performer visitor = new Performer(store, performers);
      performers.add(visitor);
      visitor.act(new Action.BeginAt(node.number()));
      for (Ask ask : Draw.lastWords(node.number())) {
        visitor.act(ask);
        simulation.runFor(SECOND.multipliedBy(3));
      }
    }
    refusedAtTheEnd = refused() - before;
  }

  private int refused() {
    return performers.stream().mapToInt(Performer::refused).sum();
  }
}
