package io.kvstore.testkit.check;

import io.kvstore.testkit.history.Kind;

/** Which value each operation of a search needs of one key, and which one it makes. */
final class Demands {
  final int[] needs;
  final int[] makes;

  /** The value in which it can be placed, if it does not have to be. */
  final int[] waitsFor;

  /** The value in which it cannot be placed, or not without changing it. */
  final int[] avoids;

  /** Whether it only makes its value where the one that it waits for is there. */
  final boolean[] optional;

  /** Whether values grow: what is needed and made are then beginnings of the values. */
  final boolean grows;

  /** Whether it cannot be said beforehand which values are made. */
  final boolean isOpen;

  private Demands(
      int[] needs,
      int[] makes,
      int[] waitsFor,
      int[] avoids,
      boolean[] optional,
      boolean grows,
      boolean isOpen) {
    this.needs = needs;
    this.makes = makes;
    this.waitsFor = waitsFor;
    this.avoids = avoids;
    this.optional = optional;
    this.grows = grows;
    this.isOpen = isOpen;
  }

  /** The demands on each key. */
  static Demands[] of(Parts parts, Memory.Share memory) {
    boolean[] grows = new boolean[parts.slots()];
    boolean[] isOpen = new boolean[parts.slots()];
    for (int part = 0; part < parts.kind.length; part++) {
      Kind kind = parts.kind[part];
      grows[parts.slot[part]] |= kind == Kind.APPEND;
      isOpen[parts.slot[part]] |= kind == Kind.ADD || (parts.optional[part] && !parts.isOfOneKey());
    }
    Demands[] demands = new Demands[parts.slots()];
    for (int slot = 0; slot < demands.length; slot++) {
      demands[slot] =
          parts.isOfOneKey()
              ? new Demands(
                  parts.needs,
                  parts.makes,
                  parts.waitsFor,
                  parts.avoids,
                  parts.optional,
                  grows[slot],
                  isOpen[slot])
              : of(parts, slot, grows[slot], isOpen[slot], memory);
    }
    return demands;
  }

  private static Demands of(
      Parts parts, int slot, boolean grows, boolean isOpen, Memory.Share memory) {
    int count = parts.first.length - 1;
    memory.takeArray(count, 6 * Integer.BYTES);
    int[] needs = new int[count];
    int[] makes = new int[count];
    int[] waitsFor = new int[count];
    int[] avoids = new int[count];
    boolean isSeveral = false;
    for (int i = 0; i < count; i++) {
      needs[i] = Parts.NO_VALUE;
      makes[i] = Parts.NO_VALUE;
      waitsFor[i] = Parts.NO_VALUE;
      avoids[i] = Parts.NO_VALUE;
      boolean isFirst = true;
      for (int part = parts.first[i]; part < parts.first[i + 1]; part++) {
        if (parts.slot[part] == slot) {
          needs[i] = parts.needs[part];
          makes[i] = parts.makes[part];
          waitsFor[i] = parts.waitsFor[part];
          avoids[i] = parts.avoids[part];
          isSeveral |= !isFirst;
          isFirst = false;
        }
      }
    }
    return new Demands(
        needs, makes, waitsFor, avoids, new boolean[count], grows, isOpen || isSeveral);
  }
}
