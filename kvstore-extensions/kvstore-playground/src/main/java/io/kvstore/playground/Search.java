package io.kvstore.playground;

import io.kvstore.Consistency;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Looks for a run in which clients see what a level does not allow, and makes it as short as it
 * can: each decision is left out that is not needed.
 */
final class Search {
  private static final long[] LENGTHS = {6, 30, 900}; // milliseconds: many at once, or failovers
  private static final long AFTERWARDS = 200 * Play.MILLISECOND;
  private static final int OPERATIONS = 14;
  private static final int FAULTS = 3;
  private static final String[] KEYS = {"x", "y"};

  private final Setup setup;
  private final Consistency level;
  private long length; // of the runs that are tried

  Search(Setup setup, Consistency level) {
    this.setup = setup;
    this.level = level;
  }

  /** The decisions of a run that is not what the level promises, under this seed; or none. */
  List<Decision> trySeed(long seed) {
    length = LENGTHS[(int) (seed % LENGTHS.length)] * Play.MILLISECOND;
    List<Decision> drawn = draw(new SplittableRandom(seed));
    if (!breaks(drawn)) {
      return List.of();
    }
    return stamped(shrunk(drawn));
  }

  private List<Decision> draw(SplittableRandom random) {
    List<Decision> drawn = new ArrayList<>();
    for (int i = 0; i < OPERATIONS; i++) {
      String client = "c" + random.nextInt(setup.clients());
      String key = KEYS[random.nextInt(KEYS.length)];
      boolean isWrite = random.nextInt(2) == 0;
      add(client + (isWrite ? " put " + key + " " + i : " get " + key), random, drawn);
    }
    for (int i = 0; i < FAULTS && setup.nodes() > 1; i++) {
      int one = random.nextInt(setup.nodes());
      int other = (one + 1 + random.nextInt(setup.nodes() - 1)) % setup.nodes();
      switch (random.nextInt(4)) {
        case 0 -> add("cut n" + one + " n" + other, random, drawn);
        case 1 -> add("cutoneway n" + one + " n" + other, random, drawn);
        case 2 -> add("pause n" + one + " 100", random, drawn);
        default -> add("crash n" + one, random, drawn);
      }
    }
    drawn.sort(Comparator.comparingLong(Decision::nanos));
    return drawn;
  }

  private void add(String words, SplittableRandom random, List<Decision> drawn) {
    drawn.add(new Decision(0, random.nextLong(length), words));
  }

  private boolean breaks(List<Decision> script) {
    try (Play play = new Play(setup, script)) {
      play.run(length + AFTERWARDS);
      return play.refusals().isEmpty() && Verdicts.isBroken(level, play.stage());
    }
  }

  private List<Decision> shrunk(List<Decision> script) {
    List<Decision> left = new ArrayList<>(script);
    for (int i = left.size() - 1; i >= 0; i--) {
      List<Decision> fewer = new ArrayList<>(left);
      fewer.remove(i);
      if (breaks(fewer)) {
        left = fewer;
      }
    }
    return left;
  }

  /** With the number of events before each, so that steps come to them in the same way. */
  private List<Decision> stamped(List<Decision> script) {
    try (Play play = new Play(setup, script)) {
      play.run(length + AFTERWARDS);
      return List.copyOf(play.decisions());
    }
  }
}
