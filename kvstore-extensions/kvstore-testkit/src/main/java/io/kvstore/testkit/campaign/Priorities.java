package io.kvstore.testkit.campaign;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Decider;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.random.RandomGenerator;

/**
 * Delivers messages by priorities that are drawn at random, after probabilistic concurrency testing
 * (Burckhardt, Kothari, Musuvathi and Nagarakatte, ASPLOS 2010).
 *
 * <pre>{@code
 * Simulation.withSeed(7).decider(Priorities.withSeed(7, 3, 2_000))
 * }</pre>
 *
 * <p>Each link from one node to another has a priority. At {@code depth - 1} messages, which are
 * drawn among all, the link of that message gets a priority below all others. A bug of depth {@code
 * d} needs {@code d} orders of two events: few changes reach most of them, where delays that are
 * drawn for each message seldom let one message be overtaken by a hundred others.
 *
 * <p>In the paper, who has a lower priority waits for as long as anything of a higher one could go
 * on. Here, time passes, and nodes that hear nothing suspect each other. So a priority is an order
 * of magnitude: the delay of a link, between a twentieth of a millisecond and a fifth of a second,
 * of which the logarithm is drawn. While a message of a slow link is under way, many of a fast one
 * come and go. The probability that the paper proves is not claimed. Links keep their order.
 */
public final class Priorities implements Decider {
  private static final double SHORTEST_NANOS = 50_000;
  private static final double LONGEST_NANOS = 200_000_000; // less than half of a detection
  private static final double BELOW_ALL = 1.02; // longer than the longest by a sixth

  private record Link(NodeId from, NodeId to) {}

  private final RandomGenerator random;
  private final Set<Long> changes = new TreeSet<>(); // numbers of messages
  private final Map<Link, Double> delays = new HashMap<>();
  private final Map<Link, Long> last = new HashMap<>(); // arrivals
  private long sent;
  private boolean isOver;

  private Priorities(long seed, int depth, long messages) {
    random = new SplittableRandom(seed ^ 0x7072696f72697479L); // another than the scenario's
    for (int i = 1; i < depth; i++) {
      changes.add(random.nextLong(messages));
    }
  }

  /**
   * Priorities from a seed.
   *
   * @param depth one more than how often priorities change
   * @param messages about how many there will be
   */
  public static Priorities withSeed(long seed, int depth, long messages) {
    if (depth < 1 || messages < 1) {
      throw new IllegalArgumentException(
          "expected a depth of at least 1, and some messages, not "
              + depth
              + " and "
              + messages
              + " messages");
    }
    return new Priorities(seed, depth, messages);
  }

  /** From now on all messages arrive when the seed has it. */
  public void end() {
    isOver = true;
  }

  @Override
  public boolean changesNothing() {
    return isOver;
  }

  @Override
  public void sent(Passage passage) {
    if (isOver) {
      passage.arriveAt(passage.due());
      return;
    }
    Link link = new Link(passage.from(), passage.to());
    double drawn = delays.computeIfAbsent(link, any -> delay(random.nextDouble()));
    double delay = changes.contains(sent++) ? delay(BELOW_ALL) : drawn;
    delays.put(link, delay);
    long arrival = Math.max(passage.sentAt() + (long) delay, last.getOrDefault(link, 0L));
    last.put(link, arrival);
    passage.arriveAt(arrival);
  }

  /** The greater the number, from 0 to 1, the longer, by orders of magnitude. */
  private static double delay(double number) {
    // StrictMath, so that it is the same on every machine.
    return SHORTEST_NANOS * StrictMath.pow(LONGEST_NANOS / SHORTEST_NANOS, number);
  }
}
