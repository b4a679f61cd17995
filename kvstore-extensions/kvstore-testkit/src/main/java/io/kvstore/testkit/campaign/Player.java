package io.kvstore.testkit.campaign;

import static java.util.Objects.requireNonNull;

import io.kvstore.Cluster;
import io.kvstore.ClusterEvent;
import io.kvstore.ClusterEvent.ViewDecided;
import io.kvstore.Failover;
import io.kvstore.HistoryGoneException;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.UnavailableException;
import io.kvstore.core.Simulation;
import io.kvstore.core.datalet.SimulatedDisks;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Scenario.Setup;
import io.kvstore.testkit.record.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/** Plays a scenario in a simulation. */
final class Player {
  private static final Duration SECOND = Duration.ofSeconds(1);
  private static final Duration GOES_ON_WITHIN = Failover.DEFAULT.detection().multipliedBy(4);
  private static final int STEPS_UNTIL_A_LOOK = 32; // of a slow watch
  private static final long MOST_EVENTS = 3_000_000; // as a rule, a run has some thousands
  private static final int QUIET_WITHIN_SECONDS = 300; // wrong clocks make expiry late

  private final Scenario scenario;
  private final Setup setup;
  private final Simulation simulation;
  private final SimulatedDisks disks;
  private final DataletFactory kept; // where what is durable is
  private final Replicas replicas;
  private final AllowedCrashes crashes;
  private final MessageKinds kinds;
  private Recorder recorder = new Recorder();
  private final List<Performer> performers = new ArrayList<>();
  private final Aftermath aftermath = new Aftermath();
  private final List<InWait> inWait = new ArrayList<>();
  private final List<Watcher> watchers = new ArrayList<>();
  private final List<ViewDecided> views = new ArrayList<>();
  private Optional<String> misbehaviour = Optional.empty();
  private Contents contents = Contents.NOTHING;
  private Map<String, Integer> left = Map.of();
  private Optional<String> figures = Optional.empty();
  private Optional<String> shown = Optional.empty();
  private @Nullable SideTables sideTables;
  private String asking = ""; // the name of the client that asked last
  private int unknownMeanwhile;
  private int refusedAtTheEnd;
  private boolean wasFull; // when a node was asked last
  private int refusedWithoutOne;
  private int givenUpMeanwhile;

  /** A fault that waits for a moment, which was reached so often before. */
  private record InWait(Step.LiesInWait step, long before) {}

  private Player(Scenario scenario, Circumstances its) {
    this.scenario = scenario;
    setup = scenario.setup();
    crashes = new AllowedCrashes(scenario);
    disks = SimulatedDisks.withSeed(scenario.seed());
    kept = its.durable(scenario, disks);
    replicas = new Replicas(StoreSettings.datalets(setup, kept), setup.keepsData());
    Simulation plain =
        Simulation.withSeed(scenario.seed()).datalet(replicas).mostEvents(MOST_EVENTS);
    Simulation varied = plain.bounds(setup.variant().bounds());
    Simulation usual = setup.variant().isUnusual() ? varied.unusual() : varied;
    Simulation timed = setup.turnsTakeTime() ? usual.turnsTakeTime() : usual;
    kinds = MessageKinds.of(scenario, its.priorities());
    Simulation noting =
        setup.variant().capacity() == 0
            ? timed
            : timed.trace(event -> recorder.noteEvictions(event));
    simulation = its.more().apply(kinds.decidingIn(noting, scenario));
    recorder.callers(() -> asking);
  }

  /** Plays it. */
  static Played play(Scenario scenario, Circumstances its) {
    return new Player(scenario, its).play();
  }

  private Played play() {
    try (KVStore<String, String> store =
        StoreSettings.of(scenario).engine(recorder.around(simulation)).open()) {
      sideTables = new SideTables(store, scenario, simulation);
      KVStore<String, String> keys = StoreSettings.keysOf(store, setup);
      if (setup.variant().store().isPresent()) {
        recorder = recorder.table(StoreSettings.TABLE);
      }
      play(keys);
    } catch (IllegalStateException thrown) {
      if (simulation.events() < MOST_EVENTS) {
        throw thrown;
      }
      misbehaves("it finds no end: it goes on after " + MOST_EVENTS + " events");
      return played();
    }
    boolean isTable = setup.variant().store().isPresent(); // which disks alone do not know of
    if (setup.looksAround() && setup.isDurable() && !scenario.isChanging() && !isTable) {
      shown = shown.or(() -> Reopened.wrong(scenario, kept, contents, simulation.elapsed()));
    }
    return played();
  }

