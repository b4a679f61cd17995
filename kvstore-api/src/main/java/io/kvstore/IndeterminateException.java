package io.kvstore;

import org.jspecify.annotations.Nullable;

/**
 * No answer came, and the operation may or may not have been applied, now or later: its time ran
 * out, the caller was interrupted, or the replica that held it was lost. Read the key to find out;
 * repeat the operation only if applying it twice does no harm.
 */
public final class IndeterminateException extends KVStoreException {
  private static final long serialVersionUID = 1L;

  /** With what happened, and what to do. */
  public IndeterminateException(String message) {
    super(message);
  }

  /** With the cause, if there is one. */
  public IndeterminateException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  @Override
  public boolean mayHaveBeenApplied() {
    return true;
  }
}
