package io.kvstore.testkit.campaign;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.Limits;
import io.kvstore.spi.Entry;
import io.kvstore.testkit.campaign.Scenario.Setup;
import java.util.Map;
import java.util.Optional;

/** Whether a store takes as much as it may hold, and no more than clients ask for at once. */
final class Fullness {
  private static final long MOST_OF_A_WRITE = 400; // with what is kept of the key

  private Fullness() {}

  /**
   * What is not so, in a sentence.
   *
   * @param contents what each replica holds
   * @param wasFull whether it was said to be full when all was quiet
   */
  static Optional<String> wrong(Contents contents, Scenario scenario, boolean wasFull) {
    Setup setup = scenario.setup();
    long capacity = setup.variant().capacity() / setup.variant().shards();
    if (capacity > 0 && setup.cell().hasOneOrder() && !scenario.isMoving()) {
      long entries = contents.ofEach().stream().mapToLong(Fullness::entries).max().orElse(0);
      if (entries > capacity) {
        return Optional.of("it holds " + entries + " entries where it may hold " + capacity);
      }
    }
    long most = scenario.limits().heldBytes() / setup.variant().shards();
    if (most > Integer.MAX_VALUE / 2 || setup.isDurable() || setup.variant().isPartlyOnDisk()) {
      return Optional.empty();
    }
    long fullest = contents.ofEach().stream().mapToLong(Fullness::heldBytes).max().orElse(0);
    if (wasFull && fullest + MOST_OF_A_WRITE < most) {
      return Optional.of("it is full with " + fullest + " bytes where it may hold " + most);
    }
    long atOnce = (long) setup.clients() * setup.variant().operationsAtOnce();
    boolean isStrong = scenario.weakest().isAtLeast(Consistency.SEQUENTIAL);
    long members = isStrong ? 1 : setup.nodes(); // that take writes by themselves
    return fullest > members * (most + (atOnce + setup.nodes()) * MOST_OF_A_WRITE)
        ? Optional.of("it holds " + fullest + " bytes where it may hold " + most)
        : Optional.empty();
  }

  private static long entries(Map<Bytes, Entry> entries) {
    return entries.values().stream().filter(entry -> !entry.isTombstone()).count();
  }

  private static long heldBytes(Map<Bytes, Entry> entries) {
    long held = 0;
    for (Map.Entry<Bytes, Entry> each : entries.entrySet()) {
      Bytes value = each.getValue().value();
      held += each.getKey().size();
      held += value == null ? 0 : value.size() + Limits.ENTRY_BYTES;
    }
    return held;
  }
}
