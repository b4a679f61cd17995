package io.kvstore.recipes;

import io.kvstore.Scan;
import io.kvstore.Versioned;
import io.kvstore.spi.Nanos;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A latch that opens once so many parties have counted it down, and stays open.
 *
 * <p>Each party counts once, however often it calls: so one that starts again, or does not know
 * whether its call was done, just calls again. The latch is kept until it is {@link #remove
 * removed}.
 */
public final class CountDown {
  /** The most parties that a latch may wait for. */
  public static final int MOST = 1_000;

  private final Context context;
  private final String key;
  private final Cell cell;
  private final int parties;

  CountDown(Context context, String key, int parties) {
    if (parties < 1 || parties > MOST) {
      throw new IllegalArgumentException(
          "a latch waits for 1 to " + MOST + " parties, not for " + parties);
    }
    this.context = context;
    this.key = key;
    this.cell = new Cell(context.store(), key);
    this.parties = parties;
  }

  /** Counts down for a party of a name of its own. */
  public void countDown() {
    count(Context.newId());
  }

  /**
   * Counts down for a party, unless it has done so already.
   *
   * @param party 1 to 200 characters without spaces and control characters
   * @throws IllegalStateException when the latch was made for another number of parties
   * @throws io.kvstore.IndeterminateException when it is not known whether it counted: call again
   */
  public void countDown(String party) {
    count(Names.require("party", party));
  }

  private void count(String party) {
    context.requireOpen();
    cell.change(
        now -> {
          Set<String> counted = counted(now);
          if (counted.size() >= parties || !counted.add(party)) {
            return Optional.empty();
          }
          return Optional.of(parties + "\n" + String.join("\n", counted));
        });
  }

  /** How many parties it still waits for. At the sequential level they may be fewer by now. */
  public int remaining() {
    context.requireOpen();
    return parties - counted(cell.read()).size();
  }

  private Set<String> counted(Optional<Versioned<String>> entry) {
    if (entry.isEmpty()) {
      return new LinkedHashSet<>();
    }
    List<String> lines = Arrays.asList(entry.get().value().split("\n", -1));
    if (!lines.get(0).equals(Integer.toString(parties))) {
      throw new IllegalStateException(
          "this latch was made for " + lines.get(0) + " parties, and not for " + parties);
    }
    return new LinkedHashSet<>(lines.subList(1, lines.size()));
  }

  /**
   * Waits until all parties have counted down.
   *
   * @param atMost how long to wait
   * @return whether they have
   */
  public boolean await(Duration atMost) throws InterruptedException {
    long nanos = Nanos.of("atMost", atMost);
    if (remaining() == 0) {
      return true;
    }
    long start = context.clockwork().nanoTime();
    try (Bell bell = new Bell(context, Scan.key(key))) {
      while (true) {
        var rung = bell.next();
        if (remaining() == 0) {
          return true;
        }
        long left = nanos - (context.clockwork().nanoTime() - start);
        if (left <= 0) {
          return false;
        }
        bell.await(rung, left);
      }
    }
  }

  /** Takes the latch away: who counts it down or waits for it from now on begins anew. */
  public void remove() {
    context.requireOpen();
    context.store().remove(key);
  }
}
