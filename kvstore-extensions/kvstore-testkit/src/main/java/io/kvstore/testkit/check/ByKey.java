package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import java.util.Arrays;

/** The operations of a history, key by key: a counting sort, which keeps the order within a key. */
final class ByKey {
  private final int[] operations;
  private final int[] beginnings;
  private final int[] keys;
  private final int count;

  ByKey(History history) {
    int size = history.size();
    int[] keyOf = new int[history.values().size()];
    int[] sizes = new int[16];
    int[] found = new int[16];
    int known = 0;
    for (int i = 0; i < size; i++) {
      int key = history.key(i);
      if (keyOf[key] == 0) {
        if (known == found.length) {
          found = Arrays.copyOf(found, known * 2);
          sizes = Arrays.copyOf(sizes, known * 2);
        }
        found[known] = key;
        keyOf[key] = ++known;
      }
      sizes[keyOf[key] - 1]++;
    }
    count = known;
    keys = found;
    beginnings = sizes;
    for (int i = 1; i < known; i++) {
      beginnings[i] += beginnings[i - 1];
    }
    operations = new int[size];
    for (int i = size - 1; i >= 0; i--) {
      operations[--beginnings[keyOf[history.key(i)] - 1]] = i;
    }
    // Filled from behind, each of them has become the beginning.
  }

  /** How many keys there are. */
  int count() {
    return count;
  }

  /** The value of a key. */
  int key(int number) {
    return keys[number];
  }

  /** The operations of all keys. */
  int[] operations() {
    return operations;
  }

  /** Where the operations of a key begin. */
  int from(int key) {
    return beginnings[key];
  }

  /** Where the operations of a key end. */
  int to(int key) {
    return key + 1 < count ? beginnings[key + 1] : operations.length;
  }
}
