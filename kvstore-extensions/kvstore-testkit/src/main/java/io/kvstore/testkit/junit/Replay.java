package io.kvstore.testkit.junit;

import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.extension.ExecutableInvoker;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;
import org.junit.platform.commons.support.HierarchyTraversalMode;

/** Plays a test again, on a new instance of its class. */
final class Replay {
  private final ExtensionContext context;
  private final TestCluster first;

  Replay(ExtensionContext context, TestCluster first) {
    this.context = context;
    this.first = first;
  }

  /** Whether a new instance is as good as the first. */
  boolean isPossible() {
    return context.getTestInstanceLifecycle().orElse(Lifecycle.PER_METHOD) == Lifecycle.PER_METHOD
        && context.getRequiredTestClass().getDeclaredConstructors().length == 1;
  }

  TestCluster newCluster(Kept kept) {
    return new TestCluster(first.wanted(), first.seed(), kept);
  }

  /** Plays it with a cluster, of which its parameters are taken; tells how it failed, if it did. */
  Optional<Throwable> play(TestCluster cluster) {
    try {
      ExecutableInvoker invoker = context.getExecutableInvoker();
      Object instance = newInstance(invoker);
      Class<?> test = context.getRequiredTestClass();
      try {
        call(methods(test, BeforeEach.class, HierarchyTraversalMode.TOP_DOWN), instance, invoker);
        Object unused = invoker.invoke(context.getRequiredTestMethod(), instance);
      } finally {
        call(methods(test, AfterEach.class, HierarchyTraversalMode.BOTTOM_UP), instance, invoker);
      }
      return cluster.broken().map(Throwable.class::cast);
    } catch (Throwable failed) { // an AssertionError, most of the time
      return Optional.of(failed);
    } finally {
      cluster.close();
    }
  }

  private Object newInstance(ExecutableInvoker invoker) {
    Constructor<?> constructor = context.getRequiredTestClass().getDeclaredConstructors()[0];
    List<Object> around = context.getRequiredTestInstances().getEnclosingInstances();
    return around.isEmpty()
        ? invoker.invoke(constructor)
        : invoker.invoke(constructor, around.get(around.size() - 1));
  }

  private static List<Method> methods(
      Class<?> test,
      Class<? extends java.lang.annotation.Annotation> annotation,
      HierarchyTraversalMode order) {
    return AnnotationSupport.findAnnotatedMethods(test, annotation, order);
  }

  private static void call(List<Method> methods, Object instance, ExecutableInvoker invoker) {
    methods.forEach(method -> invoker.invoke(method, instance));
  }
}
