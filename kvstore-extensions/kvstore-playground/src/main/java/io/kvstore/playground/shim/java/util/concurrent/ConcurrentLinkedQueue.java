package io.kvstore.playground.shim.java.util.concurrent;

import java.util.AbstractQueue;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Objects;

/** A queue that may be changed while it is gone through. */
public class ConcurrentLinkedQueue<E> extends AbstractQueue<E> {
  private final List<E> elements = new ArrayList<>();
  private int head;

  /** An empty one. */
  public ConcurrentLinkedQueue() {}

  /** One with these elements. */
  public ConcurrentLinkedQueue(Collection<? extends E> elements) {
    addAll(elements);
  }

  @Override
  public boolean offer(E element) {
    elements.add(Objects.requireNonNull(element));
    return true;
  }

  @Override
  public E poll() {
    if (isEmpty()) {
      return null;
    }
    E first = elements.set(head, null);
    head++;
    if (head > 32 && head > elements.size() / 2) {
      elements.subList(0, head).clear();
      head = 0;
    }
    return first;
  }

  @Override
  public E peek() {
    return isEmpty() ? null : elements.get(head);
  }

  @Override
  public int size() {
    return elements.size() - head;
  }

  @Override
  public boolean isEmpty() {
    return head == elements.size();
  }

  @Override
  public boolean remove(Object element) {
    int index = elements.subList(head, elements.size()).indexOf(element);
    if (index >= 0) {
      elements.remove(head + index);
    }
    return index >= 0;
  }

  /** Of the elements that were there when it began; those that it removes are removed. */
  @Override
  public Iterator<E> iterator() {
    Iterator<E> present = new ArrayList<>(elements.subList(head, elements.size())).iterator();
    return new Iterator<>() {
      private E last;

      @Override
      public boolean hasNext() {
        return present.hasNext();
      }

      @Override
      public E next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        last = present.next();
        return last;
      }

      @Override
      public void remove() {
        if (last == null) {
          throw new IllegalStateException();
        }
        for (int i = head; i < elements.size(); i++) {
          if (elements.get(i) == last) {
            elements.remove(i);
            break;
          }
        }
        last = null;
      }
    };
  }
}
