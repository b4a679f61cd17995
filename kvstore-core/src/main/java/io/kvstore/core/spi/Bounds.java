package io.kvstore.core.spi;

/**
 * How much a protocol keeps at the most, in numbers of things; beside these, {@link
 * io.kvstore.Limits#owedBytes()} bounds it by bytes. A simulation may have less, so that bounds are
 * reached in short runs.
 *
 * @param kept how many operations or updates are kept for members that lack them
 * @param early how many are kept that came before those that come first
 * @param keptForReturning how many are kept for a member that comes back with a part of what the
 *     others have
 */
public record Bounds(int kept, int early, int keptForReturning) {
  /** What stores have. */
  public static final Bounds DEFAULT = new Bounds(100_000, 4_096, 1_000);

  /** Checks that each leaves room for something. */
  public Bounds {
    if (kept < 1 || early < 1 || keptForReturning < 1) {
      throw new IllegalArgumentException(
          "bounds must be at least 1, not " + kept + ", " + early + ", " + keptForReturning);
    }
  }
}
