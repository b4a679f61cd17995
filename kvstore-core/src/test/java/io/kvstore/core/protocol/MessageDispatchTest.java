package io.kvstore.core.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.domain.Dependency;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption.Predefined;
import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.replication.CopyOfAll;
import io.kvstore.core.replication.Digest;
import io.kvstore.core.replication.EpochStarts;
import io.kvstore.core.replication.RememberedAnswers;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Settings;
import io.kvstore.spi.Tick;
import io.kvstore.spi.VectorClock;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.lang.reflect.RecordComponent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A controlet takes every message that it, or a piece that it shares with others, may send.
 * Dispatch is a chain of {@code instanceof}, of which the compiler knows nothing.
 */
class MessageDispatchTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(Predefined.DO_NOT_INCLUDE_TESTS)
          .importPackages("io.kvstore.core.protocol", "io.kvstore.core.replication");

  private static final NodeId SELF = NodeId.of(0);
  private static final NodeId PEER = NodeId.of(1);

  @ParameterizedTest
  @MethodSource("cells")
  void everyMessageOfAProtocolIsTaken(Consistency consistency, Replication replication)
      throws ReflectiveOperationException {
    Controlet controlet = servingControlet(consistency, replication);
    for (Class<?> type : messagesOf(controlet.getClass())) {
      controlet.onMessage(PEER, (Message) anyValueOf(type)); // throws when there is no such message
    }
  }

  @ParameterizedTest
  @MethodSource("cells")
  void aMessageOfNoProtocolIsAnError(Consistency consistency, Replication replication) {
    record Unheard(long epoch) implements Message {}

    Controlet controlet = servingControlet(consistency, replication);

    assertThatThrownBy(() -> controlet.onMessage(PEER, new Unheard(1)))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("no such message");
  }

  @Test
  void theMessagesOfSharedPiecesBelongToAProtocolToo() throws ReflectiveOperationException {
    assertThat(messagesOf(PrimaryBackup.class))
        .extracting(Class::getSimpleName)
        .containsExactlyInAnyOrder(
            "Append",
            "Appended",
            "Committed",
            "CopyOfAll",
            "HowFar",
            "ForwardedRequest",
            "ForwardedReply",
            "Heard");
    assertThat(messagesOf(EventualBroadcast.class))
        .extracting(Class::getSimpleName)
        .containsExactlyInAnyOrder("Update", "Received", "Everything", "Settled");
  }

  static Stream<Arguments> cells() {
    return Arrays.stream(Consistency.values())
        .flatMap(
            consistency ->
                Arrays.stream(Replication.values())
                    .filter(replication -> replication.supports(consistency))
                    .map(replication -> Arguments.of(consistency, replication)));
  }

  // Which messages there are

  /** The message records among all that a class depends on, directly or through shared pieces. */
  private static List<Class<?>> messagesOf(Class<?> controlet) throws ReflectiveOperationException {
    Set<String> seen = new TreeSet<>(Set.of(controlet.getName()));
    ArrayDeque<String> toVisit = new ArrayDeque<>(seen);
    if (controlet != PrimaryBackup.class) {
      seen.add(CopyOfAll.class.getName()); // any order can make one, and no other sends it
    }
    List<Class<?>> messages = new ArrayList<>();
    while (!toVisit.isEmpty()) {
      JavaClass visited = CLASSES.get(toVisit.removeFirst());
      if (visited.isRecord() && visited.isAssignableTo(Message.class)) {
        messages.add(Class.forName(visited.getName()));
      }
      for (Dependency dependency : visited.getDirectDependenciesFromSelf()) {
        String name = dependency.getTargetClass().getBaseComponentType().getName();
        if (CLASSES.contain(name) && seen.add(name)) {
          toVisit.addLast(name);
        }
      }
    }
    return messages;
  }

  private static Object anyValueOf(Class<?> type) throws ReflectiveOperationException {
    if (type == long.class) {
      return 1L;
    } else if (type == int.class) {
      return 1;
    } else if (type == boolean.class) {
      return true;
    } else if (type == String.class) {
      return "text";
    } else if (type == Operation.class) {
      return new Tick();
    } else if (type == Ordered.class) {
      return new Ordered(1, 1, 1, 1, new Tick());
    } else if (type == Answer.class) {
      return new Answer.Counted(1, Long.MAX_VALUE);
    } else if (type == VectorClock.class) {
      return VectorClock.of(1, 1);
    } else if (type == RememberedAnswers.class) {
      return new RememberedAnswers();
    } else if (type == EpochStarts.class) {
      return new EpochStarts();
    } else if (type == List.class || type == Collection.class) {
      return List.of();
    } else if (type == Digest.class) {
      return new Digest(visitor -> {});
    } else if (type == Bytes.class) {
      return Bytes.of("key");
    } else if (type.isEnum()) {
      return type.getEnumConstants()[0];
    }
    assertThat(type.isRecord()).as("%s: say here what to take for it", type).isTrue();
    return anyRecordOf(type);
  }

  private static Object anyRecordOf(Class<?> type) throws ReflectiveOperationException {
    List<Class<?>> types = new ArrayList<>();
    List<Object> values = new ArrayList<>();
    for (RecordComponent component : type.getRecordComponents()) {
      types.add(component.getType());
      values.add(anyValueOf(component.getType()));
    }
    Constructor<?> constructor = type.getDeclaredConstructor(types.toArray(Class<?>[]::new));
    constructor.setAccessible(true);
    return constructor.newInstance(values.toArray());
  }

  // A controlet that serves, in a world where nothing happens

  private static Controlet servingControlet(Consistency consistency, Replication replication) {
    View view = new View(1, List.of(SELF, PEER), SELF, consistency, replication);
    Controlet controlet = new Protocols().create(new StillWorld(view));
    controlet.freeze(report -> controlet.install(view, List.of(report), List.of()));
    controlet.activate();
    return controlet;
  }

  private record StillWorld(View view) implements Env {
    @Override
    public NodeId self() {
      return SELF;
    }

    @Override
    public Settings settings() {
      return new Settings(
          view.consistency(),
          view.replication(),
          2,
          1,
          1,
          Limits.DEFAULT,
          Optional.empty(),
          Optional.empty(),
          Failover.DEFAULT);
    }

    @Override
    public long now() {
      return 1;
    }

    @Override
    public RandomGenerator random() {
      return new SplittableRandom(1);
    }

    @Override
    public void send(NodeId to, Message message) {}

    @Override
    public boolean holdsLease() {
      return true;
    }

    @Override
    public void suspect(NodeId member) {}

    @Override
    public boolean isWhole() {
      return true;
    }

    @Override
    public Timer timer(Runnable task) {
      return (Timer)
          Proxy.newProxyInstance(
              Timer.class.getClassLoader(),
              new Class<?>[] {Timer.class},
              (timer, method, arguments) -> method.getReturnType() == boolean.class ? false : null);
    }

    /** Empty; only what it holds while it stands still ever comes. */
    @Override
    @SuppressWarnings("unchecked") // still() has one parameter
    public Storage storage() {
      return (Storage)
          Proxy.newProxyInstance(
              Storage.class.getClassLoader(),
              new Class<?>[] {Storage.class},
              (storage, method, arguments) -> {
                if (method.getName().equals("still")) {
                  ((Consumer<Contents>) arguments[0]).accept(new Contents(List.of(), 0, 0));
                  return null;
                }
                boolean comesLater = List.of("stored", "examine").contains(method.getName());
                return method.isDefault() && !comesLater
                    ? InvocationHandler.invokeDefault(storage, method, arguments)
                    : null;
              });
    }
  }
}