  private void play(KVStore<String, String> store) {
    if (scenario.isChanging()) {
      store.cluster().listen(this::hear);
    }
    for (int i = 0; i < setup.clients(); i++) {
      performers.add(performer(store, setup.variant().operationsAtOnce()));
    }
    scenario.steps().forEach(step -> take(step, store));
    inWait.clear();
    repair(store.cluster());
    watchers.forEach(each -> each.allIsQuiet(simulation.elapsed().toNanos()));
    unknownMeanwhile = performers.stream().mapToInt(Performer::unknown).sum();
    if (setup.looksAround()) {
      if (scenario.isChanging() && setup.failsOver()) {
        UnderWay.comeAndGo(store.cluster(), scenario, views).ifPresent(this::misbehaves);
      }
      lookAround(store);
      if (performers.stream().allMatch(each -> each.misbehaviour().isEmpty())) {
        shown = FreshLook.wrong(store, scenario, simulation);
      }
      awaitQuiet();
    }
    watchers.forEach(each -> each.look(SECOND));
    left = simulation.sizes();
    contents = replicas.contents(store.cluster(), StoreSettings.firstShard(setup));
    if (setup.looksAround()) {
      figures = Figures.wrong(store.cluster(), contents);
      shown =
          shown
              .or(() -> requireNonNull(sideTables).wrong())
              .or(() -> Fullness.wrong(contents, scenario, wasFull))
              .or(() -> LastLook.wrong(store, contents, scenario, simulation.elapsed()));
    }
  }

  private Performer performer(KVStore<String, String> store, int operationsAtOnce) {
    int number = performers.size();
    String name = number < setup.clients() ? "client " + number : "visitor";
    return new Performer(
        name,
        asks -> asking = asks,
        store,
        performers,
        simulation,
        operationsAtOnce,
        setup.timeout());
  }

