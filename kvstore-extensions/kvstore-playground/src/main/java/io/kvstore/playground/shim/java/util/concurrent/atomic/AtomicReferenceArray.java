package io.kvstore.playground.shim.java.util.concurrent.atomic;

import java.util.function.BinaryOperator;

/** References that one thread uses at a time. */
public class AtomicReferenceArray<E> {
  private final Object[] references;

  /** So many that are null. */
  public AtomicReferenceArray(int length) {
    references = new Object[length];
  }

  /** How many. */
  public int length() {
    return references.length;
  }

  /** The one at an index. */
  @SuppressWarnings("unchecked") // only such are put in
  public E get(int index) {
    return (E) references[index];
  }

  /** Sets it. */
  public void set(int index, E reference) {
    references[index] = reference;
  }

  /** Sets it, and tells what it was. */
  public E getAndSet(int index, E reference) {
    E before = get(index);
    references[index] = reference;
    return before;
  }

  /** Sets it if it is what was expected. */
  public boolean compareAndSet(int index, E expected, E reference) {
    if (references[index] != expected) {
      return false;
    }
    references[index] = reference;
    return true;
  }

  /** Sets it to what a function makes of it and another. */
  public E accumulateAndGet(int index, E other, BinaryOperator<E> function) {
    E after = function.apply(get(index), other);
    references[index] = after;
    return after;
  }
}
