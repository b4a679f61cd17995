package io.kvstore.testkit.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.Update;
import io.kvstore.spi.VectorClock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What makes no sense is refused at once, with the value and what was expected. */
public interface MisuseContract extends EngineContract {

  @ParameterizedTest
  @MethodSource("fewSetups")
  @SuppressWarnings("NullAway") // on purpose
  default void noKeyAndNoValueIsNull(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      for (Consumer<KVStore<String, String>> call :
          List.<Consumer<KVStore<String, String>>>of(
              each -> each.get(null),
              each -> each.get("k", null),
              each -> each.get(null, Consistency.EVENTUAL),
              each -> each.getVersioned(null),
              each -> each.getAll(null),
              each -> each.getAll(Arrays.asList("k", null)),
              each -> each.contains(null),
              each -> each.scan(null),
              each -> each.put(null, "v"),
              each -> each.put("k", null),
              each -> each.put("k", "v", null),
              each -> each.putIfAbsent("k", null),
              each -> each.replace("k", null),
              each -> each.replace("k", 1, null),
              each -> each.getAndPut(null, "v"),
              each -> each.remove(null),
              each -> each.remove(null, 1),
              each -> each.getAndRemove(null),
              each -> each.add(null, 1),
              each -> each.append("k", null),
              each -> each.prepend(null, "v"),
              each -> each.touch("k", null),
              each -> each.update(null),
              each -> each.batch(null),
              each -> each.batch(Arrays.asList(Update.put("k", "v"), null)),
              each -> each.withTimeout(null),
              each -> each.session(null),
              each -> each.at(null),
              each -> each.async().get(null).isDone(),
              each -> each.async().put("k", null).isDone(),
              each -> each.async().batch(null).isDone(),
              each -> each.asMap().get(null),
              each -> each.asMap().put("k", null))) {
        assertThatThrownBy(() -> call.accept(store)).isInstanceOf(NullPointerException.class);
      }
      assertThat(store.size()).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aPositionOfAnotherStoreIsRefused(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      Position elsewhere = Position.START.with(7, VectorClock.of(3));
      assertThatIllegalArgumentException()
          .isThrownBy(() -> store.session(elsewhere))
          .withMessageContaining("7:3")
          .withMessageContaining("shard 7")
          .withMessageContaining("this store has 1");
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void timesMustBePositive(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      for (Duration time : List.of(Duration.ZERO, Duration.ofSeconds(-1))) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> store.put("k", "v", time))
            .withMessage("a lifetime must be positive, not " + time);
        assertThatIllegalArgumentException().isThrownBy(() -> store.touch("k", time));
        assertThatIllegalArgumentException()
            .isThrownBy(() -> store.withTimeout(time))
            .withMessage("a timeout must be positive, not " + time);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("fewSetups")
  default void aNodeThatIsNotThereIsNamedWithThoseThatAre(Setup setup) {
    try (KVStore<String, String> store = setup.bench().open()) {
      NodeId unknown = NodeId.of(77);
      for (Consumer<KVStore<String, String>> call :
          List.<Consumer<KVStore<String, String>>>of(
              each -> each.at(unknown),
              each -> each.session().at(unknown),
              each -> each.cluster().isRunning(unknown),
              each -> each.cluster().status(unknown))) {
        assertThatIllegalArgumentException()
            .isThrownBy(() -> call.accept(store))
            .withMessageContaining("n77")
            .withMessageContaining(store.cluster().nodes().get(0).toString());
      }
    }
  }
}
