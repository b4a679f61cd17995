package io.kvstore.testkit.object;

import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.object.Calls.Taken;
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
    return new Machine<>() {
      @Override
      public List<String> initial() {
        return List.of();
      }

      @Override
      public Step<List<String>, Optional<String>> apply(List<String> queue, Call call) {
        return call instanceof Offer offer
            ? Machine.step(with(queue, queue.size(), offer.value()), Optional.empty())
            : polled(queue);
      }

      @Override
      public Verdict check(Calls<Call, Optional<String>> calls, Budget budget) {
        List<Taken<Call, Optional<String>>> taken = calls.notRefused();
        QueueOrder order = new QueueOrder(taken);
        Machine<List<String>, Call, Optional<String>> sorting =
            Machine.of(List.of(), (queue, call) -> sorting(queue, call, order));
        return new ObjectSearch<>(sorting, taken, order, budget).verdict();
      }
    };
  }

  /** In which order values stay that never come out is not seen: one order stands for all. */
  private static Machine.Step<List<String>, Optional<String>> sorting(
      List<String> queue, Call call, QueueOrder order) {
    if (!(call instanceof Offer offer)) {
      return polled(queue);
    }
    int end = queue.size();
    if (order.isNever(offer.value())) {
      while (end > 0
          && order.isNever(queue.get(end - 1))
          && queue.get(end - 1).compareTo(offer.value()) > 0) {
        end--;
      }
    }
    return Machine.step(with(queue, end, offer.value()), Optional.empty());
  }

  private static Machine.Step<List<String>, Optional<String>> polled(List<String> queue) {
    return queue.isEmpty()
        ? Machine.step(queue, Optional.empty())
        : Machine.step(List.copyOf(queue.subList(1, queue.size())), Optional.of(queue.get(0)));
  }

  private static List<String> with(List<String> queue, int index, String value) {
    List<String> longer = new ArrayList<>(queue);
    longer.add(index, value);
    return List.copyOf(longer);
  }
}