  private Performer performerAt(NodeId node, KVStore<String, String> store) {
    Performer bound = performer(store, 1);
    bound.act(new Action.BeginAt(node.number()));
    return bound;
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
        watchers,
        performers.stream().flatMap(each -> each.counts().stream()).toList(),
        left,
        figures,
        shown,
        crashes.mayHaveForgotten(),
        refusedAtTheEnd,
        refusedWithoutOne,
        givenUpMeanwhile,
        unknownMeanwhile,
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

  private void take(Step step, KVStore<String, String> store) {
    runUntil(step.at(), store.cluster());
    if (step.number() % STEPS_UNTIL_A_LOOK == 0) {
      watchers.forEach(each -> each.look(Duration.ZERO));
    }
    if (step instanceof Step.Acts acts) {
      performers.get(acts.client()).act(acts.action());
    } else if (step instanceof Step.Watches watches) {
      watch(watches, store);
    } else if (step instanceof Step.LiesInWait lies) {
      inWait.add(new InWait(lies, simulation.timesReached(lies.moment())));
    } else if (step instanceof Step.Leaves leaves) {
      goOnWithout(leaves, store);
    } else if (step instanceof Step.Tables tables) {
      requireNonNull(sideTables).take(tables);
    } else if (step instanceof Step.Strikes strikes) {
      strike(strikes.fault(), store.cluster());
    }
  }

  private void runUntil(long elapsed, Cluster cluster) {
    while (simulation.elapsed().toNanos() < elapsed) {
      Duration ahead = Duration.ofNanos(elapsed - simulation.elapsed().toNanos());
      if (inWait.isEmpty()) {
        simulation.runFor(ahead);
        return;
      }
      simulation.runUntil(() -> inWait.stream().anyMatch(this::isDue), ahead);
      List<InWait> due = inWait.stream().filter(this::isDue).toList();
      inWait.removeAll(due);
      due.forEach(each -> strike(each.step().fault(), cluster));
    }
  }

  private boolean isDue(InWait each) {
    return simulation.timesReached(each.step().moment()) > each.before();
  }

  private void watch(Step.Watches step, KVStore<String, String> store) {
    OptionalInt node = step.node();
    KVStore<String, String> watched =
        node.isPresent() ? store.at(NodeId.of(node.getAsInt())) : store;
    boolean isBound = node.isPresent() && !setup.isPlaced(); // or else to some shards only
    Watcher watcher = new Watcher(step.part(), isBound, step.number() % 2 == 0);
    try {
      if (step.isSlow()) {
        watcher.watchSlowly(watched);
      } else {
        watcher.watch(watched);
      }
      watcher.begun(simulation.elapsed().toNanos());
      watchers.add(watcher);
    } catch (UnavailableException | HistoryGoneException refused) {
      return; // there is nothing to watch
    }
  }

  private void strike(Fault fault, Cluster cluster) {
    if (fault instanceof Fault.CrashTogether together && setup.isPlaced() && !setup.isDurable()) {
      together.nodes().forEach(node -> strike(new Fault.Crash(node), cluster)); // as far as allowed
      return;
    }
    AllowedCrashes.crashedBy(fault).forEach(simulation::letGo); // or others go on until it strikes
    if (!isAllowed(fault, cluster)) {
      return;
    }
    if (fault instanceof Fault.CrashTogether together) {
      crashTogether(together.nodes(), cluster);
    } else {
      fault.strike(cluster);
    }
    if (fault instanceof Fault.Damage damage) {
      disks.damage(damage.node());
      crashes.damaged(damage.node());
    }
    if (fault instanceof Fault.Hold hold && setup.turnsTakeTime()) {
      simulation.hold(hold.node(), hold.time());
    }
    if (fault instanceof Fault.OfKind ofKind) {
      kinds.strike(ofKind, simulation.elapsed());
    }
    aftermath.struck(fault, simulation.elapsed());
  }

  private boolean isAllowed(Fault fault, Cluster cluster) {
    return requireNonNull(sideTables).survive(fault, crashes) && crashes.isAllowed(fault, cluster);
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

  /** As soon as its failure has been detected, the others do without one node. */
  private void goOnWithout(Step.Leaves step, KVStore<String, String> store) {
    Cluster cluster = store.cluster();
    repair(cluster);
    Fault crash = new Fault.Crash(step.node());
    boolean isDown = step.isDown() && isAllowed(crash, cluster);
    Fault fault = isDown ? crash : step.cutOff(scenario.hasMajorities());
    List<NodeId> others =
        cluster.nodes().stream().filter(node -> !node.equals(step.node())).toList();
    if (step.isBusy()) {
      strikeWhileBusy(step, fault, others, store);
    } else {
      strike(fault, cluster);
      simulation.runFor(GOES_ON_WITHIN);
    }
    refusedWithoutOne += refusedByEach(others, "y" + step.number() + "-", store);
  }

  /** Much is under way at the others, and is answered by those that go on. */
  private void strikeWhileBusy(
      Step.Leaves step, Fault fault, List<NodeId> others, KVStore<String, String> store) {
    UnderWay underWay = new UnderWay(scenario, simulation);
    for (NodeId node : others) {
      underWay.add(performerAt(node, store));
      if (underWay.hasContenders()) {
        underWay.addContender(performerAt(node, store));
      }
    }
    if (underWay.hasContenders() && !step.isDown()) {
      underWay.addWitness(performerAt(step.node(), store));
    }
    for (int i = 0; i < underWay.unbound(); i++) {
      underWay.add(performer(store, 1));
    }
    performers.addAll(underWay.performers());
    Cluster cluster = store.cluster();
    givenUpMeanwhile +=
        underWay.givenUpWhen(() -> strike(fault, cluster), cluster.network(), step.number());
  }

  /** Ends all faults, those that pass once they have, and waits until nothing is left to do. */
  private void repair(Cluster cluster) {
    kinds.end();
    cluster.network().heal();
    cluster.restart(NodeId.COORDINATOR);
    cluster.nodes().forEach(cluster::restart);
    aftermath.setClocks(cluster);
    if (scenario.hasViewsFromOutside()) {
      cluster.setView(cluster.nodes());
    }
    simulation.runFor(aftermath.pausesLeft(simulation.elapsed()));
    awaitQuiet();
    if (setup.turnsTakeTime()) {
      simulation.cancelHolds();
      simulation.runFor(LongTurns.LONGEST_HOLD);
      awaitQuiet();
    }
  }

  /**
   * Once everything works and no client asks for anything, there must come an end to all messages.
   */
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
    refusedAtTheEnd = refusedByEach(store.cluster().nodes(), "z", store);
  }

  /** How much is not done of what each of these nodes is asked for. */
  private int refusedByEach(List<NodeId> nodes, String word, KVStore<String, String> store) {
    int refused = 0;
    for (NodeId node : nodes) {
      Performer visitor = performerAt(node, store);
      performers.add(visitor);
      for (Ask ask : Draw.lastWords(word + node.number(), scenario.keepsKeysApart())) {
        visitor.act(ask);
        simulation.runFor(SECOND.multipliedBy(3));
      }
      refused += visitor.refused();
      wasFull = visitor.full() > 0;
    }
    return refused;
  }
}
