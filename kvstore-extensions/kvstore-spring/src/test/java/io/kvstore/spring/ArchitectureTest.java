package io.kvstore.spring;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.kvstore.spring");

  @Test
  void itKnowsTheApiAndNoEngine() {
    noClasses().should().dependOnClassesThat().resideInAPackage("io.kvstore.core..").check(CLASSES);
  }

  @Test
  void whatIsOptionalIsKnownWhereItsClassesAreAskedFor() {
    noClasses()
        .that()
        .haveSimpleNameNotStartingWith("KVStoreHealth")
        .and()
        .doNotBelongToAnyOf(StoreHealthIndicator.class)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.springframework.boot.actuate..")
        .check(CLASSES);
    noClasses()
        .that()
        .doNotBelongToAnyOf(KVStoreMetricsAutoConfiguration.class)
        .should()
        .dependOnClassesThat(resideInAnyPackage("io.micrometer..", "io.kvstore.micrometer.."))
        .check(CLASSES);
    noClasses()
        .that()
        .doNotBelongToAnyOf(
            KVStoreLockAutoConfiguration.class,
            LeasedLock.class,
            StoreLock.class,
            StoreLockRegistry.class)
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.springframework.integration..", "io.kvstore.recipes.."))
        .check(CLASSES);
    noClasses()
        .that()
        .doNotBelongToAnyOf(
            KVStoreSessionAutoConfiguration.class,
            SessionStoreProperties.class,
            StoreSession.class,
            StoreSessionRepository.class)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.springframework.session..")
        .check(CLASSES);
  }

  @Test
  void onlyConfigurationsAndTheLockArePublic() {
    classes()
        .that()
        .arePublic()
        .and()
        .doNotBelongToAnyOf(LeasedLock.class)
        .should()
        .haveSimpleNameEndingWith("AutoConfiguration")
        .check(CLASSES);
  }
}
