package io.kvstore.core.node;

import io.kvstore.core.spi.Ordered;
import io.kvstore.core.trace.OperationText;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What replicas let those see who look into a group. */
public final class Shown {
  private static final int LONGEST = 4;

  private Shown() {}

  /**
   * What the controlet of a replica {@linkplain io.kvstore.core.spi.Env#show shows} now, by its
   * names. On the replica's loop, or between two turns of a simulation.
   */
  public static Map<String, String> by(Replica replica) {
    return replica.env().shown();
  }

  /** Something in words: of a list the beginning, of operations in an order what they are. */
  static String inWords(Object thing) {
    return thing instanceof List<?> list
        ? list.stream().limit(LONGEST).map(Shown::inWords).collect(Collectors.joining(", "))
        : thing instanceof Ordered ordered
            ? ordered.position() + " " + OperationText.of(ordered.operation())
            : String.valueOf(thing);
  }
}
