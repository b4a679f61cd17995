package io.kvstore.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The public recorded histories, where they are there, are judged as they are known to be. */
class RecordedHistoriesTest {
  private static final Path FOLDER = Path.of("../../../shared/data/histories");

  private static final Set<String> LINEARIZABLE_ETCD =
      Set.of("002", "018", "038", "048", "056", "076", "080", "092", "098", "100", "102");

  @Test
  void theRegistersOfJepsenAreJudgedAsPorcupineJudgesThem() throws IOException {
    judge("etcd", file -> LINEARIZABLE_ETCD.contains(name(file).replaceAll("[^0-9]", "")));
  }

  @Test
  void theMapsOfPorcupineAreWhatTheirNamesSay() throws IOException {
    judge("kv", file -> name(file).contains("-ok"));
  }

  @Test
  void theRegistersOfKnossosAreWhatTheirFoldersSay() throws IOException {
    judge("knossos", file -> file.getParent().endsWith("good"));
  }

  private interface Known {
    boolean isLinearizable(Path file);
  }

  private static void judge(String folder, Known known) throws IOException {
    Path place = FOLDER.resolve(folder);
    assumeTrue(Files.isDirectory(place), "there are no recorded histories in " + place);
    List<Path> files;
    try (Stream<Path> found = Files.walk(place)) {
      files = found.filter(Files::isRegularFile).sorted().toList();
    }
    assertThat(files).isNotEmpty();
    List<String> expected = new ArrayList<>();
    for (Path file : files) {
      expected.add(file + (known.isLinearizable(file) ? " holds" : " broken"));
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Check.run(
        files.stream().map(Path::toString).toArray(String[]::new),
        new PrintStream(out, true, StandardCharsets.UTF_8),
        System.err);
    assertThat(
            out.toString(StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replaceAll(" [0-9.]+$", "")))
        .containsExactlyElementsOf(expected);
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }
}
