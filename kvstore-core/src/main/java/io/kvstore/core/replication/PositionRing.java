package io.kvstore.core.replication;

import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Values by position, where the positions in use lie close together: a ring that grows when two of
 * them would share a slot.
 *
 * <p>Writing a reference to a new object into an array that has survived collections costs a fence:
 * so the array is replaced by a new one now and then.
 *
 * @param <T> the type of values
 */
public final class PositionRing<T> {
  private static final int FIRST_CAPACITY = 16;
  private static final int LEAST_LIFE = 1 << 12; // of an array, in values

  private long[] positions = new long[FIRST_CAPACITY];
  private @Nullable Object[] values = new @Nullable Object[FIRST_CAPACITY];
  private int left = LEAST_LIFE;

  /** Empty. */
  public PositionRing() {}

  /** Sets the value of a position. */
  public void put(long position, T value) {
    while (values[slot(position)] != null && positions[slot(position)] != position) {
      grow();
    }
    if (--left <= 0) {
      values = values.clone();
      left = Math.max(LEAST_LIFE, values.length);
    }
    positions[slot(position)] = position;
    values[slot(position)] = value;
  }

  /** The value of a position, null when it has none. */
  @SuppressWarnings("unchecked") // only put() sets values
  public @Nullable T get(long position) {
    return positions[slot(position)] == position ? (T) values[slot(position)] : null;
  }

  /** Takes the value of a position away and returns it, null when it had none. */
  public @Nullable T remove(long position) {
    T value = get(position);
    if (value != null) {
      values[slot(position)] = null;
    }
    return value;
  }

  /** Takes all values away. */
  public void clear() {
    Arrays.fill(values, null);
  }

  /** How many values there are. */
  public int size() {
    return (int) Arrays.stream(values).filter(Objects::nonNull).count();
  }

  private int slot(long position) {
    return (int) (position & (values.length - 1));
  }

  private void grow() {
    long[] oldPositions = positions;
    @Nullable Object[] oldValues = values;
    positions = new long[oldPositions.length * 2];
    values = new @Nullable Object[oldValues.length * 2];
    for (int i = 0; i < oldValues.length; i++) {
      if (oldValues[i] != null) {
        positions[slot(oldPositions[i])] = oldPositions[i];
        values[slot(oldPositions[i])] = oldValues[i];
      }
    }
  }
}
