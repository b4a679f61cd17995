package io.kvstore.playground.shim.java.util.concurrent.atomic;

/** A sum. */
public class LongAdder {
  private long sum;

  /** Nothing yet. */
  public LongAdder() {}

  /** Adds this. */
  public void add(long number) {
    sum += number;
  }

  /** Adds one. */
  public void increment() {
    add(1);
  }

  /** Takes one away. */
  public void decrement() {
    add(-1);
  }

  /** The sum. */
  public long sum() {
    return sum;
  }

  /** Begins again. */
  public void reset() {
    sum = 0;
  }

  @Override
  public String toString() {
    return Long.toString(sum);
  }
}
