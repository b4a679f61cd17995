package io.kvstore.core.storage;

import java.util.AbstractList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A list whose size is known, and whose elements are made when the first of them is asked for. */
final class LaterList<E> extends AbstractList<E> {
  private final int size;
  private final Supplier<List<E>> maker;
  private @Nullable List<E> made;

  LaterList(int size, Supplier<List<E>> maker) {
    this.size = size;
    this.maker = maker;
  }

  @Override
  public E get(int index) {
    List<E> elements = made;
    if (elements == null) {
      elements = maker.get();
      made = elements;
    }
    return elements.get(index);
  }

  @Override
  public int size() {
    return size;
  }
}
