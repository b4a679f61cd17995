package io.kvstore;

/**
 * The value of a key was to be loaded, and another caller's loader, for whose value this caller has
 * waited, has failed. The cause is what it threw. See {@link KVStore#getOrLoad}.
 */
public final class LoadException extends KVStoreException {
  private static final long serialVersionUID = 1L;

  private final boolean mayHaveBeenApplied;

  /** With what was to be loaded, and what has happened instead. */
  public LoadException(String message, Throwable cause) {
    super(message, cause);
    mayHaveBeenApplied = cause instanceof KVStoreException known && known.mayHaveBeenApplied();
  }

  @Override
  public boolean mayHaveBeenApplied() {
    return mayHaveBeenApplied;
  }
}
