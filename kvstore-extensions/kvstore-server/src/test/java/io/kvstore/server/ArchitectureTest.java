package io.kvstore.server;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import org.junit.jupiter.api.Test;

/** Who may know whom. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.kvstore.server");
  private static final String HTTP = "io.kvstore.server.http";
  private static final String MEMCACHED = "io.kvstore.server.memcached";
  private static final String TRANSFER = "io.kvstore.server.transfer";
  private static final String NET = "io.kvstore.server.net";

  @Test
  void aServerKnowsTheApiAndNoEngine() {
    noClasses().should().dependOnClassesThat().resideInAPackage("io.kvstore.core..").check(CLASSES);
  }

  @Test
  void protocolsDoNotKnowEachOtherAndTheNetworkKnowsNone() {
    noClasses()
        .that()
        .resideInAnyPackage(HTTP, NET)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(MEMCACHED)
        .check(CLASSES);
    noClasses()
        .that()
        .resideInAnyPackage(MEMCACHED, NET)
        .should()
        .dependOnClassesThat()
        .resideInAPackage(HTTP)
        .check(CLASSES);
  }

  @Test
  void onlyHttpAndTransfersReadJsonAndOnlyTheProcessReadsOptions() {
    noClasses()
        .that()
        .resideOutsideOfPackages(HTTP, TRANSFER)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("tools.jackson..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackage("io.kvstore.server")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(CLASSES);
  }
}
