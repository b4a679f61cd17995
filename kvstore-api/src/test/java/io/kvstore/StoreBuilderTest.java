package io.kvstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.spi.Backend;
import io.kvstore.spi.Engine;
import io.kvstore.spi.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a builder asks of an engine. */
final class StoreBuilderTest {
  /** Notes what it is asked for, and opens nothing. */
  private static final class NotingEngine implements Engine {
    private final List<Settings> asked = new ArrayList<>();

    @Override
    public String name() {
      return "noting";
    }

    @Override
    public Backend open(Settings settings) {
      asked.add(settings);
      throw new UnsupportedOperationException("opens nothing");
    }
  }

  private static Settings settingsOf(StoreBuilder<?, ?> builder) {
    NotingEngine engine = new NotingEngine();
    assertThatThrownBy(() -> builder.engine(engine).open()).hasMessage("opens nothing");
    return engine.asked.get(0);
  }

  @Test
  void theDefaultsAreThoseOfTheDocumentation() {
    Settings settings = settingsOf(KVStore.builder());
    assertThat(settings.consistency()).isEqualTo(Consistency.LINEARIZABLE);
    assertThat(settings.replication()).isEqualTo(Replication.PRIMARY);
    assertThat(settings.replicas()).isEqualTo(3);
    assertThat(settings.nodes()).isEqualTo(3);
    assertThat(settings.isOnEveryNode()).isTrue();
    assertThat(settings.shards()).isEqualTo(1);
    assertThat(settings.acks()).isEmpty();
    assertThat(settings.readsFrom()).isEmpty();
    assertThat(settings.limits()).isEqualTo(Limits.DEFAULT);
    assertThat(settings.storageDirectory()).isEmpty();
    assertThat(settings.outputDirectory()).isEmpty();
  }

  @Test
  void theReplicationGoesWithTheConsistency() {
    for (Consistency level : Consistency.values()) {
      assertThat(settingsOf(KVStore.builder().consistency(level)).replication())
          .isEqualTo(level.defaultReplication());
    }
  }

  @Test
  void everySettingArrivesAndStaysWhenCodecsAreNamed() {
    Limits limits = Limits.DEFAULT.withKeyBytes(5);
    Settings settings =
        settingsOf(
            KVStore.builder()
                .consistency(Consistency.EVENTUAL)
                .replication(Replication.PRIMARY)
                .nodes(9)
                .replicas(5)
                .shards(7)
                .acks(2)
                .limits(limits)
                .timeout(Duration.ofSeconds(1))
                .storageDirectory(Path.of("s"))
                .outputDirectory(Path.of("o"))
                .keys(Codecs.LONG)
                .values(Codecs.UUID));
    assertThat(settings.consistency()).isEqualTo(Consistency.EVENTUAL);
    assertThat(settings.replication()).isEqualTo(Replication.PRIMARY);
    assertThat(settings.replicas()).isEqualTo(5);
    assertThat(settings.nodes()).isEqualTo(9);
    assertThat(settings.isOnEveryNode()).isFalse();
    assertThat(settings.shards()).isEqualTo(7);
    assertThat(settings.acks()).hasValue(2);
    assertThat(settings.limits()).isEqualTo(limits);
    assertThat(settings.storageDirectory()).contains(Path.of("s"));
    assertThat(settings.outputDirectory()).contains(Path.of("o"));
  }

  @Test
  void quorumsOfChoiceArriveAndBelongToTheEventualLevel() {
    StoreBuilder<String, String> quorums =
        KVStore.builder()
            .consistency(Consistency.EVENTUAL)
            .replication(Replication.QUORUM)
            .acks(3)
            .readsFrom(1);
    Settings settings = settingsOf(quorums.keys(Codecs.LONG));
    assertThat(settings.acks()).hasValue(3);
    assertThat(settings.readsFrom()).hasValue(1);
    assertThatIllegalArgumentException()
        .isThrownBy(
            () ->
                quorums
                    .acks(1)
                    .consistency(Consistency.LINEARIZABLE)
                    .engine(new NotingEngine())
                    .open())
        .withMessage(
            "readsFrom(1) is for QUORUM at EVENTUAL: QUORUM at LINEARIZABLE says by itself whom a"
                + " read asks");
    assertThatIllegalArgumentException()
        .isThrownBy(() -> quorums.readsFrom(4).engine(new NotingEngine()).open())
        .withMessage("readsFrom must be from 1 to 3, not 4");
  }

