package io.kvstore.testkit.explore;

import io.kvstore.core.Simulation;
import io.kvstore.mutation.Mutant;
import io.kvstore.mutation.Mutation;
import io.kvstore.testkit.campaign.Campaign;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;

/**
 * A bug that is planted into the core, and the bounds in which it is looked for.
 *
 * @param name what the bug does
 * @param promise that is not kept then
 * @param options of the command {@link Explore}
 * @param mutations what methods do otherwise
 */
record Hunt(String name, String promise, List<String> options, List<Mutation> mutations) {
  private static final Path SOURCES =
      Path.of("..", "..", "kvstore-core", "src", "main", "java", "io", "kvstore", "core");

  /** Explores with the bug in it; answers what the command prints. */
  String explore(Path folder) {
    try (Mutant loader =
        Mutant.of(
            SOURCES,
            mutations,
            folder,
            List.of(Simulation.class, Campaign.class, Hunt.class),
            List.of("io.kvstore.core.", "io.kvstore.testkit."))) {
      Object runner = loader.loadClass(Runner.class.getName()).getConstructor().newInstance();
      @SuppressWarnings("unchecked")
      Function<String[], String> command = (Function<String[], String>) runner;
      return command.apply(options.toArray(String[]::new));
    } catch (ReflectiveOperationException | IOException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  /** What is loaded anew: the command. */
  public static final class Runner implements Function<String[], String> {
    /** Made by reflection. */
    public Runner() {}

    @Override
    public String apply(String[] options) {
      ByteArrayOutputStream said = new ByteArrayOutputStream();
      PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
      Explore.run(options, out, out);
      return said.toString(StandardCharsets.UTF_8);
    }
  }

  @Override
  public String toString() {
    return name;
  }
}
