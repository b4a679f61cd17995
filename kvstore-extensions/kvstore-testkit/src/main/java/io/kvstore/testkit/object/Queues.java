package io.kvstore.testkit.object;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A queue: what was put in first comes out first. */
public final class Queues {
  /** What a queue is asked for. */
  public sealed interface Call {}

  /** Puts a value in at the end; answers nothing. */
  public record Offer(String value) implements Call {}

  /** Takes the first value out; answers it, or nothing when the queue is empty. */
  public record Poll() implements Call {}

  private Queues() {}

  /** A queue that is empty at first. */
  public static Machine<List<String>, Call, Optional<String>> machine() {
    return Machine.of(
        List.of(),
        (queue, call) -> {
          if (call instanceof Offer offer) {
            List<String> longer = new ArrayList<>(queue);
            longer.add(offer.value());
            return Machine.step(List.copyOf(longer), Optional.empty());
          }
          return queue.isEmpty()
              ? Machine.step(queue, Optional.empty())
              : Machine.step(
                  List.copyOf(queue.subList(1, queue.size())), Optional.of(queue.get(0)));
        });
  }
}
