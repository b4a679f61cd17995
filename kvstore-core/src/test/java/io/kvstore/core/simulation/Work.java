package io.kvstore.core.simulation;

import io.kvstore.NodeId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What clients do: few keys, so that they get in each other's way, and values that are all
 * different, so that each tells who wrote it.
 */
final class Work {
  static final String COUNTER = "c";
  private static final String PASSING = "t"; // has values that go away by themselves
  private static final int MOST_OPERATIONS = 160;

  private final Cell cell;
  private final RandomGenerator random;
  private final List<NodeId> nodes;
  private final List<String> registers = new ArrayList<>();
  private final int readsOfTen;
  private final boolean hasLifetimes;
  private long values;
  private int operations;

  Work(Cell cell, RandomGenerator random, List<NodeId> nodes) {
    this.cell = cell;
    this.random = random;
    this.nodes = nodes;
    for (int i = random.nextInt(1, 4); i > 0; i--) {
      registers.add("r" + i);
    }
    readsOfTen = random.nextInt(1, 8);
    hasLifetimes = random.nextInt(3) == 0;
  }

  boolean goesOn() {
    return operations < MOST_OPERATIONS;
  }

  /** The client's next operation, perhaps in another session. */
  void next(Client client, List<Client> all) {
    operations++;
    switch (random.nextInt(30)) {
      case 0 -> client.begin();
      case 1 -> client.beginAt(anyNode());
      case 2, 3 -> client.beginAfter(all.get(random.nextInt(all.size())));
      case 4, 5 -> client.moveTo(anyNode());
      default -> {}
    }
    client.perform(random.nextInt(10) < readsOfTen ? read() : write(client));
  }

  private NodeId anyNode() {
    return nodes.get(random.nextInt(nodes.size()));
  }

  private String anyRegister() {
    return registers.get(random.nextInt(registers.size()));
  }

  private Action read() {
    if (random.nextInt(8) == 0) {
      return Action.scan();
    }
    String key = random.nextInt(6) == 0 ? COUNTER : anyRegister();
    key = hasLifetimes && random.nextInt(4) == 0 ? PASSING : key;
    Action get = Action.get(key);
    return cell.weakerLevels().isEmpty() || random.nextInt(5) > 0
        ? get
        : get.at(cell.weakerLevels().get(random.nextInt(cell.weakerLevels().size())));
  }

  /** Whether the values of a key may go away by themselves. */
  static boolean isPassing(String key) {
    return key.equals(PASSING);
  }

  private Action write(Client client) {
    if (hasLifetimes && random.nextInt(4) == 0) {
      return passing();
    }
    String key = anyRegister();
    Optional<Seen> seen = client.lastSeen(key);
    return switch (random.nextInt(16)) {
      case 0, 1, 2 -> Action.put(key, newValue()).blind();
      case 3, 4 -> Action.put(key, newValue());
      case 5, 6 -> Action.putIfAbsent(key, newValue());
      case 7, 8 ->
          seen.isPresent()
              ? Action.replace(key, seen.get(), newValue())
              : Action.put(key, newValue());
      case 9, 10 -> Action.remove(key);
      case 11, 12 -> Action.append(key, newValue());
      case 13 -> batch();
      default -> Action.add(COUNTER, random.nextLong(1, 10));
    };
  }

  private Action passing() {
    Action put =
        random.nextBoolean()
            ? Action.put(PASSING, newValue())
            : Action.putIfAbsent(PASSING, newValue());
    return put.lasting(Duration.ofMillis(random.nextInt(1, 2_000)));
  }

  private Action batch() {
    List<Action> parts = new ArrayList<>();
    for (String key : registers) {
      parts.add(
          parts.isEmpty() || random.nextBoolean()
              ? Action.put(key, newValue()).blind()
              : Action.putIfAbsent(key, newValue()));
    }
    return Action.batch(parts);
  }

  private String newValue() {
    return Values.part(++values);
  }

  /** What shows that a replica serves: something of everything. */
  List<Action> lastActions() {
    List<Action> actions = new ArrayList<>();
    registers.forEach(key -> actions.add(Action.get(key)));
    actions.add(Action.get(COUNTER));
    actions.add(Action.append(registers.get(0), newValue()));
    actions.add(Action.add(COUNTER, 1));
    actions.add(Action.scan());
    return actions;
  }
}
