package io.kvstore.playground.shim.java.util.concurrent.atomic;

/** Numbers that one thread uses at a time. */
public class AtomicLongArray {
  private final long[] numbers;

  /** So many zeros. */
  public AtomicLongArray(int length) {
    numbers = new long[length];
  }

  /** How many. */
  public int length() {
    return numbers.length;
  }

  /** The one at an index. */
  public long get(int index) {
    return numbers[index];
  }

  /** Sets it. */
  public void set(int index, long number) {
    numbers[index] = number;
  }

  /** Sets it if it is what was expected. */
  public boolean compareAndSet(int index, long expected, long number) {
    if (numbers[index] != expected) {
      return false;
    }
    numbers[index] = number;
    return true;
  }
}
