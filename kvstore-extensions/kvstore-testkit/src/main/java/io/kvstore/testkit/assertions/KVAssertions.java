package io.kvstore.testkit.assertions;

import io.kvstore.KVStore;
import io.kvstore.testkit.history.History;

/**
 * Where assertions on histories and stores begin.
 *
 * <pre>{@code
 * import static io.kvstore.testkit.assertions.KVAssertions.assertThat;
 *
 * assertThat(recorder.history()).isLinearizable();
 * assertThat(store).hasConverged();
 * }</pre>
 */
public final class KVAssertions {
  private KVAssertions() {}

  /** Assertions on what clients saw. */
  public static HistoryAssert assertThat(History history) {
    return new HistoryAssert(history);
  }

  /** Assertions on the replicas of a store. */
  public static StoreAssert assertThat(KVStore<?, ?> store) {
    return new StoreAssert(store);
  }
}
