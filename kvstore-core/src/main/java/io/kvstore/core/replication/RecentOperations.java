package io.kvstore.core.replication;

import io.kvstore.core.spi.Ordered;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.List;

/** The last operations that were performed, as many as are kept for a member that comes back. */
public final class RecentOperations {
  /** How much is kept for a member that comes back with a part of what the others have. */
  static final int KEPT_FOR_RETURNING = 1_000;

  private final int limit;
  private final long bytesLimit;
  private final ArrayDeque<Ordered> operations = new ArrayDeque<>();
  private long bytes;

  /** None yet; never more than so many, and so many bytes. */
  public RecentOperations(int limit, long bytesLimit) {
    this.limit = limit;
    this.bytesLimit = bytesLimit;
  }

  /** Adds the next one. */
  public void add(Ordered ordered) {
    operations.addLast(ordered);
    bytes += Footprint.of(ordered);
    while (operations.size() > limit || (bytes > bytesLimit && operations.size() > 1)) {
      bytes -= Footprint.of(operations.removeFirst());
    }
  }

  /** Takes over another member's, instead of these. */
  public void replaceBy(Collection<Ordered> others) {
    operations.clear();
    bytes = 0;
    others.forEach(this::add);
  }

  /** All of them, the oldest first. */
  public List<Ordered> all() {
    return List.copyOf(operations);
  }
}
