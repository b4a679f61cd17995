package io.kvstore;

/**
 * The write was refused at the edge and certainly not applied: the store holds as much as it may.
 * Reads and removals go on. Remove something, or raise {@link Limits#heldBytes()}.
 */
public final class FullException extends KVStoreException {
  private static final long serialVersionUID = 1L;

  /** With the limit that was reached. */
  public FullException(String message) {
    super(message);
  }

  @Override
  public boolean mayHaveBeenApplied() {
    return false;
  }
}
