package io.kvstore.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.AsyncKVStore;
import io.kvstore.Bytes;
import io.kvstore.Cluster;
import io.kvstore.Codec;
import io.kvstore.Codecs;
import io.kvstore.Consistency;
import io.kvstore.Delay;
import io.kvstore.Failover;
import io.kvstore.Faults;
import io.kvstore.KVStore;
import io.kvstore.Limits;
import io.kvstore.Network;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Replication;
import io.kvstore.Scan;
import io.kvstore.Session;
import io.kvstore.StoreBuilder;
import io.kvstore.Update;
import io.kvstore.Watch;
import io.kvstore.WatchListener;
import io.kvstore.WatchPosition;
import io.kvstore.WatchPosition.Place;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.core.Simulation;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.spi.Bounds;
import io.kvstore.core.spi.DataletFactory;
import io.kvstore.core.trace.Trace;
import io.kvstore.spi.Engine;
import io.kvstore.spi.VectorClock;
import java.lang.reflect.Array;
import java.lang.reflect.Constructor;
import java.lang.reflect.Executable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.Parameter;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A null where a value is required is refused at once, with the name of the argument. */
final class NullArgumentsTest {
  private static final Map<Class<?>, Object> SAMPLES = samples();

  private static Map<Class<?>, Object> samples() {
    Map<Class<?>, Object> samples = new HashMap<>();
    samples.put(Object.class, "k"); // a key or a value
    samples.put(String.class, "text");
    samples.put(Bytes.class, Bytes.of("k"));
    samples.put(Consistency.class, Consistency.EVENTUAL);
    samples.put(Replication.class, Replication.PRIMARY);
    samples.put(NodeId.class, NodeId.of(0));
    samples.put(Duration.class, Duration.ofSeconds(1));
    samples.put(Collection.class, List.of("k"));
    samples.put(List.class, List.of());
    samples.put(Set.class, Set.of());
    samples.put(Map.class, Map.of());
    samples.put(Scan.class, Scan.all());
    samples.put(Position.class, Position.START);
    samples.put(WatchPosition.class, WatchPosition.NOWHERE);
    samples.put(WatchListener.class, (WatchListener<String, String>) event -> {});
    samples.put(Consumer.class, (Consumer<Object>) given -> {});
    samples.put(Codec.class, Codecs.STRING);
    samples.put(Limits.class, Limits.DEFAULT);
    samples.put(Failover.class, Failover.DEFAULT);
    samples.put(Faults.class, Faults.NONE);
    samples.put(Delay.class, Delay.NONE);
    samples.put(Update.class, Update.put("k", "v"));
    samples.put(Engine.class, new InProcess());
    samples.put(InProcess.class, new InProcess());
    samples.put(Path.class, Path.of("none"));
    samples.put(DataletFactory.class, Datalets.hash());
    samples.put(Trace.class, (Trace) event -> {});
    samples.put(VectorClock.class, VectorClock.ZERO);
    samples.put(Place.class, new Place(0, VectorClock.ZERO));
    samples.put(Placement.class, Placement.SHARED);
    samples.put(Bounds.class, Bounds.DEFAULT);
    samples.put(int.class, 1);
    samples.put(long.class, 1L);
    samples.put(double.class, 0.0);
    samples.put(boolean.class, false);
    return samples;
  }

  static Stream<Class<?>> types() {
    return Stream.of(
        KVStore.class,
        AsyncKVStore.class,
        Session.class,
        Watch.class,
        Cluster.class,
        Network.class,
        StoreBuilder.class,
        Scan.class,
        Update.class,
        NodeId.class,
        Position.class,
        WatchPosition.class,
        Bytes.class,
        Limits.class,
        Failover.class,
        Faults.class,
        Delay.class,
        InProcess.class,
        Simulation.class);
  }

  @ParameterizedTest
  @MethodSource("types")
  void eachArgumentIsNamedThatMustNotBeNull(Class<?> type) throws ReflectiveOperationException {
    List<Executable> called =
        Stream.concat(Arrays.stream(type.getConstructors()), Arrays.stream(type.getMethods()))
            .filter(each -> each.getDeclaringClass().getName().startsWith("io.kvstore."))
            .filter(each -> !isForUsersToWrite(each))
            .sorted(Comparator.comparing(Executable::toString))
            .toList();
    List<String> wrong = new ArrayList<>();
    for (Executable each : called) {
      tryAll(type, each, wrong);
    }
    assertThat(wrong).isEmpty();
  }

  private static boolean isForUsersToWrite(Executable each) {
    return each.getDeclaringClass() == Delay.class && Modifier.isAbstract(each.getModifiers());
  }

  private static void tryAll(Class<?> type, Executable called, List<String> wrong)
      throws ReflectiveOperationException {
    Parameter[] parameters = called.getParameters();
    for (int i = 0; i < parameters.length; i++) {
      boolean mayBeNull =
          parameters[i].getType().isPrimitive()
              || parameters[i].getAnnotatedType().isAnnotationPresent(Nullable.class)
              || called.getName().equals("equals");
      if (!mayBeNull) {
        String told = told(type, called, i);
        if (!names(told, parameters[i].getName()) && !told.equals(called.getName())) {
          wrong.add(called + " with " + parameters[i].getName() + " null: " + told);
        }
      }
    }
  }

  /** As it was written down, or as the JVM says it. */
  private static boolean names(String told, String name) {
    return told.equals(name) || told.endsWith("because \"" + name + "\" is null");
  }

  private static String told(Class<?> type, Executable called, int isNull)
      throws ReflectiveOperationException {
    try (KVStore<String, String> store = KVStore.builder().engine(Simulation.withSeed(1)).open()) {
      Class<?>[] types = called.getParameterTypes();
      Object[] arguments = new Object[types.length];
      for (int i = 0; i < types.length; i++) { // nodes differ
        Object node = types[i] == NodeId.class ? NodeId.of(i) : null;
        arguments[i] = i == isNull || node != null ? node : sample(types[i]);
      }
      arguments[isNull] = null;
      if (called instanceof Method method) {
        boolean isStatic = Modifier.isStatic(method.getModifiers());
        method.invoke(isStatic ? null : instance(type, store), arguments);
      } else {
        ((Constructor<?>) called).newInstance(arguments);
      }
      return "nothing";
    } catch (InvocationTargetException thrown) {
      Throwable cause = thrown.getCause();
      return cause instanceof NullPointerException ? cause.getMessage() + "" : cause.toString();
    }
  }

  private static Object sample(Class<?> type) {
    if (type.isArray()) {
      return Array.newInstance(type.getComponentType(), 0);
    }
    Object sample = SAMPLES.get(type);
    if (sample == null && type.isInterface()) {
      sample =
          Proxy.newProxyInstance(
              type.getClassLoader(), new Class<?>[] {type}, (proxy, method, given) -> null);
    }
    assertThat(sample).as("a sample of %s", type).isNotNull();
    return sample;
  }

  private static Object instance(Class<?> type, KVStore<String, String> store) {
    if (type == KVStore.class) {
      return store;
    }
    if (type == AsyncKVStore.class) {
      return store.async();
    }
    if (type == Session.class) {
      return store.session();
    }
    if (type == Watch.class) {
      return store.watch(Scan.all());
    }
    if (type == Cluster.class) {
      return store.cluster();
    }
    if (type == Network.class) {
      return store.cluster().network();
    }
    if (type == StoreBuilder.class) {
      return KVStore.builder();
    }
    return type == Simulation.class ? Simulation.withSeed(2) : sample(type);
  }
}
