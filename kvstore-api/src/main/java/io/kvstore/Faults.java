package io.kvstore;

import static java.util.Objects.requireNonNull;

/**
 * What is wrong with a link.
 *
 * <pre>{@code
 * store.cluster().network().faults(Faults.NONE.withLoss(0.1).withDelay(Delay.uniform(ofMillis(1), ofMillis(5))));
 * }</pre>
 *
 * @param delay how long messages take
 * @param loss how many of them are lost, from 0 to 1
 * @param duplication how many arrive twice, from 0 to 1
 * @param reordering how many are overtaken by later ones, from 0 to 1; the others keep their order
 */
public record Faults(Delay delay, double loss, double duplication, double reordering) {
  /** A link that delivers everything at once, in order, and once. */
  public static final Faults NONE = new Faults(Delay.NONE, 0, 0, 0);

  /** Checks that the probabilities are some. */
  public Faults {
    requireNonNull(delay, "delay");
    requireProbability("loss", loss);
    requireProbability("duplication", duplication);
    requireProbability("reordering", reordering);
  }

  /** A link that loses this part of its messages. */
  public static Faults lossy(double loss) {
    return NONE.withLoss(loss);
  }

  /** The same with another delay. */
  public Faults withDelay(Delay changed) {
    return new Faults(requireNonNull(changed, "changed"), loss, duplication, reordering);
  }

  /** The same with another loss. */
  public Faults withLoss(double changed) {
    return new Faults(delay, changed, duplication, reordering);
  }

  /** The same with another duplication. */
  public Faults withDuplication(double changed) {
    return new Faults(delay, loss, changed, reordering);
  }

  /** The same with another reordering. */
  public Faults withReordering(double changed) {
    return new Faults(delay, loss, duplication, changed);
  }

  /** Whether nothing is wrong. */
  public boolean areNone() {
    return equals(NONE);
  }

  private static void requireProbability(String name, double value) {
    if (!(value >= 0 && value <= 1)) {
      throw new IllegalArgumentException(name + " must be from 0 to 1, not " + value);
    }
  }
}
