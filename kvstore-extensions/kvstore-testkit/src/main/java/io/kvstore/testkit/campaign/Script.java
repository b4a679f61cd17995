package io.kvstore.testkit.campaign;

import io.kvstore.Failover;
import io.kvstore.NodeId;
import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import io.kvstore.testkit.campaign.Scenario.Setup;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalInt;
import java.util.random.RandomGenerator;

/** What is added to a scenario that is drawn already: more clients, and more steps. */
final class Script {
  static final long DETECTION_NANOS = Failover.DEFAULT.detection().toNanos();
  private static final int MOST_SKEW_MILLIS = 1_500;

  private final Scenario before;
  private final Setup setup;
  private final RandomGenerator random;
  private final List<Step> steps;
  private int next; // the number of the next step
  private int moreClients;
  private int values;

  /** Nothing is added yet. */
  Script(Scenario before, RandomGenerator random) {
    this.before = before;
    this.random = random;
    setup = before.setup();
    steps = new ArrayList<>(before.steps());
    next = 1 + steps.stream().mapToInt(Step::number).max().orElse(-1);
  }

  Setup setup() {
    return setup;
  }

  /** When the last of the steps happens. */
  long end() {
    return 1 + before.steps().stream().mapToLong(Step::at).max().orElse(0);
  }

  /** Something goes wrong, or better. */
  void strike(Fault fault, long at) {
    steps.add(new Step.Strikes(next++, at, fault));
  }

  /** Something goes wrong as soon as a rare moment is reached. */
  void lieInWait(Enum<?> moment, Fault fault, long from) {
    steps.add(new Step.LiesInWait(next++, from, moment, fault));
  }

  void act(int client, Action action, long at) {
    steps.add(new Step.Acts(next++, at, client, action));
  }

  void watch(Part part, int node, boolean isSlow, long at) {
    steps.add(new Step.Watches(next++, at, OptionalInt.of(node), isSlow, part));
  }

  void table(int table, boolean isMade, long at) {
    steps.add(new Step.Tables(next++, at, table, isMade));
  }

  /** One more client, bound to no node. */
  int client() {
    return setup.clients() + moreClients++;
  }

  /** One more client, at a node. */
  int clientAt(int node, long from) {
    int client = client();
    act(client, new Action.BeginAt(node), from);
    return client;
  }

  // What is drawn again and again

  /** A value that nothing else has written. */
  String newValue() {
    return "s" + ++values + ";";
  }

  int anyNode() {
    return random.nextInt(setup.nodes());
  }

  int otherThan(int node) {
    return (node + 1 + random.nextInt(setup.nodes() - 1)) % setup.nodes();
  }

  /** One of few keys is read or written, often on a condition. */
  Ask askOf(String key) {
    return switch (random.nextInt(10)) {
      case 0, 1 -> Ask.of(Kind.PUT, key, newValue());
      case 2 -> Ask.of(Kind.REMOVE, key, "");
      case 3 -> Ask.of(Kind.REPLACE_SEEN, key, newValue());
      case 4 -> Ask.of(Kind.PUT_IF_ABSENT, key, newValue());
      case 5 -> Ask.of(Kind.ADD, Draw.COUNTER, Integer.toString(random.nextInt(1, 10)));
      case 6 -> Ask.of(Kind.APPEND, "g", newValue());
      case 7 -> Ask.of(Kind.GET, random.nextBoolean() ? Draw.COUNTER : "g", "");
      default -> Ask.of(Kind.GET, key, "");
    };
  }

  Fault wrongClock(int node) {
    int millis = random.nextInt(-MOST_SKEW_MILLIS, MOST_SKEW_MILLIS + 1);
    return new Fault.Skew(NodeId.of(node), Duration.ofMillis(millis), random.nextDouble(-0.3, 0.3));
  }

  static Weather losing(double loss) {
    return new Weather(Weather.FAIR.least(), Weather.FAIR.most(), loss, 0, 0);
  }

  static Weather late(Duration most) {
    return new Weather(Duration.ZERO, most, 0, 0, 0);
  }

  // What comes of it

  /** The scenario with all that was added. */
  Scenario scenario(Variant variant) {
    List<Step> all = new ArrayList<>(steps);
    all.sort(Comparator.comparingLong(Step::at));
    return before.with(all).withSetup(setup.withVariant(variant, moreClients));
  }
}
