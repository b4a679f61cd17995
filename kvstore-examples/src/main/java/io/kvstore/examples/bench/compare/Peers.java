package io.kvstore.examples.bench.compare;

import io.kvstore.Consistency;
import java.util.List;
import java.util.Map;

/** Other people's replicated maps, found with {@code ServiceLoader}. */
public interface Peers {
  /** The systems by name, each with the strongest level that it keeps while nothing fails. */
  Map<String, Consistency> guarantees();

  /** What the JVM of such a system is to be started with. */
  List<String> jvmArguments();

  /**
   * Opens one, with three members in this JVM.
   *
   * @throws Exception when it does not come up
   */
  Contender open(String name, Entries entries) throws Exception;
}
