package io.kvstore.core.spi;

import io.kvstore.NodeId;
import io.kvstore.spi.Answer.Pair;
import java.util.AbstractList;

/**
 * All entries of one member as they were at one moment, of which only the number is known here. A
 * member that needs them asks for them in chunks, and hands them to its datalet from where those
 * were put aside.
 *
 * <p>It stands for itself: two are never equal. So it names one copy among all that there ever are.
 */
public final class RemoteEntries extends AbstractList<Pair> {
  private final NodeId source;
  private final int size;
  private final long fingerprint;

  /**
   * The entries of a member.
   *
   * @param fingerprint the same for the same entries; 0 when that is not known
   */
  public RemoteEntries(NodeId source, int size, long fingerprint) {
    this.source = source;
    this.size = size;
    this.fingerprint = fingerprint;
  }

  /** Whose entries they are. */
  public NodeId source() {
    return source;
  }

  /** The same for the same entries; 0 when that is not known. */
  public long fingerprint() {
    return fingerprint;
  }

  /** Whether they are known to be the same entries as others. */
  public boolean areSameAs(RemoteEntries others) {
    return equals(others)
        || (fingerprint != 0 && fingerprint == others.fingerprint && size == others.size);
  }

  @Override
  public Pair get(int index) {
    throw new UnsupportedOperationException(
        "entry " + index + " of " + source + " is not here: it has to be asked for");
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public boolean equals(Object other) {
    return this == other;
  }

  @Override
  public int hashCode() {
    return System.identityHashCode(this);
  }

  @Override
  public String toString() {
    return size + " entries of " + source;
  }
}
