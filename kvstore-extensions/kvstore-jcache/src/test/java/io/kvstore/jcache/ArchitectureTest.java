package io.kvstore.jcache;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a cache knows, what it shows, and how long a file may get. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.kvstore.jcache");
  private static final int LINES_LIMIT = 400;

  @Test
  void aCacheKnowsTheApiAndNoEngine() {
    noClasses().should().dependOnClassesThat().resideInAPackage("io.kvstore.core..").check(CLASSES);
  }

  @Test
  void onlyTheProviderAndTheConfigurationAreShown() {
    assertThat(CLASSES)
        .filteredOn(each -> each.getModifiers().contains(JavaModifier.PUBLIC))
        .filteredOn(each -> each.getEnclosingClass().isEmpty())
        .extracting(JavaClass::getSimpleName)
        .containsExactlyInAnyOrder("KVStoreCachingProvider", "KVStoreConfiguration");
  }

  @Test
  void onlyTheBackgroundStartsThreads() {
    classes()
        .that()
        .areAssignableTo(Thread.class)
        .should()
        .haveNameMatching(".*Background.*")
        .check(CLASSES);
    noClasses()
        .that()
        .haveNameNotMatching(".*Background.*")
        .should()
        .dependOnClassesThat()
        .haveNameMatching(".*Thread(PoolExecutor)?|.*\\.Executors")
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
