package io.kvstore.testkit.check;

/**
 * The operations that are open and have no place in the order yet: those that must have one by the
 * time that they return, and those that may have one, because it is unknown whether they took
 * effect, or because they can have had a place where no other could see it.
 *
 * <p>They are bits, of which a search keeps copies: first the places of those that must, then the
 * same places again for those that may although they return, then the places of the unknown.
 */
final class Open {
  private final KeyOperations operations;
  private final int mustWords;
  private final int words;

  /** Who is at which place; it differs from return to return for those that return. */
  private final int[] holder;

  private final int[] unknown;

  /** By key, the places of those whose effect is gone when the key is overwritten. */
  private final long[][] hidden;

  private final int[] hiddenIn;

  private final long[] bits;
  private int opened;

  Open(KeyOperations operations) {
    this.operations = operations;
    mustWords = (operations.places + Long.SIZE - 1) / Long.SIZE;
    words = 2 * mustWords + (operations.unknowns + Long.SIZE - 1) / Long.SIZE;
    holder = new int[mustWords * Long.SIZE];
    unknown = new int[operations.unknowns];
    hidden = new long[operations.parts.slots()][mustWords];
    hiddenIn = new int[mustWords * Long.SIZE];
    bits = new long[words];
  }

  /** The words of bits; the first of them are of those that must have a place. */
  int words() {
    return words;
  }

  int mustWords() {
    return mustWords;
  }

  /** The words themselves. */
  long[] bits() {
    return bits;
  }

  /** How many operations have been opened. */
  int opened() {
    return opened;
  }

  /** The next operation that is open, at or after a bit; its bit, or -1. */
  int next(int from) {
    int word = from >> 6;
    if (word >= words) {
      return -1;
    }
    long rest = bits[word] >>> from << from;
    while (rest == 0) {
      if (++word == words) {
        return -1;
      }
      rest = bits[word];
    }
    return (word << 6) + Long.numberOfTrailingZeros(rest);
  }

  /** Whose bit it is. */
  int operation(int bit) {
    int known = mustWords << 6;
    return bit < known
        ? holder[bit]
        : bit < 2 * known ? holder[bit - known] : unknown[bit - 2 * known];
  }

  /** Opens the next operation: whether it must have a place. */
  void open(boolean must) {
    int operation = opened++;
    int place = operations.place[operation];
    if (!returns(operation)) {
      unknown[place] = operation;
      set(2 * mustWords, place);
      return;
    }
    hold(operation, place);
    set(must ? 0 : mustWords, place);
  }

  /** Opens the next operation, and places it. */
  void openPlaced() {
    int operation = opened++;
    hold(operation, operations.place[operation]);
  }

  /** Whether the operation must have a place by the time that it returns. */
  boolean must(int operation) {
    return returns(operation) && isSet(0, operations.place[operation]);
  }

  /** Whether the operation returns, but need not have a place. */
  boolean may(int operation) {
    return returns(operation) && isSet(mustWords, operations.place[operation]);
  }

  private boolean returns(int operation) {
    return operations.returnOf[operation] != KeyOperations.NEVER;
  }

  /** Takes the operation out. */
  void take(int operation) {
    int place = operations.place[operation];
    if (!returns(operation)) {
      clear(2 * mustWords, place);
    } else {
      clear(0, place);
      clear(mustWords, place);
    }
  }

  /** Says that an operation that may have a place must have one. */
  void insist(int operation) {
    clear(mustWords, operations.place[operation]);
    set(0, operations.place[operation]);
  }

  /** Says that an operation need not have a place. */
  void excuse(int operation) {
    clear(0, operations.place[operation]);
    set(mustWords, operations.place[operation]);
  }

  /** A key is overwritten: what others did to it blindly may have happened just before. */
  void excuseHidden(int slot) {
    for (int word = 0; word < mustWords; word++) {
      long excused = bits[word] & hidden[slot][word];
      bits[word] ^= excused;
      bits[mustWords + word] |= excused;
    }
  }

  /** Whether an operation that must have a place did something blindly to the key. */
  boolean anyHidden(int slot) {
    for (int word = 0; word < mustWords; word++) {
      if ((bits[word] & hidden[slot][word]) != 0) {
        return true;
      }
    }
    return false;
  }

  /** Back to the bits that there were when so many operations were opened. */
  void rewind(long[] copies, int at, int openedThen) {
    System.arraycopy(copies, at, bits, 0, words);
    while (opened > openedThen) {
      int operation = --opened;
      if (operations.before[operation] != KeyOperations.NOBODY) {
        hold(operations.before[operation], operations.place[operation]);
      }
    }
  }

  private void hold(int operation, int place) {
    holder[place] = operation;
    hidden[hiddenIn[place]][place >> 6] &= ~(1L << place);
    int slot = operations.hiddenIn[operation];
    if (slot != KeyOperations.NOWHERE) {
      hidden[slot][place >> 6] |= 1L << place;
      hiddenIn[place] = slot;
    }
  }

  private boolean isSet(int firstWord, int place) {
    return (bits[firstWord + (place >> 6)] & 1L << place) != 0;
  }

  private void set(int firstWord, int place) {
    bits[firstWord + (place >> 6)] |= 1L << place;
  }

  private void clear(int firstWord, int place) {
    bits[firstWord + (place >> 6)] &= ~(1L << place);
  }
}
