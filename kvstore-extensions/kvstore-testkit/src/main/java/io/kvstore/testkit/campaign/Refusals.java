package io.kvstore.testkit.campaign;

import io.kvstore.testkit.campaign.Action.Ask;
import io.kvstore.testkit.campaign.Action.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Draws that clients ask for what cannot be done: a number is added to a text that the same batch
 * has just put; texts grow longer than values may be; the store is full.
 */
final class Refusals {
  private static final int ASKS = 60;
  private static final int KEYS = 8;

  private final RandomGenerator random;
  private final Script script;

  Refusals(RandomGenerator random, Script script) {
    this.random = random;
    this.script = script;
  }

  void draw(long start) {
    List<Integer> clients = new ArrayList<>();
    for (int node = 0; node < Math.min(script.setup().nodes(), 3); node++) {
      clients.add(script.clientAt(node, start));
    }
    clients.add(script.client());
    long every = random.nextLong(1, Script.DETECTION_NANOS / ASKS * 8);
    long at = start;
    for (int i = 0; i < ASKS; i++) {
      script.act(clients.get(random.nextInt(clients.size())), ask(), at);
      at += random.nextLong(2 * every);
    }
  }

  private Ask ask() {
    String key = "r" + random.nextInt(1, KEYS + 1);
    return switch (random.nextInt(8)) {
      case 0, 1, 2 -> Ask.of(Kind.BATCH_OF_NO_NUMBER, key, script.newValue());
      case 3 -> Ask.of(Kind.APPEND, "g", script.newValue());
      case 4 -> Ask.of(Kind.REMOVE, key, "");
      case 5 -> Ask.of(Kind.GET, key, "");
      default -> Ask.of(Kind.PUT, key, script.newValue());
    };
  }
}
