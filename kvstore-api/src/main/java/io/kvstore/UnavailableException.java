package io.kvstore;

import org.jspecify.annotations.Nullable;

/**
 * The operation was refused and certainly not applied: the replicas that it needs cannot be
 * reached, or did not have what it depends on in time. It is safe to try again.
 */
public final class UnavailableException extends KVStoreException {
  private static final long serialVersionUID = 1L;

  /** With what could not be reached, and what to do. */
  public UnavailableException(String message) {
    super(message);
  }

  /** With the cause, if there is one. */
  public UnavailableException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public boolean mayHaveBeenApplied() {
    return false;
  }
}
