package io.kvstore.core;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.kvstore.KVStore;
import io.kvstore.core.protocol.Protocols;
import io.kvstore.core.replication.Cell;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleDescriptor.Requires;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.WeakHashMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jctools.queues.MessagePassingQueue;
import org.junit.jupiter.api.Test;

/** Who may know whom, what replicas may not do, and how long a file may get. */
class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.kvstore");

  private static final String SPI = "io.kvstore.core.spi";
  private static final String LOOP = "io.kvstore.core.loop";
  private static final String REPLICATION = "io.kvstore.core.replication";
  private static final String PROTOCOL = "io.kvstore.core.protocol";
  private static final String STORAGE = "io.kvstore.core.storage";
  private static final String DATALET = "io.kvstore.core.datalet";
  private static final String CLIENT = "io.kvstore.core.client";

  private static final DescribedPredicate<JavaClass> THE_API =
      resideInAnyPackage("io.kvstore", "io.kvstore.spi", "org.jspecify.annotations");

  private static final DescribedPredicate<JavaClass> THE_JDK = resideInAnyPackage("java..");

  /** The part of the JDK without threads, files, networks and clocks. */
  private static final DescribedPredicate<JavaClass> THE_PURE_JDK =
      resideInAnyPackage(
          "java.lang", "java.util", "java.util.function", "java.util.random", "java.util.stream");

  /** What a thread may ask and do about itself. */
  private static final String OF_ONESELF = "currentThread|getId|interrupt";

  /** Numbers and names, and what is an inner part of {@code CompactedLog}. */
  private static final List<String> NEED_NO_TEST =
      List.of("package-info", "Moment", "Retry", "CompactedSegment");

  private static final int LINES_LIMIT = 400;
  private static final int PROTOCOL_LINES_LIMIT = 300;

  // Who knows whom

  @Test
  void theApiKnowsOnlyTheJdk() {
    classes()
        .that()
        .resideInAnyPackage("io.kvstore", "io.kvstore.spi")
        .should()
        .onlyDependOnClassesThat(THE_API.or(THE_JDK))
        .check(CLASSES);
  }

  @Test
  void theSpiKnowsOnlyTheApiAndTheJdk() {
    classes()
        .that()
        .resideInAPackage(SPI)
        .should()
        .onlyDependOnClassesThat(THE_API.or(THE_JDK).or(resideInAnyPackage(SPI)))
        .check(CLASSES);
  }

  @Test
  void whatProtocolsShareKnowsNoProtocolAndNothingOfTheMachine() {
    classes()
        .that()
        .resideInAPackage(REPLICATION)
        .should()
        .onlyDependOnClassesThat(THE_API.or(THE_PURE_JDK).or(resideInAnyPackage(SPI, REPLICATION)))
        .check(CLASSES);
  }

  @Test
  void protocolsKnowWhatTheyShareAndNothingOfTheMachine() {
    classes()
        .that()
        .resideInAPackage(PROTOCOL)
        .and(not(belongToAnyOf(Protocols.class)))
        .should()
        .onlyDependOnClassesThat(
            THE_API.or(THE_PURE_JDK).or(resideInAnyPackage(SPI, REPLICATION, PROTOCOL)))
        .check(CLASSES);
  }

  @Test
  void noProtocolKnowsAnother() {
    classes()
        .that()
        .resideInAPackage(PROTOCOL)
        .and(not(belongToAnyOf(Protocols.class)))
        .should(keepToThemselves())
        .check(CLASSES);
  }

  @Test
  void theListOfProtocolsKnowsNothingButThemAndWhatFollowsFromACell() {
    classes()
        .that(belongToAnyOf(Protocols.class))
        .should()
        .onlyDependOnClassesThat(
            THE_API
                .or(THE_PURE_JDK)
                .or(resideInAnyPackage(SPI, PROTOCOL))
                .or(belongToAnyOf(Cell.class)))
        .check(CLASSES);
  }

  @Test
  void dataletsKnowNothingOfReplication() {
    classes()
        .that()
        .resideInAPackage(DATALET)
        .should()
        .onlyDependOnClassesThat(
            THE_API
                .or(THE_JDK)
                .or(resideInAnyPackage("org.slf4j", "com.google.common.."))
                .or(resideInAnyPackage(SPI, DATALET)))
        .check(CLASSES);
  }

  @Test
  void onlyLoopsStartThreadsAndMakeThemWait() {
    noClasses()
        .that()
        .resideOutsideOfPackage(LOOP)
        .should()
        .dependOnClassesThat(
            nameMatching("java\\.util\\.concurrent\\.(.*Executor.*|ForkJoin.*|locks\\..*)")
                .or(nameMatching("java\\.util\\.Timer")))
        .orShould()
        .callCodeUnitWhere(called(Thread.class, "(?!" + OF_ONESELF + ").*"))
        .check(CLASSES);
  }

  @Test
  void onlyLoopsTheEdgeAndTheDiskLookAtTheirThread() {
    noClasses()
        .that()
        .resideOutsideOfPackages(LOOP, CLIENT, DATALET)
        .and()
        .doNotHaveSimpleName("Loads") // where a caller waits for what another one loads
        .should()
        .dependOnClassesThat(type(Thread.class))
        .check(CLASSES);
  }

  @Test
  void onlyLoopsAndTheEdgeUseLockFreeQueues() {
    noClasses()
        .that()
        .resideOutsideOfPackages(LOOP, CLIENT)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("org.jctools..")
        .check(CLASSES);
  }

  /** JCTools' other queues need {@code sun.misc.Unsafe}, which JDKs from 24 on warn of, or deny. */
  @Test
  void lockFreeQueuesAreThoseOnVarHandles() {
    noClasses()
        .should()
        .dependOnClassesThat(
            resideInAnyPackage("org.jctools..")
                .and(not(resideInAnyPackage("org.jctools.queues.varhandle")))
                .and(not(type(MessagePassingQueue.class))))
        .orShould()
        .dependOnClassesThat()
        .resideInAPackage("sun..")
        .check(CLASSES);
  }

  @Test
  void packagesHaveNoCycles() {
    slices().matching("io.kvstore.core.(*)..").should().beFreeOfCycles().check(CLASSES);
  }

  /** A class with all that is nested in it is one protocol. */
  private static ArchCondition<JavaClass> keepToThemselves() {
    return new ArchCondition<>("keep to themselves") {
      @Override
      public void check(JavaClass from, ConditionEvents events) {
        for (Dependency dependency : from.getDirectDependenciesFromSelf()) {
          JavaClass to = dependency.getTargetClass();
          boolean isSibling =
              to.getPackageName().equals(PROTOCOL) && !outermost(to).equals(outermost(from));
          if (isSibling) {
            events.add(SimpleConditionEvent.violated(from, dependency.getDescription()));
          }
        }
      }
    };
  }

  private static JavaClass outermost(JavaClass nested) {
    JavaClass outer = nested;
    while (outer.getEnclosingClass().isPresent()) {
      outer = outer.getEnclosingClass().get();
    }
    return outer;
  }

  // What replicas may not do, because each run must be like the one before

  @Test
  void replicasHaveNoClockOfTheirOwn() {
    noClasses()
        .that()
        .resideInAnyPackage(PROTOCOL, REPLICATION, STORAGE)
        .should()
        .dependOnClassesThat()
        .resideInAPackage("java.time..")
        .orShould()
        .callMethodWhere(called(System.class, "nanoTime|currentTimeMillis"))
        .check(CLASSES);
  }

  @Test
  void replicasHaveNoChanceOfTheirOwn() {
    noClasses()
        .that()
        .resideInAnyPackage(PROTOCOL, REPLICATION, STORAGE)
        .should()
        .dependOnClassesThat(
            belongToAnyOf(Random.class, SplittableRandom.class, UUID.class)
                .or(nameMatching("java\\.util\\.concurrent\\.ThreadLocalRandom")))
        .orShould()
        .callMethodWhere(called(Math.class, "random"))
        .orShould()
        .callMethodWhere(called(RandomGenerator.class, "getDefault|of"))
        .orShould()
        .callMethodWhere(called(System.class, "identityHashCode"))
        .check(CLASSES);
  }

  @Test
  void replicasIterateInNoOrderThatChangesFromRunToRun() {
    noClasses()
        .that()
        .resideInAnyPackage(PROTOCOL, REPLICATION, STORAGE)
        .should()
        .dependOnClassesThat(
            belongToAnyOf(HashMap.class, HashSet.class, IdentityHashMap.class, WeakHashMap.class))
        .orShould()
        .callMethodWhere(called(Map.class, "of|ofEntries|copyOf"))
        .orShould()
        .callMethodWhere(called(Set.class, "of|copyOf"))
        .orShould()
        .callMethodWhere(
            called(Collectors.class, "to(Unmodifiable)?(Set|Map)|toConcurrentMap|groupingBy.*"))
        .check(CLASSES);
  }

  private static DescribedPredicate<JavaCall<?>> called(Class<?> owner, String methods) {
    return describe(
        owner.getSimpleName() + "." + methods,
        call -> target(owner(type(owner))).test(call) && target(nameMatching(methods)).test(call));
  }

  // What users see

  @Test
  void onlyWhatUsersExtendOrObserveIsExported() {
    assertThat(moduleOf(InProcess.class).exports())
        .extracting(ModuleDescriptor.Exports::toString)
        .containsExactlyInAnyOrder(
            "io.kvstore.core",
            DATALET,
            "io.kvstore.core.engine",
            REPLICATION,
            SPI,
            "io.kvstore.core.trace");
    assertThat(moduleOf(KVStore.class).exports())
        .extracting(ModuleDescriptor.Exports::toString)
        .containsExactlyInAnyOrder("io.kvstore", "io.kvstore.spi");
  }

  @Test
  void theApiRequiresNothingAtRunTime() {
    assertThat(moduleOf(KVStore.class).requires())
        .filteredOn(each -> !each.modifiers().contains(Requires.Modifier.STATIC))
        .extracting(Requires::name)
        .containsExactly("java.base");
  }

  private static ModuleDescriptor moduleOf(Class<?> any) {
    try {
      Path classes = Path.of(any.getProtectionDomain().getCodeSource().getLocation().toURI());
      return ModuleFinder.of(classes).findAll().iterator().next().descriptor();
    } catch (URISyntaxException impossible) {
      throw new AssertionError(impossible);
    }
  }

  // What is tested by itself

  /** A campaign shows that the whole works, and not what a piece is for. */
  @Test
  void everyPieceOfTheToolboxIsNamedByATest() {
    JavaClasses tests =
        new ClassFileImporter()
            .withImportOption(Predefined.ONLY_INCLUDE_TESTS)
            .importPackages("io.kvstore.core");
    Set<String> named =
        tests.stream()
            .filter(test -> outermost(test).getSimpleName().endsWith("Test"))
            .flatMap(test -> test.getDirectDependenciesFromSelf().stream())
            .map(dependency -> outermost(dependency.getTargetClass()).getName())
            .collect(Collectors.toSet());
    tests.forEach(test -> named.add(test.getName().replaceFirst("Test$", "")));
    assertThat(CLASSES)
        .filteredOn(
            each ->
                each.getPackageName().equals(REPLICATION)
                    && each.equals(outermost(each))
                    && !NEED_NO_TEST.contains(each.getSimpleName())
                    && !named.contains(each.getName()))
        .extracting(JavaClass::getSimpleName)
        .isEmpty();
  }

  // How long a file may get

  @Test
  void everySourceFileCanBeReadInOneSitting() throws IOException {
    Path project = Path.of("").toAbsolutePath().getParent();
    try (Stream<Path> files = Files.walk(project)) {
      List<Path> sources = files.filter(ArchitectureTest::isProductionSource).toList();
      assertThat(sources).hasSizeGreaterThan(100);
      assertThat(sources)
          .allSatisfy(file -> assertThat(linesOf(file)).isLessThanOrEqualTo(limitOf(file)));
    }
  }

  private static boolean isProductionSource(Path file) {
    return file.toString().endsWith(".java")
        && file.toString().replace('\\', '/').contains("/src/main/java/");
  }

  private static int limitOf(Path file) {
    boolean isProtocol = file.getParent().endsWith(Path.of("core", "protocol"));
    return isProtocol ? PROTOCOL_LINES_LIMIT : LINES_LIMIT;
  }

  private static int linesOf(Path file) {
    try {
      return Files.readAllLines(file).size();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
