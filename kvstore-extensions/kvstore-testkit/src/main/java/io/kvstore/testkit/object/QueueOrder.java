package io.kvstore.testkit.object;

import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.object.Calls.Taken;
import io.kvstore.testkit.object.Queues.Call;
import io.kvstore.testkit.object.Queues.Offer;
import io.kvstore.testkit.object.Queues.Poll;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * In which order values were offered, as far as the answers of the polls tell: a value that
 * certainly came out before another was offered before it, and where a poll found nothing, what
 * came out later was offered later. Without this a wrong order of two offers would be noticed only
 * when they are polled, and all orders of the offers between would be tried in vain.
 *
 * <p>Of a value that was offered or answered more than once nothing is known.
 */
final class QueueOrder implements ObjectSearch.Order {
  /** When a value came out of the queue. */
  private record Departure(long earliest, long latest) {}

  /** A call that must come before the offers of all values that came out after this moment. */
  private record Barrier(int index, long latest) {}

  private static final Departure UNKNOWN = new Departure(Long.MIN_VALUE, Long.MAX_VALUE);
  private static final Departure NEVER = new Departure(Long.MAX_VALUE, Long.MAX_VALUE);

  private final List<Taken<Call, Optional<String>>> calls;
  private final Map<String, Departure> departures = new HashMap<>();
  private final List<Barrier> barriers = new ArrayList<>(); // by their moments

  QueueOrder(List<Taken<Call, Optional<String>>> calls) {
    this.calls = calls;
    noteDepartures();
    noteBarriers();
  }

  private void noteDepartures() {
    // A poll of which no answer came may have taken any value that was not answered.
    long earliestUnknown =
        calls.stream()
            .filter(call -> call.input() instanceof Poll && call.outcome() == Outcome.UNKNOWN)
            .mapToLong(Taken::invoked)
            .min()
            .orElse(Long.MAX_VALUE);
    Departure unanswered = new Departure(earliestUnknown, Long.MAX_VALUE);
    for (Taken<Call, Optional<String>> call : calls) {
      if (call.input() instanceof Offer offer) {
        departures.merge(offer.value(), unanswered, (one, other) -> UNKNOWN);
      }
    }
    for (Taken<Call, Optional<String>> call : calls) {
      if (call.input() instanceof Poll && answer(call).isPresent()) {
        Departure answered = new Departure(call.invoked(), call.returned());
        departures.compute(
            answer(call).get(), (value, known) -> unanswered.equals(known) ? answered : UNKNOWN);
      }
    }
  }

  private void noteBarriers() {
    for (int i = 0; i < calls.size(); i++) {
      Taken<Call, Optional<String>> call = calls.get(i);
      if (call.input() instanceof Offer offer) {
        barriers.add(new Barrier(i, departure(offer.value()).latest()));
      } else if (call.outcome() == Outcome.OK && answer(call).isEmpty()) {
        barriers.add(new Barrier(i, call.returned()));
      }
    }
    barriers.sort(Comparator.comparingLong(Barrier::latest));
  }

  private static Optional<String> answer(Taken<Call, Optional<String>> call) {
    return call.output().flatMap(output -> output);
  }

  @Override
  public boolean allows(int next, BitSet placed) {
    if (calls.get(next).input() instanceof Offer offer) {
      long earliest = departure(offer.value()).earliest();
      for (int i = 0; i < barriers.size() && barriers.get(i).latest() < earliest; i++) {
        if (!placed.get(barriers.get(i).index())) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether a value certainly never comes out. */
  boolean isNever(String value) {
    return departure(value).equals(NEVER);
  }

  private Departure departure(String value) {
    return departures.getOrDefault(value, UNKNOWN);
  }
}
