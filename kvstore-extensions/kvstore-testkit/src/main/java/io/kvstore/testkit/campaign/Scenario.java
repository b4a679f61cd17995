package io.kvstore.testkit.campaign;

import io.kvstore.Consistency;
import io.kvstore.Limits;
import io.kvstore.Replication;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A run on paper: what the store is, what its clients do, and what goes wrong, each at its time.
 *
 * @param setup the store
 * @param seed what chance is drawn from when it is played
 * @param steps what happens, by time
 */
record Scenario(Setup setup, long seed, List<Step> steps) {
  private static final long TIGHT_BYTES = 2_000; // of ten writes or so

  /**
   * The store of a scenario.
   *
   * @param replicas how many hold each shard
   * @param nodes how many there are
   * @param acks how many members hold a write before it is answered
   * @param readsFrom how many members answer a read, where the store says that
   * @param mostDown how many holders of a shard may be down at once: more would lose what was not
   *     promised to keep
   * @param failsOver whether groups go on by themselves without members that are silent
   * @param keepsData whether a node that starts again finds what its datalet had
   * @param isDurable whether datalets are logs on simulated disks, which lose and tear what was not
   *     synced: then all nodes may crash at once
   * @param timeout of the clients
   * @param clients how many
   * @param looksAround whether in the end, when everything works again, each replica is asked
   * @param turnsTakeTime whether the parts of the store have loops of their own, whose turns take
   *     time
   * @param variant how it differs from the plain ones
   */
  record Setup(
      Cell cell,
      int replicas,
      int nodes,
      int acks,
      OptionalInt readsFrom,
      int mostDown,
      boolean failsOver,
      boolean keepsData,
      boolean isDurable,
      Duration timeout,
      int clients,
      boolean looksAround,
      boolean turnsTakeTime,
      Variant variant) {
    /** The same with other guards against what may be lost. */
    Setup with(int otherAcks, int otherMostDown) {
      int lost = Math.min(mostDown, otherMostDown);
      return with(
          otherAcks, lost, failsOver, timeout, clients, looksAround, turnsTakeTime, variant);
    }

    /**
     * The same, but so many members hold a write before it is answered. A read may show what only
     * two of them do: its writer and who was asked.
     */
    Setup withAcks(int number) {
      boolean isCausal = cell.consistency() == Consistency.CAUSAL && !isDurable;
      int down = isCausal ? Math.min(number - 1, 1) : mostDown;
      return with(number, down, failsOver, timeout, clients, looksAround, turnsTakeTime, variant);
    }

    /** The same, but groups never go on by themselves. */
    Setup withViewsByHand() {
      return with(acks, mostDown, false, timeout, clients, looksAround, turnsTakeTime, variant);
    }

    Setup withoutLookingAround() {
      return with(acks, mostDown, failsOver, timeout, clients, false, turnsTakeTime, variant);
    }

    Setup withInstantTurns() {
      return with(acks, mostDown, failsOver, timeout, clients, looksAround, false, variant);
    }

    Setup withTurnsThatTakeTime(int moreClients) {
      return with(
          acks, mostDown, failsOver, timeout, clients + moreClients, looksAround, true, variant);
    }

    Setup withVariant(Variant another, int moreClients) {
      int all = clients + moreClients;
      return with(acks, mostDown, failsOver, timeout, all, looksAround, turnsTakeTime, another);
    }

    /** The same with clients that wait longer. */
    Setup withTimeout(Duration longer) {
      return with(acks, mostDown, failsOver, longer, clients, looksAround, turnsTakeTime, variant);
    }

    /** Whether nodes hold some of the shards, and not every one. */
    boolean isPlaced() {
      return nodes > replicas;
    }

    private Setup with(
        int acks,
        int mostDown,
        boolean failsOver,
        Duration timeout,
        int clients,
        boolean looksAround,
        boolean turnsTakeTime,
        Variant variant) {
      return new Setup(
          cell,
          replicas,
          nodes,
          acks,
          readsFrom,
          mostDown,
          failsOver,
          keepsData,
          isDurable,
          timeout,
          clients,
          looksAround,
          turnsTakeTime,
          variant);
    }
  }

  /** Copies the list. */
  Scenario {
    steps = List.copyOf(steps);
  }

  Scenario with(List<Step> fewer) {
    return new Scenario(setup, seed, fewer);
  }

  Scenario withSeed(long another) {
    return new Scenario(setup, another, steps);
  }

  Scenario withSetup(Setup another) {
    return new Scenario(another, seed, steps);
  }

  /** Only the steps of these numbers. */
  Scenario keeping(Set<Integer> numbers) {
    return with(steps.stream().filter(step -> numbers.contains(step.number())).toList());
  }

  /** The numbers of the steps. */
  Set<Integer> numbers() {
    Set<Integer> numbers = new TreeSet<>();
    steps.forEach(step -> numbers.add(step.number()));
    return numbers;
  }

  /** The weakest level of the cells that the store is in. */
  Consistency weakest() {
    return cells()
        .map(Cell::consistency)
        .reduce(setup.cell().consistency(), (one, other) -> one.isAtLeast(other) ? other : one);
  }

  /** Whether a primary may answer what no other replica has. */
  boolean hasHastyPrimary() {
    return cells().anyMatch(cell -> !cell.isStrong() && cell.replication() == Replication.PRIMARY);
  }

