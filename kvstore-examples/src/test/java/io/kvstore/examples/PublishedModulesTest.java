package io.kvstore.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the poms say twice about the modules that are published says the same. */
class PublishedModulesTest {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  private static final Pattern MODULE = Pattern.compile("<module>(kvstore-[^<]*)</module>");
  private static final Pattern PACKAGES = Pattern.compile("<api.packages>(.*)</api.packages>");
  private static final Pattern EXPORTS = Pattern.compile("exports ([\\w.]+)");
  private static final Pattern LEFT_OUT =
      Pattern.compile("<excludeArtifact>(.*)</excludeArtifact>");

  @Test
  void thePackagesThatAreComparedWithAReleaseAreThoseExported() throws IOException {
    for (Path module : modules(true)) {
      Path descriptor = module.resolve("src/main/java/module-info.java");
      List<String> exported =
          Files.exists(descriptor)
              ? all(EXPORTS, Files.readString(descriptor))
              : List.of("io.kvstore." + name(module).substring("kvstore-".length()));
      List<String> compared = all(PACKAGES, pom(module));
      assertThat(compared).as(name(module)).hasSize(1);
      assertThat(compared.get(0).split(","))
          .as(name(module))
          .containsExactlyInAnyOrderElementsOf(exported);
    }
  }

  @Test
  void whatIsNotDeployedIsLeftOutOfTheBundle() throws IOException {
    assertThat(all(LEFT_OUT, pom(ROOT)))
        .containsExactlyInAnyOrderElementsOf(
            modules(false).stream().map(PublishedModulesTest::name).toList());
  }

  @Test
  void theListOfVersionsHasAllModules() throws IOException {
    String versions = pom(ROOT.resolve("kvstore-extensions/kvstore-bom"));
    for (Path module : modules(true)) {
      assertThat(versions).contains("<artifactId>" + name(module) + "</artifactId>");
    }
  }

  /** The modules that are deployed, without the list of versions, or those that are not. */
  private static List<Path> modules(boolean deployed) throws IOException {
    List<Path> modules = new ArrayList<>();
    for (String module : all(MODULE, pom(ROOT))) {
      Path folder = ROOT.resolve(module);
      boolean ofPeers = module.endsWith("kvstore-peers"); // in a profile of its own
      if (!ofPeers
          && !module.endsWith("kvstore-bom")
          && deployed != pom(folder).contains("<maven.deploy.skip>true")) {
        modules.add(folder);
      }
    }
    return modules;
  }

  private static String name(Path module) {
    return module.getFileName().toString();
  }

  private static String pom(Path module) throws IOException {
    return Files.readString(module.resolve("pom.xml"));
  }

  private static List<String> all(Pattern pattern, String text) {
    try (Stream<String> found = pattern.matcher(text).results().map(result -> result.group(1))) {
      return found.toList();
    }
  }
}
