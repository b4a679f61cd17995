package io.kvstore.server.net;

/**
 * How much a connection does at once before the others of its event loop have their turn: some
 * hundred small requests, or a quarter of a megabyte.
 */
public final class Turn {
  private static final int STEPS = 256;
  private static final int BYTES_OF_A_STEP = 1 << 10;

  private int left = STEPS;

  /** A new turn. */
  public void begin() {
    left = STEPS;
  }

  /** So many steps are done. */
  public void spend(int steps) {
    left -= steps;
  }

  /** So many bytes are moved. */
  public void spendBytes(int bytes) {
    left -= bytes / BYTES_OF_A_STEP;
  }

  /** Whether it is the turn of the others. */
  public boolean isOver() {
    return left <= 0;
  }
}
