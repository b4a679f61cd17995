package io.kvstore.testkit.campaign;

import io.kvstore.Cluster;
import io.kvstore.ClusterEvent.ViewDecided;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Network;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.UnavailableException;
import io.kvstore.core.Simulation;
import io.kvstore.core.spi.Bounds;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * What is under way at a group when one of its members is lost: it is answered by those that go on.
 *
 * <p>At the weak levels a client that is bound to no member may have asked the one that is lost,
 * and a member that owns what it is asked for may be lost with what it knows: so there, members are
 * asked only for what others can say.
 */
final class UnderWay {
  /** How long clients wait for what a member has that is lost. */
  static final Duration TAKEN_OVER_WITHIN = Failover.DEFAULT.detection().multipliedBy(10);

  private static final Duration MOVES_WITHIN = Duration.ofSeconds(30);
  private static final Weather SLOW =
      new Weather(Duration.ZERO, Duration.ofMillis(20), 0, 0, 0); // so that much is under way
  private static final Duration BETWEEN_ROUNDS = Duration.ofMillis(40);
  private static final int ROUNDS_BEFORE = 10;
  private static final int ROUNDS = 60;
  private static final int UNBOUND = 2;
  private static final int KEYS = 2;
  private static final String CONTENDED = "o" + KEYS;

  private final Simulation simulation;
  private final boolean isStrong;
  private final boolean mustAnswer;
  private final boolean mayWrite;
  private final List<Performer> busy = new ArrayList<>();
  private final List<Performer> contenders = new ArrayList<>();
  private final RandomGenerator random;
  private Optional<Performer> witness = Optional.empty();

  UnderWay(Scenario scenario, Simulation simulation) {
    this.simulation = simulation;
    random = new SplittableRandom(scenario.seed());
    isStrong = scenario.weakest().isAtLeast(Consistency.SEQUENTIAL);
    // Who keeps little refuses while a member does not acknowledge: of what was asked of another
    // before, that is half of the truth.
    mustAnswer = isStrong && scenario.setup().variant().bounds().equals(Bounds.DEFAULT);
    boolean isWrittenByAll =
        !scenario.isChanging() && scenario.setup().cell().replication() == Replication.BROADCAST;
    mayWrite = isStrong || isWrittenByAll;
  }

  /** How many of the clients may be bound to no member. */
  int unbound() {
    return isStrong ? UNBOUND : 0;
  }

  /** Whether others write, too, though it is not certain that they are answered. */
  boolean hasContenders() {
    return !mayWrite;
  }

  void add(Performer performer) {
    busy.add(performer);
  }

  void addContender(Performer performer) {
    contenders.add(performer);
  }

  /** One that sees what the lost member shows. */
  void addWitness(Performer performer) {
    witness = Optional.of(performer);
  }

  List<Performer> performers() {
    return Stream.of(busy, contenders, witness.stream().toList()).flatMap(List::stream).toList();
  }

  /** Asks for much before a fault and after it; answers how much of that was given up. */
  int givenUpWhen(Runnable fault, Network network, int number) {
    network.faults(SLOW.faults());
    for (int round = 0; round < ROUNDS; round++) {
      for (int i = 0; i < busy.size(); i++) {
        String key = "o" + i % KEYS;
        String value = "o" + number + "-" + round + "-" + i + ";";
        boolean isWrite = mayWrite && (round + i / KEYS) % 2 == 0;
        busy.get(i).act(isWrite ? Ask.of(Kind.PUT, key, value) : Ask.of(Kind.GET, key, ""));
      }
      for (int i = 0; i < contenders.size(); i++) {
        String value = "p" + number + "-" + round + "-" + i + ";";
        contenders.get(i).act(contended(value));
      }
      witness.ifPresent(each -> each.act(Ask.of(Kind.GET, CONTENDED, "")));
      if (round == ROUNDS_BEFORE) {
        simulation.runFor(BETWEEN_ROUNDS.dividedBy(4)); // some of it has come there, and not back
        fault.run();
      }
      simulation.runFor(BETWEEN_ROUNDS);
    }
    network.faults(Weather.FAIR.faults());
    simulation.runUntil(() -> performers().stream().allMatch(Performer::isIdle), TAKEN_OVER_WITHIN);
    return busy.stream().mapToInt(each -> each.givenUp() + (mustAnswer ? each.unknown() : 0)).sum();
  }

  /** What is done or not depends on which of them comes first. */
  private Ask contended(String value) {
    return switch (random.nextInt(6)) {
      case 0 -> Ask.of(Kind.PUT, CONTENDED, value);
      case 1 -> Ask.of(Kind.GET, CONTENDED, "");
      case 2 -> Ask.of(Kind.REPLACE_SEEN, CONTENDED, value);
      case 3 -> Ask.of(Kind.ADD, Draw.COUNTER, "1");
      case 4 -> Ask.of(Kind.PUT_IF_ABSENT, CONTENDED, value);
      default -> Ask.of(Kind.REMOVE, CONTENDED, "");
    };
  }

  /**
   * Where everything works, nodes that are to come and go do, a store that is asked to move moves,
   * and no shard has fewer members meanwhile than it is to have; tells what does not.
   *
   * @param views those that were decided so far; more are added as they are
   */
  static Optional<String> comeAndGo(Cluster cluster, Scenario scenario, List<ViewDecided> views) {
    int before = views.size();
    return comeAndGo(cluster, scenario)
        .or(() -> shrunk(views.subList(before, views.size()), scenario.setup().replicas()));
  }

  private static Optional<String> shrunk(List<ViewDecided> views, int replicas) {
    return views.stream()
        .filter(each -> each.before().members().size() >= replicas)
        .filter(each -> each.view().members().size() < replicas)
        .findFirst()
        .map(
            each ->
                "shard "
                    + each.shard()
                    + " goes on with "
                    + each.view().members()
                    + " after "
                    + each.before().members()
                    + " though everything works");
  }

  private static Optional<String> comeAndGo(Cluster cluster, Scenario scenario) {
    NodeId added = cluster.add();
    if (!cluster.awaitBalance(MOVES_WITHIN) || !cluster.awaitMember(added, MOVES_WITHIN)) {
      return Optional.of(
          "a node that was added is no member though everything works: " + cluster.rebalancing());
    }
    Cell cell = scenario.setup().cell();
    if (scenario.isMoving()
        && !cluster.reconfigure(cell.consistency(), cell.replication(), MOVES_WITHIN)) {
      return Optional.of("the store does not move back to " + cell + " though everything works");
    }
    try {
      cluster.remove(added);
      return Optional.empty();
    } catch (UnavailableException staying) {
      return Optional.of("a node cannot leave though everything works: " + staying.getMessage());
    }
  }
}
