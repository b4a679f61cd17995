package io.kvstore.testkit.check;

import java.io.Serial;

/** What is left of the bytes that a check may use. */
final class Memory {
  /** There is no memory left. It costs no stack trace. */
  static final class Exhausted extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    Exhausted() {
      super("no memory left", null, false, false);
    }
  }

  /** What one search takes of it. */
  final class Share {
    private long taken;

    private Share() {}

    /** Takes the memory of an array. */
    void takeArray(long length, long bytesOfAnElement) {
      long bytes = length * bytesOfAnElement;
      if (length > LONGEST_ARRAY || !take(bytes)) {
        throw new Exhausted();
      }
      taken += bytes;
    }

    /** Gives everything back. */
    void giveBack() {
      give(taken);
      taken = 0;
    }
  }

  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 8;

  private long left;

  Memory(long bytes) {
    left = bytes;
  }

  /** Takes that many bytes; false if there are not so many. */
  boolean take(long bytes) {
    if (bytes > left) {
      return false;
    }
    left -= bytes;
    return true;
  }

  /** Gives back what was taken. */
  void give(long bytes) {
    left += bytes;
  }

  /** A share that has taken nothing yet. */
  Share share() {
    return new Share();
  }
}
