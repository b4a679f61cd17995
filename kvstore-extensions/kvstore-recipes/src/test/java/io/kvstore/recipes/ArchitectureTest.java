package io.kvstore.recipes;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Who may know whom, and how long a file may get. */
@SuppressWarnings("try") // what is only closed
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.kvstore.recipes");
  private static final int LINES_LIMIT = 400;

  @Test
  void recipesKnowTheApiAndNoEngine() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage(
                "java..",
                "io.kvstore",
                "io.kvstore.spi",
                "io.kvstore.recipes",
                "org.jspecify.annotations"))
        .check(CLASSES);
  }

  @Test
  void onlyOneClassReadsClocksAndMakesThreads() {
    noClasses()
        .that()
        .doNotBelongToAnyOf(ThreadClockwork.class)
        .should()
        .callMethod(System.class, "nanoTime")
        .orShould()
        .callMethod(System.class, "currentTimeMillis")
        .orShould()
        .callMethod(Thread.class, "sleep", long.class)
        .orShould()
        .callConstructor(Thread.class, Runnable.class, String.class)
        .check(CLASSES);
  }

  @Test
  void noFileIsTooLong() throws IOException {
    try (Stream<Path> sources = Files.walk(Path.of("src"))) {
      List<Path> all = sources.filter(each -> each.toString().endsWith(".java")).toList();
      assertThat(all).isNotEmpty();
      for (Path source : all) {
        assertThat(Files.readAllLines(source)).as(source.toString()).hasSizeLessThan(LINES_LIMIT);
      }
    }
  }
}
