package io.kvstore.testkit;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
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
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.kvstore");

  private static final String HISTORY = "io.kvstore.testkit.history";
  private static final String CHECK = "io.kvstore.testkit.check";
  private static final DescribedPredicate<JavaClass> THE_API_AND_THE_JDK =
      resideInAnyPackage("java..", "io.kvstore", "io.kvstore.spi", "org.jspecify.annotations");
  private static final int LINES_LIMIT = 450;

  @Test
  void historiesKnowTheApi() {
    classes()
        .that()
        .resideInAPackage(HISTORY)
        .should()
        .onlyDependOnClassesThat(THE_API_AND_THE_JDK.or(resideInAnyPackage(HISTORY)))
        .check(CLASSES);
  }

  @Test
  void checkersKnowHistories() {
    classes()
        .that()
        .resideInAPackage(CHECK)
        .should()
        .onlyDependOnClassesThat(THE_API_AND_THE_JDK.or(resideInAnyPackage(HISTORY, CHECK)))
        .check(CLASSES);
  }

  @Test
  void theCommandsNeedNeitherJUnitNorAssertJ() {
    noClasses()
        .that()
        .resideInAnyPackage(
            HISTORY,
            CHECK,
            "io.kvstore.testkit.record",
            "io.kvstore.testkit.draw",
            "io.kvstore.testkit.campaign")
        .or()
        .areAssignableTo(Check.class)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.junit..", "org.assertj..")
        .check(CLASSES);
  }

  @Test
  void nothingInTheCoreKnowsTheTestKit() {
    noClasses()
        .that()
        .resideInAPackage("io.kvstore.core..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.kvstore.testkit..")
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
