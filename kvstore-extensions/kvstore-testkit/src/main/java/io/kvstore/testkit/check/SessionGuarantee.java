package io.kvstore.testkit.check;

import java.util.Locale;

/**
 * What a session may rely on, whichever replicas it talks to: the guarantees of Terry, Demers,
 * Petersen, Spreitzer, Theimer and Welch, "Session guarantees for weakly consistent replicated
 * data" (PDIS 1994). Whatever is causal has all four, and so has whatever is sequential.
 */
public enum SessionGuarantee {
  /** A session sees what it wrote, or something newer. */
  READ_YOUR_WRITES,

  /** A session sees what it has read, or something newer. */
  MONOTONIC_READS,

  /**
   * A session that sees another's write sees what the session wrote before it, or something newer.
   */
  MONOTONIC_WRITES,

  /** A session that sees another's write sees what the session had read before it, or newer. */
  WRITES_FOLLOW_READS;

  /** The name in words: "read your writes". */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}
