package io.kvstore.labs.lab3;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.labs.kit.CausalMember;
import io.kvstore.spi.VectorClock;

/**
 * Every member takes writes and tells the others; a write is shown nowhere before what it depends
 * on (Birman, Schiper and Stephenson 1991; Ahamad, Neiger, Burns, Kohli and Hutto 1995).
 *
 * <p>Invariant: a member has delivered everything that any write it has delivered depends on.
 *
 * <pre>
 *   session          member a                member b
 *     ── write ────▶ │ ── Write, context ──▶ │   waits until everything
 *     ◀─ answer ──── │ ◀───────── Received ─ │   in its context is delivered
 * </pre>
 */
public final class CausalBroadcast extends CausalMember {
  /** The sender has delivered so many writes of the receiver. */
  record Received(long epoch, long upTo) implements Message {}

  // TO DO: what is delivered, which writes wait, and what others have not received.

  /** A member that has seen nothing yet. */
  public CausalBroadcast(Env env) {
    super(env);
  }

  @Override
  protected VectorClock beginWrite() {
    throw new UnsupportedOperationException(
        "write beginWrite: one more write of this member, with all that it depends on (step 1)");
  }

  @Override
  protected void onOwnWrite(Write own) {
    throw new UnsupportedOperationException(
        "write onOwnWrite: the others get what was written here (step 1)");
  }

  @Override
  protected void onProtocolMessage(NodeId from, Message message) {
    throw new UnsupportedOperationException(
        "write onProtocolMessage: a Write is delivered once all it depends on is (steps 1 and 2)");
  }

  @Override
  protected boolean onTick() {
    return false; // TO DO (step 3): say again what others have not received.
  }

  @Override
  protected VectorClock delivered() {
    return VectorClock.ZERO; // TO DO (step 1)
  }

  @Override
  protected void onNewView(VectorClock delivered) {
    // TO DO (step 4): all of this is delivered here now.
  }
}
