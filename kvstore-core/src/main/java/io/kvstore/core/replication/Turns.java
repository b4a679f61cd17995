package io.kvstore.core.replication;

/** In which order what members do comes to each of them: by that a watch knows what it has seen. */
public enum Turns {
  /** There is one order of all that is done. */
  OF_ALL,
  /** What a member writes comes as it wrote it; also by a copy, which has all that was before. */
  OF_WRITERS,
  /** The same, but members repair each other's entries: so one may come before its turn. */
  OF_WRITERS_WITH_REPAIRS,
  /**
   * What a member tells comes as it told it, and another may have written it: its version is older.
   */
  OF_TELLERS
}