  @Test
  void aBuilderServesForManyStores() {
    StoreBuilder<String, String> plain = KVStore.builder();
    assertThat(settingsOf(plain.replicas(5)).replicas()).isEqualTo(5);
    assertThat(settingsOf(plain).replicas()).isEqualTo(3);
  }

  @Test
  void thereAreAsManyNodesAsReplicasUnlessSaidOtherwise() {
    StoreBuilder<String, String> plain = KVStore.builder();
    assertThat(settingsOf(plain.replicas(5)).nodes()).isEqualTo(5);
    assertThat(settingsOf(plain.nodes(7)).nodes()).isEqualTo(7);
    assertThat(settingsOf(plain.nodes(7)).replicas()).isEqualTo(3);
  }

  @Test
  void fewerNodesThanReplicasAreRefusedWithTheWaysOut() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KVStore.builder().nodes(2).engine(new NotingEngine()).open())
        .withMessage(
            "nodes(2) are fewer than replicas(3), each of which needs a node of its own: use at"
                + " least nodes(3), or at most replicas(2)");
  }

  @Test
  void nothingIsOpenedWithSettingsThatMakeNoSense() {
    NotingEngine engine = new NotingEngine();
    StoreBuilder<String, String> builder = KVStore.builder().engine(engine);
    StoreBuilder<String, String> quorums =
        builder.consistency(Consistency.EVENTUAL).replication(Replication.QUORUM);
    for (StoreBuilder<String, String> wrong :
        List.of(
            builder.replicas(0),
            builder.nodes(0),
            builder.nodes(2),
            builder.nodes(1_002),
            builder.shards(-1),
            builder.acks(0),
            builder.acks(2),
            builder.readsFrom(1),
            builder.consistency(Consistency.EVENTUAL).readsFrom(2),
            quorums.readsFrom(0),
            quorums.readsFrom(4),
            quorums.acks(4),
            builder.replication(Replication.BROADCAST),
            builder.consistency(Consistency.CAUSAL).replication(Replication.PRIMARY))) {
      assertThatIllegalArgumentException().isThrownBy(wrong::open);
    }
    assertThat(engine.asked).isEmpty();
  }

  @Test
  void aTimeoutIsPositive() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> KVStore.builder().timeout(Duration.ZERO))
        .withMessage("a timeout must be positive, not PT0S");
  }

  @Test
  void nothingIsNull() {
    StoreBuilder<String, String> builder = KVStore.builder();
    assertThatNullPointerException().isThrownBy(() -> builder.consistency(null));
    assertThatNullPointerException().isThrownBy(() -> builder.replication(null));
    assertThatNullPointerException().isThrownBy(() -> builder.timeout(null));
    assertThatNullPointerException().isThrownBy(() -> builder.limits(null));
    assertThatNullPointerException().isThrownBy(() -> builder.storageDirectory(null));
    assertThatNullPointerException().isThrownBy(() -> builder.outputDirectory(null));
    assertThatNullPointerException().isThrownBy(() -> builder.engine(null));
    assertThatNullPointerException().isThrownBy(() -> builder.keys(null));
    assertThatNullPointerException().isThrownBy(() -> builder.values(null));
  }

  @Test
  void withoutAnEngineThereIsNoStore() {
    assertThatThrownBy(() -> KVStore.builder().open())
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no engine found: put kvstore-core on the class path or module path");
  }
}
