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
  private static final String CLIENT = "io.kvstore.server.client";
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
  void onlyThoseWhoSpeakJsonReadItAndOnlyTheProcessReadsOptions() {
    noClasses()
        .that()
        .resideOutsideOfPackages(HTTP, TRANSFER, CLIENT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("tools.jackson..")
        .check(CLASSES);
    noClasses()
        .that()
        .resideOutsideOfPackages("io.kvstore.server", CLIENT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("picocli..")
        .check(CLASSES);
  }

  @Test
  void aClientKnowsNothingOfItsServerButWhatItSays() {
    noClasses()
        .that()
        .resideInAPackage(CLIENT)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(HTTP, MEMCACHED, NET, "io.kvstore.server")
        .check(CLASSES);
  }
}
