package io.kvstore.testkit.campaign;

import io.kvstore.core.Simulation;
import io.kvstore.core.spi.Decider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Counts messages by their kind, and treats some kinds on some links as is said, for a while. The
 * others arrive by {@link Priorities}, if there are any.
 */
final class MessageKinds implements Decider {
  private record Rule(Class<?> kind, Fault.OfKind fault, long until) {
    boolean isOf(Passage passage) {
      return kind == passage.message().getClass()
          && fault.from().map(passage.from()::equals).orElse(true)
          && fault.to().map(passage.to()::equals).orElse(true)
          && passage.due() < until;
    }
  }

  private static final long MESSAGES_FOR_A_STEP = 20; // about as many there are, beats and all

  private final RandomGenerator random;
  private final Map<Class<?>, Long> counts = new HashMap<>();
  private final List<Rule> rules = new ArrayList<>();
  private final Optional<Priorities> priorities;
  private boolean isOver;

  MessageKinds(long seed, Optional<Priorities> priorities) {
    random = new SplittableRandom(seed);
    this.priorities = priorities;
  }

  /** Those of a scenario, with priorities of this depth, or none if it is 0. */
  static MessageKinds of(Scenario scenario, int depth) {
    long messages = 1 + MESSAGES_FOR_A_STEP * scenario.steps().size();
    Optional<Priorities> priorities =
        depth == 0
            ? Optional.empty()
            : Optional.of(Priorities.withSeed(scenario.seed(), depth, messages));
    return new MessageKinds(scenario.seed(), priorities);
  }

  /** The same simulation, in which this decides if there is something to decide. */
  Simulation decidingIn(Simulation simulation, Scenario scenario) {
    return scenario.picksKinds() || priorities.isPresent() ? simulation.decider(this) : simulation;
  }

  /** From now on, for a while, a kind that was seen by now is treated like this. */
  void strike(Fault.OfKind fault, Duration now) {
    List<Class<?>> byCount = new ArrayList<>(counts.keySet());
    byCount.sort(Comparator.<Class<?>>comparingLong(counts::get).thenComparing(Class::getName));
    if (!byCount.isEmpty()) {
      Class<?> kind = byCount.get((int) (fault.rank() * byCount.size()));
      long until = Simulation.BEGINNING_NANOS + now.plus(fault.time()).toNanos();
      rules.add(new Rule(kind, fault, until));
    }
  }

  /** From now on all messages arrive in time. */
  void end() {
    isOver = true;
    rules.clear();
    priorities.ifPresent(Priorities::end);
  }

  @Override
  public boolean changesNothing() {
    return isOver;
  }

  @Override
  public void sent(Passage passage) {
    counts.merge(passage.message().getClass(), 1L, Long::sum);
    Optional<Rule> rule = rules.stream().filter(each -> each.isOf(passage)).findFirst();
    if (rule.isEmpty()) {
      priorities.<Decider>map(its -> its).orElse(Decider.SEED).sent(passage);
      return;
    }
    Weather weather = rule.get().fault().weather();
    if (random.nextDouble() < weather.loss()) {
      passage.lose("lost for its kind");
      return;
    }
    passage.arriveAt(passage.due() + later(weather));
    if (random.nextDouble() < weather.duplication()) {
      passage.copy().arriveAt(passage.due() + later(weather));
    }
  }

  private long later(Weather weather) {
    return random.nextLong(weather.least().toNanos(), weather.most().toNanos());
  }
}
