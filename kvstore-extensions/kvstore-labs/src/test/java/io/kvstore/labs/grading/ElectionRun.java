package io.kvstore.labs.grading;

import io.kvstore.Cluster;
import io.kvstore.Consistency;
import io.kvstore.Delay;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.Simulation;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.Env;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.labs.kit.ElectionMember;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.draw.Drawing;
import io.kvstore.testkit.record.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * A group of five that elects leaders in virtual time, while something goes wrong.
 *
 * <p>At all times a term has one leader at the most, who has a majority of votes, and no member
 * votes twice in a term. Whenever a majority is up and connected, it has a leader within a bound.
 */
final class ElectionRun {
  /** What goes wrong. */
  enum Kind {
    NONE,
    LATE,
    LOST,
    CUT,
    CRASHES
  }

  private static final int MEMBERS = 5;
  private static final int ROUNDS = 6;
  private static final int MOST_DRAWN = 3_000;
  private static final Duration BOUND = Duration.ofSeconds(5);
  private static final Duration CALM = Duration.ofSeconds(1);

  private final long seed;
  private final Kind kind;
  private final RandomGenerator random;
  private final ElectionNotes notes = new ElectionNotes(MEMBERS);
  private final List<TraceEvent> events = new ArrayList<>();
  private final Recorder recorder = new Recorder();
  private final Simulation simulation;

  private ElectionRun(ControletFactory protocol, long seed, Kind kind) {
    this.seed = seed;
    this.kind = kind;
    random = new SplittableRandom(seed);
    simulation =
        Simulation.withSeed(seed)
            .trace(events::add)
            .mostEvents(1_000_000)
            .protocol(env -> noted(protocol, env));
  }

  private Controlet noted(ControletFactory protocol, Env env) {
    Controlet member = protocol.create(env);
    ((ElectionMember) member).noteFor(notes);
    return member;
  }

  /** Plays such runs. */
  record Check(Kind kind) implements Step.Check {
    @Override
    public Optional<Failure> find(ControletFactory protocol, long firstSeed, long seeds) {
      for (long seed = firstSeed; seed < firstSeed + seeds; seed++) {
        Optional<Failure> failure = new ElectionRun(protocol, seed, kind).play();
        if (failure.isPresent()) {
          return failure;
        }
      }
      return Optional.empty();
    }

    @Override
    public boolean isPassed(ControletFactory protocol, long seed) {
      return find(protocol, seed, 1).isEmpty();
    }
  }

  private Optional<Failure> play() {
    Optional<String> broken;
    try (KVStore<String, String> store =
        KVStore.builder()
            .consistency(Consistency.LINEARIZABLE)
            .replication(Replication.RAFT)
            .replicas(MEMBERS)
            .engine(recorder.around(simulation))
            .open()) {
      Optional<String> missing = rounds(store.cluster());
      broken = notes.broken().or(() -> missing).or(this::exception);
    } catch (IllegalStateException endless) {
      broken = Optional.of(String.valueOf(endless.getMessage()));
    }
    return broken
        .map(how -> exception().map(why -> how + "\n\n" + why).orElse(how))
        .map(this::told);
  }

  private Failure told(String how) {
    Map<String, Verdict> verdicts = new LinkedHashMap<>();
    verdicts.put("election", new Broken("", how, List.of(), List.of()));
    List<TraceEvent> drawn = events.subList(Math.max(0, events.size() - MOST_DRAWN), events.size());
    Drawing drawing =
        Drawing.of(recorder)
            .title("An election under the seed " + seed)
            .levels(verdicts)
            .events(drawn, Simulation.BEGINNING_NANOS);
    String at = String.format(Locale.ROOT, "%.3f", simulation.elapsed().toNanos() / 1e6);
    return new Failure(seed, how + "\n\nThat is after " + at + " ms.", drawing);
  }

  /** What a handler has thrown, by which its node stopped. */
  private Optional<String> exception() {
    return events.stream()
        .filter(TraceEvent.Stopped.class::isInstance)
        .map(TraceEvent.Stopped.class::cast)
        .filter(stopped -> stopped.why().contains("Exception") || stopped.why().contains("Error"))
        .findFirst()
        .map(stopped -> stopped.node() + " stopped: " + stopped.why());
  }

