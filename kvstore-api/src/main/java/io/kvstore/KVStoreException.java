package io.kvstore;

import org.jspecify.annotations.Nullable;

/**
 * An operation that gave its caller no answer. Each subclass is one honest outcome; its message
 * says what happened and what can be done.
 */
public abstract sealed class KVStoreException extends RuntimeException
    permits UnavailableException,
        FullException,
        OverloadedException,
        IndeterminateException,
        NotANumberException,
        LoadException,
        UndecodableException {
  private static final long serialVersionUID = 1L;

  KVStoreException(String message) {
    super(message);
  }

  KVStoreException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Whether the operation may have taken effect, or may yet. When false, it certainly has not and
   * never will.
   */
  public abstract boolean mayHaveBeenApplied();
}
