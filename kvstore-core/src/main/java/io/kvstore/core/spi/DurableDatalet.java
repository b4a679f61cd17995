package io.kvstore.core.spi;

import io.kvstore.Bytes;
import java.util.function.BiConsumer;

/**
 * A datalet that comes back with what was written to it, and with notes that were taken beside its
 * entries: all of a group, or nothing of it.
 *
 * <p>What is written outside a group is one by itself.
 */
public interface DurableDatalet extends Datalet {
  @Override
  default OnHeap onHeap() {
    return OnHeap.KEYS;
  }

  /** What follows, up to {@link #commit}, comes back together or not at all. */
  void begin();

  /** Ends the group that was begun. */
  void commit();

  /**
   * Takes a note, instead of the one that has this name; an empty text forgets it. Notes are no
   * entries: they are not seen in a scan, and clearing leaves them alone.
   */
  void note(Bytes name, Bytes text);

  /** Shows all notes, in any order. */
  void forEachNote(BiConsumer<Bytes, Bytes> visitor);
}
