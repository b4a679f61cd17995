package io.kvstore.testkit.check;

/** What is left of the bytes that the searches of one check may remember together. */
final class Memory {
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
}