  private Optional<String> rounds(Cluster cluster) {
    List<NodeId> all = List.copyOf(cluster.nodes());
    Optional<String> missing = elects(all);
    for (int round = 0; round < ROUNDS && missing.isEmpty() && !notes.isBroken(); round++) {
      missing =
          switch (kind) {
            case NONE -> stays(all);
            case LATE -> links(cluster, all, new Faults(delay(150), 0, 0.3, 0.3));
            case LOST ->
                links(cluster, all, new Faults(delay(5), 0.1 + random.nextDouble(0.4), 0, 0));
            case CUT -> cut(cluster, all);
            case CRASHES -> crash(cluster, all);
          };
    }
    return missing;
  }

  private static Delay delay(int mostMillis) {
    return Delay.uniform(Duration.ofNanos(50_000), Duration.ofMillis(mostMillis));
  }

  private void run(Duration time) {
    simulation.runUntil(notes::isBroken, time);
  }

  private Duration upTo(int millis) {
    return Duration.ofMillis(random.nextInt(1, millis));
  }

  /** These hear each other: soon one of them leads. */
  private Optional<String> elects(List<NodeId> members) {
    simulation.runUntil(() -> notes.isBroken() || notes.leadersAmong(members).size() == 1, BOUND);
    return notes.leadersAmong(members).size() == 1
        ? Optional.empty()
        : Optional.of(
            "Though "
                + members
                + " hear each other, after "
                + BOUND.toSeconds()
                + " s there lead "
                + notes.leadersAmong(members));
  }

  /** Nothing is wrong: who leads goes on leading. */
  private Optional<String> stays(List<NodeId> members) {
    List<NodeId> before = notes.leadersAmong(members);
    run(CALM);
    List<NodeId> after = notes.leadersAmong(members);
    return after.equals(before)
        ? Optional.empty()
        : Optional.of("Though nothing was wrong, first " + before + " led and then " + after);
  }

  private Optional<String> links(Cluster cluster, List<NodeId> all, Faults faults) {
    cluster.network().faults(faults);
    run(upTo(2_000));
    cluster.network().faults(Faults.NONE.withDelay(delay(1)));
    return elects(all);
  }

  /** The leader, or two others, do not hear the rest; or pause. */
  private Optional<String> cut(Cluster cluster, List<NodeId> all) {
    List<NodeId> away = away(all);
    boolean pauses = random.nextInt(3) == 0;
    for (NodeId node : away) {
      if (pauses) {
        cluster.pause(node, Duration.ofSeconds(1));
      } else {
        cluster.network().isolate(node);
      }
    }
    Optional<String> missing = electsWithout(all, away);
    if (pauses) {
      run(Duration.ofSeconds(1));
    }
    run(upTo(500));
    away.forEach(node -> all.forEach(other -> heal(cluster, node, other)));
    return missing.or(() -> elects(all));
  }

  private static void heal(Cluster cluster, NodeId one, NodeId other) {
    if (!one.equals(other)) {
      cluster.network().heal(one, other);
    }
    cluster.network().heal(one, NodeId.COORDINATOR);
  }

  private List<NodeId> away(List<NodeId> all) {
    List<NodeId> away = new ArrayList<>(notes.leadersAmong(all));
    NodeId another = all.get(random.nextInt(all.size()));
    if (random.nextBoolean() && !away.contains(another)) {
      away.add(another);
    }
    return away;
  }

  private Optional<String> electsWithout(List<NodeId> all, List<NodeId> away) {
    return elects(all.stream().filter(node -> !away.contains(node)).toList());
  }

  /** The leader crashes, or a voter just then; both come back soon. */
  private Optional<String> crash(Cluster cluster, List<NodeId> all) {
    List<NodeId> away = away(all);
    away.forEach(
        node -> {
          cluster.crash(node);
          notes.crashed(node);
        });
    run(upTo(400)); // an election is under way
    away.forEach(cluster::restart);
    NodeId voter = all.get(random.nextInt(all.size()));
    if (!away.contains(voter)) {
      run(upTo(50));
      cluster.crash(voter);
      notes.crashed(voter);
      run(upTo(20));
      cluster.restart(voter);
    }
    return elects(all);
  }
}
