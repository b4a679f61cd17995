package io.kvstore.testkit.engine;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import java.util.stream.Stream;
import org.junit.jupiter.api.TestInstance;

/** Tests that every engine passes, run with each of the setups that its author names. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
public interface EngineContract {
  /** The setups under test, of one shard and of several. */
  Stream<? extends Setup> setups();

  /** Some of them, for what does not depend on how a store is set up: with one shard. */
  default Stream<? extends Setup> fewSetups() {
    return setupsOfOneShard().filter(setup -> setup.isAtLeast(Consistency.LINEARIZABLE));
  }

  /** Those of one shard. */
  default Stream<? extends Setup> setupsOfOneShard() {
    return setups().filter(setup -> setup.shards() == 1);
  }

  /** Where any two keys can be in one batch. */
  default Stream<? extends Setup> setupsWithBatches() {
    return setupsOfOneShard().filter(setup -> !setup.hasOwnersOfKeys());
  }

  /** Where any two keys can be in one transaction. */
  default Stream<? extends Setup> setupsWithOneOrder() {
    return setupsOfOneShard().filter(Setup::hasOneOrder);
  }

  /** Those of them where hours pass at once. */
  default Stream<? extends Setup> setupsWithOneOrderInVirtualTime() {
    return setupsWithOneOrder().filter(Setup::hasVirtualTime);
  }

  /** Where a session never goes back. */
  default Stream<? extends Setup> orderedSetups() {
    return setups().filter(setup -> setup.isAtLeast(Consistency.CAUSAL));
  }

  /** Where a read waits for what its session has seen. */
  default Stream<? extends Setup> setupsWithLocalReads() {
    return setupsOfOneShard()
        .filter(
            setup ->
                setup.consistency() == Consistency.SEQUENTIAL
                    || setup.consistency() == Consistency.CAUSAL);
  }

  /** Where hours pass at once. */
  default Stream<? extends Setup> setupsWithVirtualTime() {
    return setupsOfOneShard().filter(Setup::hasVirtualTime);
  }

  /** Those whose callers are threads. */
  default Stream<? extends Setup> threadedSetups() {
    return setupsOfOneShard().filter(Setup::isThreaded);
  }

  /** Few of those whose callers are threads. */
  default Stream<? extends Setup> fewThreadedSetups() {
    return fewSetups().filter(Setup::isThreaded);
  }

  /** One of a store's nodes, counted from 0 on. */
  static NodeId node(KVStore<?, ?> store, int number) {
    return store.cluster().nodes().get(number);
  }
}
