package io.kvstore.testkit.check;

import io.kvstore.testkit.history.Kind;
import java.util.Arrays;

/** Which value each operation of a search needs of one key, and which one it makes. */
final class Demands {
  final int[] needs;
  final int[] makes;

  /** Whether values grow: what is needed and made are then beginnings of the values. */
  final boolean grows;

  /** Whether it cannot be said beforehand which values are made. */
  final boolean isOpen;

  private Demands(int[] needs, int[] makes, boolean grows, boolean isOpen) {
    this.needs = needs;
    this.makes = makes;
    this.grows = grows;
    this.isOpen = isOpen;
  }

  /** The demands on each key. */
  static Demands[] of(Parts parts, Memory.Share memory) {
    boolean[] grows = new boolean[parts.slots()];
    boolean[] counts = new boolean[parts.slots()];
    for (int part = 0; part < parts.kind.length; part++) {
      grows[parts.slot[part]] |= parts.kind[part] == Kind.APPEND;
      counts[parts.slot[part]] |= parts.kind[part] == Kind.ADD;
    }
    Demands[] demands = new Demands[parts.slots()];
    for (int slot = 0; slot < parts.slots(); slot++) {
      demands[slot] =
          parts.isOfOneKey()
              ? new Demands(parts.needs, parts.makes, grows[slot], counts[slot])
              : of(parts, slot, grows[slot], counts[slot], memory);
    }
    return demands;
  }

  private static Demands of(
      Parts parts, int slot, boolean grows, boolean counts, Memory.Share memory) {
    int count = parts.first.length - 1;
    memory.takeArray(count, 2 * Integer.BYTES);
    int[] needs = new int[count];
    int[] makes = new int[count];
    Arrays.fill(needs, Parts.NO_VALUE);
    Arrays.fill(makes, Parts.NO_VALUE);
    boolean isOpen = counts;
    for (int i = 0; i < count; i++) {
      boolean isFirst = true;
      for (int part = parts.first[i]; part < parts.first[i + 1]; part++) {
        if (parts.slot[part] == slot) {
          needs[i] = isFirst ? parts.needs[part] : needs[i];
          // A cas after another change may take place or not: one of two values is made.
          isOpen |= !isFirst && parts.kind[part] == Kind.CAS && !parts.pure[part];
          makes[i] = parts.makes[part] == Parts.NO_VALUE ? makes[i] : parts.makes[part];
          isFirst = false;
        }
      }
      if (needs[i] == makes[i] && !grows) {
        makes[i] = Parts.NO_VALUE;
      }
    }
    return new Demands(needs, makes, grows, isOpen);
  }
}
