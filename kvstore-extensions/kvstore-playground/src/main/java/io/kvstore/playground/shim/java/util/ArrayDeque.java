package io.kvstore.playground.shim.java.util;

import java.util.AbstractCollection;
import java.util.Collection;
import java.util.ConcurrentModificationException;
import java.util.Deque;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;

/**
 * A queue with two ends in a ring. TeaVM's own leaves elements out when an iterator has removed one
 * in the middle.
 */
public class ArrayDeque<E> extends AbstractCollection<E> implements Deque<E>, Cloneable {
  private static final int FIRST_CAPACITY = 16;

  private Object[] ring;
  private int head;
  private int size;
  private int first; // the number of the first element, counted from where the ring began

  /** An empty one. */
  public ArrayDeque() {
    this(FIRST_CAPACITY);
  }

  /** An empty one with room for so many. */
  public ArrayDeque(int capacity) {
    ring = new Object[Math.max(1, capacity)];
  }

  /** One with these elements. */
  public ArrayDeque(Collection<? extends E> elements) {
    this(Math.max(FIRST_CAPACITY, elements.size()));
    elements.forEach(this::addLast);
  }

  private int slot(int index) {
    int slot = head + index;
    return slot < ring.length ? slot : slot - ring.length;
  }

  @SuppressWarnings("unchecked") // only elements are put into the ring
  private E at(int index) {
    return (E) ring[slot(index)];
  }

  private void makeRoom() {
    if (size < ring.length) {
      return;
    }
    Object[] larger = new Object[2 * ring.length];
    for (int i = 0; i < size; i++) {
      larger[i] = ring[slot(i)];
    }
    ring = larger;
    head = 0;
  }

  @Override
  public void addFirst(E element) {
    Objects.requireNonNull(element);
    makeRoom();
    head = head == 0 ? ring.length - 1 : head - 1;
    ring[head] = element;
    first--;
    size++;
  }

  @Override
  public void addLast(E element) {
    Objects.requireNonNull(element);
    makeRoom();
    ring[slot(size)] = element;
    size++;
  }

  @Override
  public E pollFirst() {
    if (size == 0) {
      return null;
    }
    E taken = at(0);
    ring[head] = null;
    head = slot(1);
    first++;
    size--;
    return taken;
  }

  @Override
  public E pollLast() {
    if (size == 0) {
      return null;
    }
    E last = at(size - 1);
    ring[slot(size - 1)] = null;
    size--;
    return last;
  }

  private void removeAt(int index) {
    for (int i = index; i < size - 1; i++) {
      ring[slot(i)] = ring[slot(i + 1)];
    }
    ring[slot(size - 1)] = null;
    size--;
  }

  /**
   * Of those that are there when it begins. As with the JDK's, what is added or taken at the ends
   * meanwhile does no harm, unless the next is taken away.
   */
  private final class Elements implements Iterator<E> {
    private final int direction;
    private int left = size;
    private int next; // counted from the first element that was ever there
    private boolean mayRemove;

    Elements(boolean isDescending) {
      direction = isDescending ? -1 : 1;
      next = isDescending ? first + size - 1 : first;
    }

    @Override
    public boolean hasNext() {
      return left > 0;
    }

    @Override
    public E next() {
      if (left <= 0) {
        throw new NoSuchElementException();
      }
      if (next < first || next >= first + size) {
        throw new ConcurrentModificationException();
      }
      E element = at(next - first);
      next += direction;
      left--;
      mayRemove = true;
      return element;
    }

    @Override
    public void remove() {
      if (!mayRemove) {
        throw new IllegalStateException();
      }
      removeAt(next - direction - first);
      next -= direction > 0 ? 1 : 0;
      mayRemove = false;
    }
  }

  @Override
  public Iterator<E> iterator() {
    return new Elements(false);
  }

  @Override
  public Iterator<E> descendingIterator() {
    return new Elements(true);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean isEmpty() {
    return size == 0;
  }

  @Override
  public void clear() {
    for (int i = 0; i < size; i++) {
      ring[slot(i)] = null;
    }
    head = 0;
    size = 0;
  }

  @Override
  public ArrayDeque<E> clone() {
    return new ArrayDeque<>(this);
  }

  @Override
  public boolean offerFirst(E element) {
    addFirst(element);
    return true;
  }

  @Override
  public boolean offerLast(E element) {
    addLast(element);
    return true;
  }

  @Override
  public E removeFirst() {
    return present(pollFirst());
  }

  @Override
  public E removeLast() {
    return present(pollLast());
  }

  @Override
  public E getFirst() {
    return present(peekFirst());
  }

  @Override
  public E getLast() {
    return present(peekLast());
  }

  private static <T> T present(T element) {
    if (element == null) {
      throw new NoSuchElementException();
    }
    return element;
  }

  @Override
  public E peekFirst() {
    return size == 0 ? null : at(0);
  }

  @Override
  public E peekLast() {
    return size == 0 ? null : at(size - 1);
  }

  @Override
  public boolean removeFirstOccurrence(Object element) {
    return removeFrom(iterator(), element);
  }

  @Override
  public boolean removeLastOccurrence(Object element) {
    return removeFrom(descendingIterator(), element);
  }

  private static boolean removeFrom(Iterator<?> elements, Object element) {
    while (elements.hasNext()) {
      if (elements.next().equals(element)) {
        elements.remove();
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean add(E element) {
    addLast(element);
    return true;
  }

  @Override
  public boolean offer(E element) {
    return offerLast(element);
  }

  @Override
  public E remove() {
    return removeFirst();
  }

  @Override
  public E poll() {
    return pollFirst();
  }

  @Override
  public E element() {
    return getFirst();
  }

  @Override
  public E peek() {
    return peekFirst();
  }

  @Override
  public void push(E element) {
    addFirst(element);
  }

  @Override
  public E pop() {
    return removeFirst();
  }

  @Override
  public boolean remove(Object element) {
    return removeFirstOccurrence(element);
  }
}
