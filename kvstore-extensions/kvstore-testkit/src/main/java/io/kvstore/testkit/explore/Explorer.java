package io.kvstore.testkit.explore;

import static java.util.Objects.requireNonNull;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.Simulation;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.testkit.campaign.Cell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * Explores all that can happen in a small store within bounds: every order in which messages
 * arrive, clients start their operations and nodes crash.
 *
 * <pre>{@code
 * Explorer.of(Consistency.LINEARIZABLE, Replication.PRIMARY)
 *     .nodes(3)
 *     .client(0, "put x 1", "get x")
 *     .client(1, "put x 2", "get x")
 *     .crashes(1)
 *     .check();
 * }</pre>
 *
 * <p>Immutable: each method returns a new explorer. What it finds is a shortest trace that breaks
 * the promise of the cell, which {@link #replay} plays again.
 *
 * <p>Choices are: which client starts its next operation, which message arrives next, and within
 * their bounds which is lost or repeated, which node crashes or starts again, and that time goes
 * on. Time goes on until something comes of it: a message, an answer, a view. It does so where
 * nothing else is left, {@link #timeouts} times in a run, and {@link #earlyTimeouts} times of these
 * while something else could happen; if nodes may crash, only while one is down, which is when the
 * crash is detected. Beats and messages between members and the coordinator arrive at once.
 */
public final class Explorer {
  private static final int DEPTH = 200;
  private static final long STATES = 5_000_000;
  private static final Duration TIME = Duration.ofMinutes(10);

  private final Space space;
  private final Search.Limits limits;
  private final int threads;
  private final Consumer<Progress> listener;

  private Explorer(Space space, Search.Limits limits, int threads, Consumer<Progress> listener) {
    this.space = space;
    this.limits = limits;
    this.threads = threads;
    this.listener = listener;
  }

  /** Three nodes of this cell, without clients or faults. */
  public static Explorer of(Cell cell) {
    return new Explorer(
        new Space(requireNonNull(cell, "cell")),
        new Search.Limits(DEPTH, STATES, TIME.toNanos(), true),
        1,
        progress -> {});
  }

  /** Three nodes of this cell, without clients or faults. */
  public static Explorer of(Consistency consistency, Replication replication) {
    return of(new Cell(replication, consistency));
  }

  private Explorer with(Consumer<Space> change) {
    Space copy = space.copy();
    change.accept(copy);
    return new Explorer(copy, limits, threads, listener);
  }

  private Explorer with(Search.Limits others) {
    return new Explorer(space, others, threads, listener);
  }

  /** The same on so many nodes, each of which has a replica. */
  public Explorer nodes(int number) {
    return with(copy -> copy.nodes = number);
  }

  /**
   * The same with one more client.
   *
   * @param node at which it begins
   * @param operations one after the other: {@code get KEY}, {@code put KEY VALUE}, {@code
   *     putifabsent KEY VALUE}, {@code append KEY TEXT}, {@code add KEY NUMBER}, {@code remove
   *     KEY}; and {@code at n1} to go on with the same session at another node
   * @throws IllegalArgumentException when one is not understood
   */
  public Explorer client(int node, String... operations) {
    List<Script> more = new ArrayList<>(space.clients);
    more.add(Script.of(NodeId.of(node), List.of(operations)));
    return with(copy -> copy.clients = List.copyOf(more));
  }

  /** The same, in which so many nodes crash at the most, and lose all that they had. */
  public Explorer crashes(int most) {
    return with(copy -> copy.crashes = most);
  }

  /** The same, in which so many nodes that have crashed start again. */
  public Explorer restarts(int most) {
    return with(copy -> copy.restarts = most);
  }

  /** The same, in which so many messages are lost at the most. */
  public Explorer losses(int most) {
    return with(copy -> copy.losses = most);
  }

  /** The same, in which so many messages arrive once more, behind others of their link. */
  public Explorer repetitions(int most) {
    return with(copy -> copy.repetitions = most);
  }

  /** The same, in which time goes on so often; by itself twice. */
  public Explorer timeouts(int most) {
    return with(copy -> copy.timeouts = most);
  }

  /** The same, in which time goes on so often of these while something else could happen. */
  public Explorer earlyTimeouts(int most) {
    return with(copy -> copy.early = most);
  }

  /** The same on links that do not keep the order of messages. */
  public Explorer reordering() {
    return with(copy -> copy.keepsOrder = false);
  }

  /**
   * The same, in which messages by which a view changes are choices, too, instead of arriving at
   * once.
   */
  public Explorer viewChanges() {
    return with(copy -> copy.decidesCoordination = true);
  }

  /**
   * The same, but held to another level instead of the promise of the cell: what a stronger one
   * forbids is found.
   */
  public Explorer against(Consistency level) {
    requireNonNull(level, "level");
    return with(copy -> copy.promise = level);
  }

  /** The same with this protocol, which is to keep the promise of the cell. */
  public Explorer protocol(ControletFactory factory) {
    requireNonNull(factory, "factory");
    return simulation(its -> its.protocol(factory));
  }

  /** The same with simulations that are changed like this. */
  public Explorer simulation(UnaryOperator<Simulation> change) {
    requireNonNull(change, "change");
    return with(
        copy -> {
          copy.hasOwnSimulation = true;
          copy.more = its -> change.apply(space.more.apply(its));
        });
  }

  /** The same, but no run has more decisions. */
  public Explorer depth(int most) {
    requirePositive("decisions", most);
    return with(new Search.Limits(most, limits.states(), limits.nanos(), limits.shortest()));
  }

  /** The same, but it ends after so many states. */
  public Explorer states(long most) {
    requirePositive("states", most);
    return with(new Search.Limits(limits.depth(), most, limits.nanos(), limits.shortest()));
  }

  /** The same, but it ends after this time; by itself after ten minutes. */
  public Explorer within(Duration time) {
    requirePositive("nanoseconds", requireNonNull(time, "time").toNanos());
    return with(
        new Search.Limits(limits.depth(), limits.states(), time.toNanos(), limits.shortest()));
  }

  /** The same, but it ends with the first trace that is found, which may not be a shortest one. */
  public Explorer anyTrace() {
    return with(new Search.Limits(limits.depth(), limits.states(), limits.nanos(), false));
  }

  /** The same on so many threads. What it finds is the same on any number of them. */
  public Explorer threads(int number) {
    requirePositive("threads", number);
    return new Explorer(space, limits, number, listener);
  }

  /** The same, with a listener that is told now and then how far it is. */
  public Explorer progress(Consumer<Progress> another) {
    return new Explorer(space, limits, threads, requireNonNull(another, "another"));
  }

  private static void requirePositive(String name, long number) {
    if (number < 1) {
      throw new IllegalArgumentException("expected at least one of " + name + ", not " + number);
    }
  }

  /**
   * Explores.
   *
   * @throws IllegalArgumentException when the bounds make no sense
   */
  public Exploration explore() {
    space.requireSense();
    return new Search(space, limits, threads, listener).explore();
  }

  /**
   * Explores all that is within the bounds.
   *
   * @throws AssertionError when a promise is broken, with a shortest trace that does so
   * @throws IllegalStateException when a limit was reached before all was explored
   */
  public Exploration check() {
    Exploration explored = explore();
    switch (explored.outcome()) {
      case BROKEN -> throw new AssertionError(explored.toString());
      case BOUNDS_NOT_EXHAUSTED -> throw new IllegalStateException(explored.toString());
      case NONE_WITHIN_THESE_BOUNDS -> {}
    }
    return explored;
  }

  /**
   * Plays a trace, or the beginning of one: what a finding prints, also one decision changed.
   *
   * @return what it breaks, if it does
   * @throws IllegalArgumentException when a decision is no choice where it stands, with those that
   *     are
   */
  public Replayed replay(String trace) {
    space.requireSense();
    return Replayed.of(space, Decision.parse(requireNonNull(trace, "trace")));
  }

  @Override
  public String toString() {
    return space.toString();
  }
}
