package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import java.util.Arrays;

/**
 * The operations of a history, key by key: a counting sort, which keeps the order within a key.
 *
 * <p>Keys may also be taken together, where operations on several of them take effect at one
 * moment.
 */
final class ByKey {
  private final int[] operations;
  private final int[] beginnings;
  private final int[] keys;
  private final int count;

  /** By key: itself, or one of those that it belongs to. Empty if each key is on its own. */
  private final int[] representative;

  /** By representative. */
  private final boolean[] together;

  /** Each key on its own. */
  ByKey(History history) {
    this(history, new int[0], new boolean[0]);
  }

  private ByKey(History history, int[] representative, boolean[] together) {
    this.representative = representative;
    this.together = together;
    int size = history.size();
    int[] numberOf = new int[history.values().size()];
    int[] sizes = new int[16];
    int[] found = new int[16];
    int known = 0;
    for (int i = 0; i < size; i++) {
      int key = representative(history.key(i));
      if (numberOf[key] == 0) {
        if (known == found.length) {
          found = Arrays.copyOf(found, known * 2);
          sizes = Arrays.copyOf(sizes, known * 2);
        }
        found[known] = key;
        numberOf[key] = ++known;
      }
      sizes[numberOf[key] - 1]++;
    }
    count = known;
    keys = found;
    beginnings = sizes;
    for (int i = 1; i < known; i++) {
      beginnings[i] += beginnings[i - 1];
    }
    operations = new int[size];
    for (int i = size - 1; i >= 0; i--) {
      operations[--beginnings[numberOf[representative(history.key(i))] - 1]] = i;
    }
    // Filled from behind, each of them has become the beginning.
  }

  /** Keys together that the groups of the history connect. */
  static ByKey connected(History history) {
    if (!history.hasGroups()) {
      return new ByKey(history);
    }
    int[] representative = new int[history.values().size()];
    boolean[] together = new boolean[representative.length];
    for (int key = 0; key < representative.length; key++) {
      representative[key] = key;
    }
    int last = -1;
    for (int i = 0; i < history.size(); i++) {
      if (Parts.matters(history, i)) {
        if (last >= 0 && Parts.isOfGroup(history, i, last)) {
          int root = find(representative, history.key(i));
          together[root] = true;
          representative[root] = find(representative, history.key(last));
        }
        last = i;
      }
    }
    for (int key = 0; key < representative.length; key++) {
      int root = find(representative, key);
      together[root] |= together[key];
      representative[key] = root;
    }
    return new ByKey(history, representative, together);
  }

  /** How many keys there are; those that belong together count as one. */
  int count() {
    return count;
  }

  /** The value of a key; of those that belong together one. */
  int key(int number) {
    return keys[number];
  }

  /** Whether some operations on the key are parts of one that takes effect at one moment. */
  boolean isTogether(int number) {
    return together.length > 0 && together[keys[number]];
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

  private int representative(int key) {
    return representative.length == 0 ? key : representative[key];
  }

  private static int find(int[] representative, int key) {
    int at = key;
    while (representative[at] != at) {
      representative[at] = representative[representative[at]];
      at = representative[at];
    }
    return at;
  }
}
