package io.kvstore.core.simulation;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Checks that nobody saw a write without what it depends on: the bad patterns of Bouajjani, Enea,
 * Guerraoui and Hamza (POPL 2017), which are all there are when every value is written once.
 *
 * <p>One step comes causally before another if it is earlier in its session, if the other has read
 * what it wrote, if the other's session began with its position, or if there is a chain of such
 * steps. The patterns are: a cycle of these (CyclicCO); a value that nobody wrote (ThinAirRead); a
 * read of what a causally earlier write had replaced (WriteCORead); and an absence where something
 * had been written causally before (WriteCOInitRead), if no removal explains it. Nothing comes
 * after a write of unknown outcome in its own session, as it may take effect at any time.
 *
 * <p>Since all replicas resolve conflicts alike, by version, it is also checked that nobody saw
 * something while a causally earlier write of the same key had a higher version.
 */
final class CausalMemory {
  /** One key as one step saw it, before it changed anything itself. */
  private record Reading(int reader, String key, Optional<Seen> seen) {}

  /** One key as one step left it. */
  private record Writing(int writer, String key, boolean isRemoval) {}

  private final History history;
  private final List<Step> steps;
  private final List<Writing> writings = new ArrayList<>();
  private final Map<String, Integer> writers = new HashMap<>(); // by the key and the last value
  private final Map<String, Long> versions = new HashMap<>(); // by the key and the value
  private final List<BitSet> before = new ArrayList<>(); // of each step

  private CausalMemory(History history) {
    this.history = history;
    steps =
        history.steps().stream().filter(step -> step.isDone() || step.isUnknownWrite()).toList();
  }

  /**
   * Checks all keys but the counter, whose values may be written more than once, and those whose
   * values go away by themselves.
   */
  static void check(History history) {
    new CausalMemory(history).check();
  }

  private void check() {
    for (int i = 0; i < steps.size(); i++) {
      before.add(new BitSet());
      noteWritings(i);
    }
    List<Reading> readings = readings();
    linkSessions();
    for (Reading reading : readings) {
      if (reading.seen().isPresent()) {
        before.get(reading.reader()).set(writerOf(reading));
      }
    }
    close();
    readings.forEach(this::check);
  }

  // What happened

  private void noteWritings(int index) {
    Step step = steps.get(index);
    if (step.action().isRead() || (step.isDone() && !step.applied())) {
      return;
    }
    for (Action write :
        step.action().parts().isEmpty() ? List.of(step.action()) : step.action().parts()) {
      if (!write.key().equals(Work.COUNTER)) {
        writings.add(new Writing(index, write.key(), write.kind() == Action.Kind.REMOVE));
        writers.put(write.key() + "=" + write.argument(), index);
      }
    }
  }

  private List<Reading> readings() {
    List<Reading> readings = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      boolean counts = step.isDone() && step.action().level().isEmpty();
      for (String key : history.keys()) {
        step.after().getOrDefault(key, Optional.empty()).ifPresent(seen -> noteVersion(key, seen));
        boolean isUnique = !key.equals(Work.COUNTER) && !Work.isPassing(key);
        if (counts && isUnique && step.looksAt(key)) {
          readings.add(new Reading(i, key, step.sees(key)));
        }
      }
    }
    return readings;
  }

  private void noteVersion(String key, Seen seen) {
    if (seen.version() != Seen.UNTOLD) {
      versions.put(key + "=" + seen.value(), seen.version());
    }
  }

  private int writerOf(Reading reading) {
    String value = reading.seen().orElseThrow().value();
    Integer writer = writers.get(reading.key() + "=" + Values.lastPartOf(value));
    if (writer == null) {
      throw violation("nobody wrote what this read", reading, null, null);
    }
    return writer;
  }

  // Causality

  private void linkSessions() {
    Map<Integer, Integer> last = new HashMap<>();
    Map<Long, Integer> byStart = new HashMap<>();
    for (int i = 0; i < steps.size(); i++) {
      Step step = steps.get(i);
      byStart.put(step.start(), i);
      Integer earlier = last.get(step.session());
      if (earlier != null) {
        before.get(i).set(earlier);
      }
      Integer followed = byStart.get(step.follows());
      if (followed != null) {
        before.get(i).set(followed);
      }
      if (step.isDone()) {
        last.put(step.session(), i);
      }
    }
  }

  /** Steps are taken up once all before them are; what is never taken up is on a cycle. */
  private void close() {
    BitSet closed = new BitSet();
    for (boolean again = true; again; ) {
      again = false;
      for (int i = 0; i < steps.size(); i++) {
        BitSet missing = (BitSet) before.get(i).clone();
        missing.andNot(closed);
        if (!closed.get(i) && missing.isEmpty()) {
          BitSet all = before.get(i);
          ((BitSet) all.clone()).stream().forEach(direct -> all.or(before.get(direct)));
          closed.set(i);
          again = true;
        }
      }
    }
    if (closed.cardinality() < steps.size()) {
      throw new Violation(
          "causality has a cycle that " + steps.get(closed.nextClearBit(0)) + " is on, or after");
    }
  }

  private boolean isBefore(int one, int other) {
    return before.get(other).get(one);
  }

  // Patterns

  private void check(Reading reading) {
    for (Writing writing : writings) {
      if (writing.key().equals(reading.key()) && isBefore(writing.writer(), reading.reader())) {
        if (reading.seen().isPresent()) {
          checkNotReplaced(reading, writing);
        } else if (!writing.isRemoval()) {
          checkRemoved(reading, writing);
        }
      }
    }
  }

  private void checkNotReplaced(Reading reading, Writing newer) {
    int source = writerOf(reading);
    if (source != newer.writer() && isBefore(source, newer.writer())) {
      throw violation("this read what had been replaced", reading, source, newer.writer());
    }
    Step replaced = steps.get(newer.writer());
    Optional<Seen> left = replaced.after().getOrDefault(reading.key(), Optional.empty());
    long version = left.map(Seen::version).orElse(Seen.UNTOLD);
    String value = left.map(Seen::value).orElse(replaced.action().argument());
    long known =
        version == Seen.UNTOLD ? versions.getOrDefault(reading.key() + "=" + value, -1L) : version;
    long seen = reading.seen().orElseThrow().version();
    if (seen != Seen.UNTOLD && known > seen) {
      throw violation(
          "this read a lower version than it depends on", reading, source, newer.writer());
    }
  }

  /** Something was written: its absence must be the work of a removal that came no earlier. */
  private void checkRemoved(Reading reading, Writing written) {
    boolean isExplained =
        writings.stream()
            .anyMatch(
                removal ->
                    removal.isRemoval()
                        && removal.key().equals(reading.key())
                        && !isBefore(reading.reader(), removal.writer())
                        && !isBefore(removal.writer(), written.writer())
                        && steps.get(removal.writer()).start() < steps.get(reading.reader()).end());
    if (!isExplained) {
      throw violation("this found nothing", reading, null, written.writer());
    }
  }

  private Violation violation(
      String what, Reading reading, @Nullable Integer source, @Nullable Integer newer) {
    String text = what + ":\n" + steps.get(reading.reader());
    if (source != null) {
      text += "\nwritten by:\n" + steps.get(source);
    }
    if (newer != null) {
      text += "\ncausally between the two, or before the reader:\n" + steps.get(newer);
    }
    return Violation.of(history, reading.key(), text);
  }
}
