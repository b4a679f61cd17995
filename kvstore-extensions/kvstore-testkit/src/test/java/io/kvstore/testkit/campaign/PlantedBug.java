package io.kvstore.testkit.campaign;

import static java.util.Objects.requireNonNull;

import io.kvstore.core.Simulation;
import io.kvstore.mutation.Mutant;
import io.kvstore.mutation.Mutation;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * A bug that is planted into the core: a method does otherwise, its class is compiled anew, and
 * everything loaded once more around it. Nothing in the core knows of this.
 *
 * @param name what the bug does
 * @param cell where it is looked for
 * @param promise the check that must find it
 * @param mutations what methods do otherwise; several, where one guards against the loss of another
 */
record PlantedBug(String name, String cell, String promise, List<Mutation> mutations) {
  /** After the name of a cell: the store moves, and nodes join and leave. */
  private static final String CHANGING = " changing";

  /** What follows the name of a cell whose replicas are on simulated disks. */
  static final String ON_DISKS = " on disks";

  /** What follows the name of a cell whose views are set from outside. */
  static final String OUTSIDE = " outside";

  /** What follows the name of a cell whose turns take time in every scenario. */
  static final String LONG_TURNS = " in long turns";

  /** What follows all of that, before the features that every scenario has. */
  static final String WITH = " with ";

  private static final int USUALLY_EACH = 5;

  /** Every fifth of these, or those that {@code -Dkvstore.bug=} names by a part of their names. */
  static Stream<PlantedBug> chosen(List<PlantedBug> all) {
    String named = System.getProperty("kvstore.bug");
    return IntStream.range(0, all.size())
        .filter(i -> named == null ? i % USUALLY_EACH == 0 : all.get(i).name().contains(named))
        .mapToObj(all::get);
  }

  private static final Path SOURCES =
      Path.of("..", "..", "kvstore-core", "src", "main", "java", "io", "kvstore", "core");

  /** A bug of one method: of the class in a file, within the core's package. */
  PlantedBug(String name, String cell, String promise, String file, String sentence) {
    this(name, cell, promise, List.of(Mutation.of(file, sentence)));
  }

  /** The same bug, for which another method must do otherwise, too. */
  PlantedBug with(String otherFile, String sentence) {
    List<Mutation> all = new ArrayList<>(mutations);
    all.add(Mutation.of(otherFile, sentence));
    return new PlantedBug(name, cell, promise, List.copyOf(all));
  }

  /** Runs a campaign with the bug in it, and tells what the campaign said; nothing if all held. */
  String hunt(long first, int seeds, Path folder) {
    return run(Hunter.class, first, seeds, folder);
  }

  /**
   * Runs a campaign with the bug in it as the command does, with drawn features and all verdicts;
   * answers the first seed and the promise that was broken, or nothing.
   */
  String meet(long first, int seeds, Path folder) {
    return run(Passer.class, first, seeds, folder);
  }

  private String run(Class<?> type, long first, int seeds, Path folder) {
    try (Mutant loader =
        Mutant.of(
            SOURCES,
            mutations,
            folder,
            List.of(Simulation.class, Campaign.class, PlantedBug.class),
            List.of("io.kvstore.core.", "io.kvstore.testkit."))) {
      Object runner = loader.loadClass(type.getName()).getConstructor().newInstance();
      @SuppressWarnings("unchecked")
      Function<String[], String> campaign = (Function<String[], String>) runner;
      return campaign.apply(
          new String[] {cell, Long.toString(first), Integer.toString(seeds), promise});
    } catch (ReflectiveOperationException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** What is loaded anew: runs a campaign, and answers what it found. */
  public static final class Hunter implements Function<String[], String> {
    /** Made by reflection. */
    public Hunter() {}

    @Override
    public String apply(String[] what) {
      try {
        String[] parts = what[0].split(WITH, 2);
        boolean isChanging = parts[0].endsWith(CHANGING);
        boolean isOnDisks = parts[0].endsWith(ON_DISKS);
        Campaign plain =
            Campaign.of(
                Cell.named(
                    parts[0].replace(CHANGING, "").replace(ON_DISKS, "").replace(LONG_TURNS, "")));
        plain = plain.turnsTakeTime(parts[0].endsWith(LONG_TURNS)); // others are made small sooner
        plain = plain.features(parts.length > 1 ? parts[1] : "none");
        (isChanging ? plain.changing() : isOnDisks ? plain.durable() : plain)
            .seeds(Long.parseLong(what[1]), Long.parseLong(what[2]))
            .judgedBy(played -> Judge.judge(played).only(what[3]))
            .check();
        return "";
      } catch (AssertionError found) {
        return requireNonNull(found.getMessage());
      }
    }
  }

  /** What is loaded anew: runs a campaign that knows nothing of the bug. */
  public static final class Passer implements Function<String[], String> {
    private static final Pattern FAILED = Pattern.compile(".* with the seed (\\d+) .*");

    /** Made by reflection. */
    public Passer() {}

    @Override
    public String apply(String[] what) {
      String[] parts = what[0].split(WITH, 2);
      String where = parts[0];
      String cell = where.replace(CHANGING, "").replace(ON_DISKS, "").replace(OUTSIDE, "");
      Campaign campaign =
          Campaign.of(Cell.named(cell))
              .seeds(Long.parseLong(what[1]), Long.parseLong(what[2]))
              .shrinkingWithin(Duration.ZERO);
      campaign = where.endsWith(CHANGING) ? campaign.changing() : campaign;
      campaign = where.endsWith(ON_DISKS) ? campaign.durable() : campaign;
      campaign = where.endsWith(OUTSIDE) ? campaign.viewsFromOutside() : campaign;
      campaign = parts.length > 1 ? campaign.features(parts[1]) : campaign;
      try {
        return campaign.find().map(found -> found.seed() + " " + found.promise()).orElse("");
      } catch (IllegalStateException failed) { // on the way
        String message = String.valueOf(failed.getMessage());
        Matcher matcher = FAILED.matcher(message.replace('\n', ' '));
        return matcher.matches() ? matcher.group(1) + " failing" : what[1] + " " + message;
      }
    }
  }

  /** Whether what its methods are to do otherwise is there, once. */
  boolean fits() {
    return !Mutant.mutated(SOURCES, mutations).isEmpty();
  }

  @Override
  public String toString() {
    return name;
  }
}
