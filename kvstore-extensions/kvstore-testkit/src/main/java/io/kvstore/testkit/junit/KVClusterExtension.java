package io.kvstore.testkit.junit;

import io.kvstore.Cluster;
import io.kvstore.KVStore;
import io.kvstore.StoreBuilder;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.campaign.Nemesis;
import io.kvstore.testkit.record.Recorder;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.AfterTestExecutionCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;
import org.opentest4j.TestAbortedException;

/** Makes the store of each test that is annotated with {@link KVCluster}, checks and closes it. */
public final class KVClusterExtension
    implements ParameterResolver, AfterTestExecutionCallback, AfterEachCallback {
  private static final Namespace NAMESPACE = Namespace.create(KVClusterExtension.class);

  /** Made by JUnit, for what is annotated. */
  public KVClusterExtension() {}

  @Override
  public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    return type == KVStore.class
        || type == StoreBuilder.class
        || type == Simulation.class
        || type == Recorder.class
        || type == Nemesis.class
        || type == Cluster.class;
  }

  @Override
  public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
    Class<?> type = parameter.getParameter().getType();
    TestCluster cluster = clusterOf(context);
    if (type == KVStore.class) {
      return cluster.store(typesOf(parameter.getParameter()));
    }
    if (type == StoreBuilder.class) {
      return cluster.builder(typesOf(parameter.getParameter()));
    }
    if (type == Simulation.class) {
      return cluster.simulation();
    }
    if (type == Recorder.class) {
      return cluster.recorder();
    }
    return type == Nemesis.class
        ? cluster.nemesis()
        : cluster.store(types(cluster, context)).cluster();
  }

  private static StoredTypes typesOf(Parameter parameter) {
    return StoredTypes.of(parameter.getParameterizedType());
  }

  /** Those of the test's store, which may be another parameter that has not been resolved yet. */
  private static StoredTypes types(TestCluster cluster, ExtensionContext context) {
    return cluster
        .types()
        .or(
            () ->
                context.getTestMethod().stream()
                    .flatMap(method -> Arrays.stream(method.getParameters()))
                    .filter(other -> other.getType() == KVStore.class)
                    .map(KVClusterExtension::typesOf)
                    .findFirst())
        .orElse(StoredTypes.TEXTS);
  }

  /** Made for the first parameter that asks: by calls that every JUnit since 5.10 has. */
  private static TestCluster clusterOf(ExtensionContext context) {
    ExtensionContext.Store store = context.getStore(NAMESPACE);
    TestCluster made = store.get(context.getUniqueId(), TestCluster.class);
    if (made != null) {
      return made;
    }
    TestCluster cluster = newCluster(context);
    store.put(context.getUniqueId(), cluster);
    return cluster;
  }

  private static TestCluster newCluster(ExtensionContext context) {
    KVCluster wanted =
        annotation(context)
            .orElseThrow(() -> new IllegalStateException("no @KVCluster on the test or its class"));
    long seed =
        Optional.ofNullable(Long.getLong("kvstore.seed"))
            .orElseGet(() -> wanted.seed() != 0 ? wanted.seed() : drawn());
    return new TestCluster(wanted, seed, Kept.asked());
  }

  private static long drawn() {
    return ThreadLocalRandom.current().nextLong(1, 1_000_000_000);
  }

  private static Optional<KVCluster> annotation(ExtensionContext context) {
    Optional<Method> method = context.getTestMethod();
    return method
        .flatMap(each -> AnnotationSupport.findAnnotation(each, KVCluster.class))
        .or(() -> annotation(context.getRequiredTestClass()));
  }

  /** Of a test class, or else of the one that it is nested in. */
  private static Optional<KVCluster> annotation(Class<?> test) {
    Optional<KVCluster> own = AnnotationSupport.findAnnotation(test, KVCluster.class);
    Class<?> enclosing = test.getEnclosingClass();
    return own.isPresent() || enclosing == null || Modifier.isStatic(test.getModifiers())
        ? own
        : annotation(enclosing);
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    TestCluster cluster = context.getStore(NAMESPACE).get(context.getUniqueId(), TestCluster.class);
    if (cluster == null) {
      return;
    }
    Optional<Throwable> thrown = context.getExecutionException();
    Optional<? extends Throwable> failure = thrown.isPresent() ? thrown : cluster.broken();
    if (failure.isEmpty() || failure.get() instanceof TestAbortedException) {
      return;
    }
    String told = told(context, cluster, failure.get());
    context.publishReportEntry("seed", Long.toString(cluster.seed()));
    if (thrown.isPresent()) {
      thrown.get().addSuppressed(new Seed(told));
    } else {
      throw new AssertionError(failure.get().getMessage() + "\n" + told);
    }
  }

  /** Where to look, of as small a run as was found. */
  private static String told(ExtensionContext context, TestCluster cluster, Throwable failure) {
    String name = context.getRequiredTestClass().getSimpleName() + "." + context.getDisplayName();
    Replay replay = new Replay(context, cluster);
    if (!cluster.canBeMadeSmaller() || !replay.isPossible()) {
      return cluster.whereToLook(name, failure);
    }
    SmallerRun.Found found =
        SmallerRun.search(
            kept -> play(context, replay, kept),
            failure,
            context.getRequiredTestClass(),
            cluster.nemesis().faults().size(),
            Duration.ofSeconds(cluster.wanted().shrinksWithinSeconds()));
    context.getStore(NAMESPACE).put(context.getUniqueId(), cluster);
    if (found.run().isEmpty()) {
      return cluster.whereToLook(name, failure)
          + "\nPlayed again with the same seed it did not fail in the same way within "
          + cluster.wanted().shrinksWithinSeconds()
          + " s: it takes long, or something beside the seed decides";
    }
    SmallerRun.Run run = found.run().get();
    String small = run.cluster().whereToLook(name, run.failure().orElse(failure));
    return found.isWhole() ? small : "fails under -Dkvstore.seed=" + cluster.seed() + "\n" + small;
  }

  private static SmallerRun.Run play(ExtensionContext context, Replay replay, Kept kept) {
    TestCluster another = replay.newCluster(kept);
    // The parameters of the test are those of this cluster now.
    context.getStore(NAMESPACE).put(context.getUniqueId(), another);
    return new SmallerRun.Run(another, replay.play(another));
  }

  @Override
  public void afterEach(ExtensionContext context) {
    TestCluster cluster =
        context.getStore(NAMESPACE).remove(context.getUniqueId(), TestCluster.class);
    if (cluster != null) {
      cluster.close();
    }
  }

  /** Stands among the suppressed of a test's failure. */
  private static final class Seed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Seed(String message) {
      super(message, null, true, false);
    }
  }
}
