package io.kvstore.testkit.engine;

import io.kvstore.Consistency;
import java.util.stream.Stream;

/** A table does what a store does, in every cell. */
class TableContractTest implements StoreContract {
  @Override
  public Stream<InProcessSetup> setups() {
    return InProcessSetup.ofTables();
  }

  @Override
  public Stream<InProcessSetup> fewSetups() {
    return InProcessSetup.ofTables()
        .filter(setup -> setup.shards() == 1 && setup.isOfDefaultCell())
        .filter(setup -> setup.isAtLeast(Consistency.LINEARIZABLE));
  }
}
