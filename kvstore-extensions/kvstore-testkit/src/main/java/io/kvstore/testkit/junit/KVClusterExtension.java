package io.kvstore.testkit.junit;

import io.kvstore.Cluster;
import io.kvstore.KVStore;
import io.kvstore.StoreBuilder;
import io.kvstore.core.Simulation;
import io.kvstore.testkit.campaign.Nemesis;
import io.kvstore.testkit.record.Recorder;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
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

  private static TestCluster clusterOf(ExtensionContext context) {
    return context
        .getStore(NAMESPACE)
        .computeIfAbsent(context.getUniqueId(), id -> newCluster(context), TestCluster.class);
  }

  private static TestCluster newCluster(ExtensionContext context) {
    KVCluster wanted =
        annotation(context)
            .orElseThrow(() -> new IllegalStateException("no @KVCluster on the test or its class"));
    long seed =
        Optional.ofNullable(Long.getLong("kvstore.seed"))
            .orElseGet(() -> wanted.seed() != 0 ? wanted.seed() : drawn());
    return new TestCluster(wanted, seed);
  }

  private static long drawn() {
    return ThreadLocalRandom.current().nextLong(1, 1_000_000_000);
  }

  private static Optional<KVCluster> annotation(ExtensionContext context) {
    Optional<Method> method = context.getTestMethod();
    return method
        .flatMap(each -> AnnotationSupport.findAnnotation(each, KVCluster.class))
        .or(
            () ->
                AnnotationSupport.findAnnotation(
                    context.getRequiredTestClass(),
                    KVCluster.class,
                    context.getEnclosingTestClasses()));
  }

  @Override
  public void afterTestExecution(ExtensionContext context) {
    TestCluster cluster = context.getStore(NAMESPACE).get(context.getUniqueId(), TestCluster.class);
    if (cluster == null) {
      return;
    }
    String name = context.getRequiredTestClass().getSimpleName() + "." + context.getDisplayName();
    Optional<Throwable> failure = context.getExecutionException();
    if (failure.isPresent()) {
      failure.get().addSuppressed(cluster.failed(name));
      context.publishReportEntry("seed", Long.toString(cluster.seed()));
    } else {
      cluster.check(name);
    }
  }

  @Override
  public void afterEach(ExtensionContext context) {
    TestCluster cluster =
        context.getStore(NAMESPACE).remove(context.getUniqueId(), TestCluster.class);
    if (cluster != null) {
      cluster.close();
    }
  }
}
