package io.kvstore.playground.shim.java.util.concurrent;

import java.util.AbstractSet;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The keys of a map of which only the keys count. */
@SuppressWarnings("UnusedTypeParameter") // it has the name and the form of the JDK's in class files
public final class ConcurrentHashMap$KeySetView<K, V> extends AbstractSet<K> {
  private final Map<K, Boolean> map = new ConcurrentHashMap<>();

  /** An empty set. */
  public static <K> ConcurrentHashMap$KeySetView<K, Boolean> empty() {
    return new ConcurrentHashMap$KeySetView<>();
  }

  private ConcurrentHashMap$KeySetView() {}

  @Override
  public boolean add(K key) {
    return map.put(key, true) == null;
  }

  @Override
  public boolean remove(Object key) {
    return map.remove(key) != null;
  }

  @Override
  public boolean contains(Object key) {
    return map.containsKey(key);
  }

  @Override
  public void clear() {
    map.clear();
  }

  /** Of those that are there when it begins: TeaVM's maps must not change meanwhile. */
  @Override
  public Iterator<K> iterator() {
    Iterator<K> present = new ArrayList<>(map.keySet()).iterator();
    return new Iterator<>() {
      private K last;

      @Override
      public boolean hasNext() {
        return present.hasNext();
      }

      @Override
      public K next() {
        last = present.next();
        return last;
      }

      @Override
      public void remove() {
        map.remove(last);
      }
    };
  }

  @Override
  public int size() {
    return map.size();
  }
}
