package io.kvstore;

/**
 * The operation was answered, but the store's codec cannot decode a key or a value in the answer:
 * other bytes stand there than the codec writes.
 *
 * <p>The outcome is known exactly. {@link #mayHaveBeenApplied()} is true when a write has been
 * applied (for instance {@code getAndPut}, where the old value cannot be decoded), and false when
 * nothing was changed: for reads, watches, and writes whose condition did not hold. A store with
 * {@link Codecs#BYTES} reads what is there.
 */
public final class UndecodableException extends KVStoreException {
  private static final long serialVersionUID = 1L;

  private final boolean wasApplied;

  /** With what cannot be decoded, whether the write has been applied, and what the codec threw. */
  public UndecodableException(String message, boolean wasApplied, Throwable cause) {
    super(message, cause);
    this.wasApplied = wasApplied;
  }

  @Override
  public boolean mayHaveBeenApplied() {
    return wasApplied;
  }
}
