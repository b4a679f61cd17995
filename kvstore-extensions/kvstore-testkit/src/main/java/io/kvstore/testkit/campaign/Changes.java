package io.kvstore.testkit.campaign;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Scenario.Setup;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.random.RandomGenerator;

/** Draws into a scenario that the store moves between cells, and that nodes join and leave. */
final class Changes {
  private static final int MOST_CHANGES = 6;
  private static final int MOST_JOINERS = 2;
  private static final Cell RAFT = new Cell(Replication.RAFT, Consistency.LINEARIZABLE);
  private static final Cell LEASEGUARD = new Cell(Replication.LEASEGUARD, Consistency.LINEARIZABLE);

  private final RandomGenerator random;
  private final boolean mayMove;
  private final Scenario still;
  private final Setup setup;

  /** Into this scenario; perhaps without moves, as a protocol of one's own belongs to one cell. */
  Changes(RandomGenerator random, Scenario still, boolean mayMove) {
    this.random = random;
    this.mayMove = mayMove;
    this.still = still;
    setup = still.setup();
  }

  Scenario scenario() {
    List<Step> steps = new ArrayList<>();
    still.steps().forEach(step -> steps.add(atStoresLevel(step)));
    long end = steps.get(steps.size() - 1).at() + 1;
    boolean hasJoiners = setup.failsOver() && (random.nextInt(2) == 0 || !mayMove);
    boolean hasMoves = mayMove && (!hasJoiners || random.nextInt(4) > 0);
    int changes = hasJoiners || hasMoves ? random.nextInt(1, MOST_CHANGES + 1) : 0;
    for (int i = changes; i > 0; i--) {
      boolean isMove = hasMoves && (!hasJoiners || random.nextBoolean());
      steps.add(
          new Step.Strikes(steps.size(), random.nextLong(end), isMove ? move() : comingOrGoing()));
    }
    steps.sort(Comparator.comparingLong(Step::at));
    Scenario changing = still.with(steps);
    return changing.withSetup(setupFor(changing.weakest()));
  }

  /** What a read asks for must not be more than the store promises when it is its turn. */
  private static Step atStoresLevel(Step step) {
    return step instanceof Step.Acts acts && acts.action() instanceof Ask ask
        ? new Step.Acts(acts.number(), acts.at(), acts.client(), ask.atStoresLevel())
        : step;
  }

  /**
   * To any cell. In every second scenario LEASEGUARD stands in for RAFT, and is not drawn by
   * itself: what earlier seeds have found is drawn as before.
   */
  private Fault move() {
    List<Cell> cells =
        Cell.all().stream()
            .filter(cell -> !setup.isDurable() || cell.servesDisks())
            .filter(cell -> cell.replication() != Replication.LEASEGUARD)
            .toList();
    Cell drawn = cells.get(random.nextInt(cells.size()));
    boolean isLogTheLease = drawn.equals(RAFT) && still.seed() % 2 == 0;
    return new Fault.Move(isLogTheLease ? LEASEGUARD : drawn);
  }

  private Fault comingOrGoing() {
    int nodes = setup.nodes();
    return random.nextInt(3) > 0 ? new Fault.Join(nodes + MOST_JOINERS) : new Fault.Leave(nodes);
  }

  /** Only so many nodes are lost as the weakest of the promises allows. */
  private Setup setupFor(Consistency weakest) {
    if (weakest.isAtLeast(Consistency.SEQUENTIAL) || setup.isDurable()) {
      return setup;
    }
    int drawn = setup.cell().isStrong() ? 1 : 1 + random.nextInt(2);
    int acks = Math.min(drawn, setup.replicas());
    return setup.with(acks, weakest == Consistency.CAUSAL ? acks - 1 : 1);
  }
}
