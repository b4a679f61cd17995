package io.kvstore.testkit.explore;

/** Hashes of 64 bits, of which two that are different differ but by an accident. */
final class Hashes {
  private static final long OFFSET = 0xcbf29ce484222325L; // of FNV-1a, as the next
  private static final long PRIME = 0x100000001b3L;

  private Hashes() {}

  static long of(String text) {
    long hash = OFFSET;
    for (int i = 0; i < text.length(); i++) {
      hash = (hash ^ text.charAt(i)) * PRIME;
    }
    return mixed(hash);
  }

  /** What comes after something else: the order counts. */
  static long then(long before, long next) {
    return mixed(before * PRIME + next);
  }

  /** Every bit of the number counts for every bit of what comes of it (the end of SplitMix64). */
  static long mixed(long number) {
    long hash = number;
    hash = (hash ^ (hash >>> 30)) * 0xbf58476d1ce4e5b9L;
    hash = (hash ^ (hash >>> 27)) * 0x94d049bb133111ebL;
    return hash ^ (hash >>> 31);
  }
}
