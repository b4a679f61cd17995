package io.kvstore.labs.lab1;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.labs.kit.OrderedMember;

/**
 * A primary that copies each write to its backups before it answers (Alsberg and Day 1976;
 * Budhiraja, Marzullo, Schneider and Toueg 1993).
 *
 * <p>Invariant: the log of every backup is a prefix of the primary's, and only what every member
 * holds is performed.
 *
 * <pre>
 *   client        primary           backups
 *     ── write ──▶  │ ── Append ─────▶ │
 *                   │ ◀─── Appended ── │     held by all: committed
 *     ◀─ answer ──  │ ── Committed ──▶ │     now the backups perform it too
 * </pre>
 */
public final class PrimaryBackup extends OrderedMember {
  /** A write with its position, for the log of a backup. */
  record Append(long epoch, Ordered ordered) implements Message {}

  /** The log of the sender is complete up to this position. */
  record Appended(long epoch, long upTo) implements Message {}

  /** What is up to this position may be performed. */
  record Committed(long epoch, long upTo) implements Message {}

  // TO DO: what the primary knows of each backup.

  /** A member that has ordered nothing yet. */
  public PrimaryBackup(Env env) {
    super(env);
  }

  @Override
  protected void onOrdered(Ordered ordered) {
    throw new UnsupportedOperationException(
        "write onOrdered: the primary sends the write to its backups (step 1)");
  }

  @Override
  protected void onProtocolMessage(NodeId from, Message message) {
    throw new UnsupportedOperationException(
        "write onProtocolMessage: what a member does with Append, Appended and Committed (step 1)");
  }

  @Override
  protected void onTick() {
    // TO DO (step 3): say again what may have been lost. Nothing is lost in steps 1 and 2.
  }

  @Override
  protected void onNewView() {
    // TO DO (step 4): begin anew with the members of this view, which all hold the same log.
  }
}
