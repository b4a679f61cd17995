package io.kvstore.spi;

import io.kvstore.Bytes;
import org.jspecify.annotations.Nullable;

/** What must hold of an entry for a write to take place. */
public sealed interface Condition {
  /** Holds always. */
  Condition ALWAYS = new Always();

  /** Holds when there is no entry. */
  Condition ABSENT = new Absent();

  /** Holds when there is an entry. */
  Condition PRESENT = new Present();

  /** Whether it holds of the entry; null stands for none. */
  boolean holdsFor(@Nullable Entry entry);

  /** Nothing is asked. */
  record Always() implements Condition {
    @Override
    public boolean holdsFor(@Nullable Entry entry) {
      return true;
    }
  }

  /** There must be no entry. */
  record Absent() implements Condition {
    @Override
    public boolean holdsFor(@Nullable Entry entry) {
      return entry == null;
    }
  }

  /** There must be an entry. */
  record Present() implements Condition {
    @Override
    public boolean holdsFor(@Nullable Entry entry) {
      return entry != null;
    }
  }

  /**
   * The entry must have this version.
   *
   * @param version the version
   */
  record VersionIs(long version) implements Condition {
    @Override
    public boolean holdsFor(@Nullable Entry entry) {
      return entry != null && entry.version() == version;
    }
  }

  /**
   * The entry must have this value.
   *
   * @param value the value
   */
  record ValueIs(Bytes value) implements Condition {
    @Override
    public boolean holdsFor(@Nullable Entry entry) {
      return entry != null && !entry.isTombstone() && value.equals(entry.presentValue());
    }
  }
}