  /** Whether a member may answer what no other has, and others go on without it. */
  boolean hasHastyMembers() {
    return cells().anyMatch(cell -> !cell.traits().isStrong());
  }

  /** Whether what a majority has may be answered, and only a majority goes on. */
  boolean hasMajorities() {
    return cells().anyMatch(cell -> cell.traits().toleratesSilence());
  }

  /**
   * Whether a member that is away stays in its view, while others go on without what only that one
   * has.
   */
  boolean hasMembersThatMayBeMissed() {
    return cells()
        .map(Cell::traits)
        .anyMatch(cell -> cell.toleratesSilence() && cell.letsAnyGoOn());
  }

  /** Whether any member goes on by itself, in one of its cells. */
  boolean letsAnyGoOn() {
    return cells().anyMatch(cell -> cell.traits().letsAnyGoOn());
  }

  /** Whether a client that has written something finds it in lists at once. */
  boolean listsOwnWrites() {
    boolean isAtOwnNode = setup.cell().replication() == Replication.BROADCAST && !setup.isPlaced();
    return !isChanging() && (setup.cell().hasOneOrder() || isAtOwnNode);
  }

  /** The same, in which nothing concerns several keys if one of its cells refuses that. */
  Scenario asServed() {
    if (!keepsKeysApart()) {
      return this;
    }
    return with(
        steps.stream()
            .map(
                step ->
                    step instanceof Step.Acts acts && acts.action() instanceof Action.Ask ask
                        ? new Step.Acts(acts.number(), acts.at(), acts.client(), ask.ofOneKey())
                        : step)
            .toList());
  }

  /** Whether one of its cells serves nothing that concerns several keys. */
  boolean keepsKeysApart() {
    return cells().anyMatch(Cell::keepsKeysApart);
  }

  /** How many of so many members must be left, so that they go on and know what was answered. */
  int neededAmong(int members) {
    return cells().mapToInt(cell -> cell.neededAmong(members)).max().orElseThrow();
  }

  private Stream<Cell> cells() {
    Stream<Cell> moves =
        whatStrikes().filter(Fault.Move.class::isInstance).map(move -> ((Fault.Move) move).to());
    return Stream.concat(Stream.of(setup.cell()), moves);
  }

  private Stream<Fault> whatStrikes() {
    return steps.stream()
        .filter(Step.Strikes.class::isInstance)
        .map(step -> ((Step.Strikes) step).fault());
  }

  /** Whether there is one order of all writes, in one of its cells. */
  boolean hasOneOrder() {
    return cells().anyMatch(cell -> cell.traits().hasOneOrder());
  }

  /** The cells that the store is in, one after the other. */
  List<Cell> cellsOfMoves() {
    return cells().toList();
  }

  /** Whether the store moves from one cell to another. */
  boolean isMoving() {
    return cells().count() > 1;
  }

  /** Whether the store moves from one cell to another, or nodes join and leave. */
  boolean isChanging() {
    return whatStrikes()
        .anyMatch(
            fault ->
                fault instanceof Fault.Move
                    || fault instanceof Fault.Join
                    || fault instanceof Fault.Leave);
  }

  /** Whether views are set from outside. */
  boolean hasViewsFromOutside() {
    return whatStrikes().anyMatch(Fault.Tell.class::isInstance);
  }

  /** Whether messages of some kinds are treated worse than others. */
  boolean picksKinds() {
    return whatStrikes().anyMatch(Fault.OfKind.class::isInstance);
  }

  /** Every eighth seed keeps so little for members that fall behind that they often get a copy. */
  Limits limits() {
    Limits its = setup.variant().limits();
    boolean isTight = its.equals(Limits.DEFAULT) && (seed & 7) == 7;
    return isTight ? its.withOwedBytes(TIGHT_BYTES) : its;
  }

  /** Whether some client asks for something of this kind. */
  boolean asksFor(Action.Kind kind) {
    return steps.stream()
        .anyMatch(
            step ->
                step instanceof Step.Acts acts
                    && acts.action() instanceof Action.Ask ask
                    && ask.kind() == kind);
  }

  long operations() {
    return steps.stream()
        .filter(step -> step instanceof Step.Acts acts && acts.action() instanceof Action.Ask)
        .count();
  }

  long faults() {
    return steps.stream()
        .filter(step -> !(step instanceof Step.Acts || step instanceof Step.Watches))
        .filter(step -> !(step instanceof Step.Tables))
        .count();
  }

  @Override
  public String toString() {
    List<String> lines = new ArrayList<>();
    lines.add(
        setup.cell()
            + ", "
            + setup.replicas()
            + " replicas"
            + (setup.isPlaced() ? " on " + setup.nodes() + " nodes" : "")
            + (setup.acks() > 1 ? ", acks " + setup.acks() : "")
            + (setup.readsFrom().isPresent() ? ", reads from " + setup.readsFrom().getAsInt() : "")
            + (setup.failsOver() ? "" : ", views by hand")
            + (setup.isDurable() ? ", on simulated disks" : "")
            + (setup.turnsTakeTime() ? ", turns that take time" : "")
            + setup.variant()
            + (setup.keepsData() ? ", datalets that keep their data" : "")
            + ", timeout "
            + setup.timeout().toMillis()
            + " ms");
    steps.forEach(step -> lines.add(step.toString()));
    return String.join("\n", lines);
  }
}
