package io.kvstore.core.spi;

import io.kvstore.spi.Operation;

/**
 * An operation with its place: what a replica performs.
 *
 * @param position its place in the group's order, which becomes the version of what it writes
 * @param time when it happens, in nanoseconds since 1970: never before the time of its predecessor
 * @param client whose request it is
 * @param sequence which of that client's requests it is
 * @param operation what is to be done
 */
public record Ordered(long position, long time, int client, long sequence, Operation operation) {
  /** The same at another place. */
  public Ordered movedTo(long newPosition) {
    return new Ordered(newPosition, time, client, sequence, operation);
  }

  /** The client of operations that no client asked for. */
  public static final int NOBODY = -1;
}
