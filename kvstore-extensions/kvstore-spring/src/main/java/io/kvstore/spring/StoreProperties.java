package io.kvstore.spring;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.KVStore;
import io.kvstore.Replication;
import io.kvstore.StoreBuilder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Describes a store by properties.
 *
 * @param consistency What clients may observe.
 * @param replication How copies are kept. By default what the consistency level prefers.
 * @param replicas How many copies there are of each entry.
 * @param nodes How many nodes there are. By default as many as replicas.
 * @param shards Into how many parts the keys are split by their hash.
 * @param storageDirectory Where replicas keep their data. By default in memory only.
 * @param timeout How long a call waits for its answer.
 * @param failoverDetection How long a member must have been silent until its group goes on without
 *     it.
 * @param engine Name of the engine that runs the store. By default the only one on the class path.
 * @param engineOptions What the engine is told, by name.
 */
@ConfigurationProperties("kvstore")
record StoreProperties(
    @DefaultValue("linearizable") Consistency consistency,
    @Nullable Replication replication,
    @DefaultValue("3") int replicas,
    @Nullable Integer nodes,
    @DefaultValue("1") int shards,
    @Nullable Path storageDirectory,
    @DefaultValue("5s") Duration timeout,
    @DefaultValue("500ms") Duration failoverDetection,
    @Nullable String engine,
    @DefaultValue Map<String, String> engineOptions) {

  /**
   * Opens the store.
   *
   * @param prefix where the properties are from
   * @throws UnusablePropertiesException when a property, or two of them together, make no sense
   */
  KVStore<String, String> open(String prefix) {
    try {
      return builder().open();
    } catch (IllegalArgumentException | IllegalStateException refused) {
      throw new UnusablePropertiesException(prefix, String.valueOf(refused.getMessage()), refused);
    }
  }

  private StoreBuilder<String, String> builder() {
    StoreBuilder<String, String> builder =
        KVStore.builder()
            .consistency(consistency)
            .replicas(replicas)
            .shards(shards)
            .timeout(timeout)
            .failover(Failover.after(failoverDetection));
    if (replication != null) {
      builder = builder.replication(replication);
    }
    if (nodes != null) {
      builder = builder.nodes(nodes);
    }
    if (storageDirectory != null) {
      builder = builder.storageDirectory(storageDirectory);
    }
    if (engine != null) {
      builder = builder.engine(Engines.create(engine, engineOptions));
    } else if (!engineOptions.isEmpty()) {
      throw new IllegalArgumentException(
          "engine-options "
              + engineOptions.keySet()
              + " are for an engine that is named: set engine");
    }
    return builder;
  }
}
