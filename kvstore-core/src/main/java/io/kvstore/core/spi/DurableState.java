package io.kvstore.core.spi;

import io.kvstore.spi.Answer;
import io.kvstore.spi.VectorClock;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a replica knew when it was lost, beside its entries: its datalet has kept it together with
 * them.
 *
 * @param epoch the view that it took its place in last; 0 when it never has
 * @param answers what clients of this run of the store were answered last
 * @param seen what its entries depend on, at the causal level
 */
public record DurableState(long epoch, List<KeptAnswer> answers, VectorClock seen) {
  /** Nothing is known. */
  public static final DurableState NOTHING = new DurableState(0, List.of(), VectorClock.ZERO);

  /**
   * What one client was answered last.
   *
   * @param sequence which of its requests that was
   * @param position the request's place in the order
   * @param answer the answer; null when it was too long to be kept
   */
  public record KeptAnswer(int client, long sequence, long position, @Nullable Answer answer) {}
}
