package io.kvstore.labs.lab2;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.labs.kit.ProposingMember;
import java.util.List;

/**
 * One order of all requests without a leader, by clocks that count (Lamport 1978).
 *
 * <p>Invariant: whatever one member has performed, every member holds, and performs in the same
 * order.
 *
 * <pre>
 *   client     member a          member b          member c
 *    ─ op ──▶  │ ── Proposed ─────▶ │                 │
 *              │ ── Proposed ─────────────────────────▶ │
 *              │ ◀─ Acknowledged ── │ ─ Acknowledged ─▶ │   to all, by each
 *              │ ◀─ Acknowledged ───────────────────── │
 *    ◀ answer  │                  │                 │
 * </pre>
 */
public final class TotalOrder extends ProposingMember {
  /**
   * The sender has the proposal with this stamp, and its clock shows a count: whatever it proposes
   * from now on has a higher one.
   */
  record Acknowledged(long epoch, long stamp, long count) implements Message {}

  // TO DO: the clock, the proposals that are not performed, and who has acknowledged them.

  /** A member that has proposed nothing yet. */
  public TotalOrder(Env env) {
    super(env);
  }

  @Override
  protected long nextCount() {
    throw new UnsupportedOperationException(
        "write nextCount: an event of this member, which its clock counts (step 1)");
  }

  @Override
  protected void onOwnProposal(Proposed own) {
    throw new UnsupportedOperationException(
        "write onOwnProposal: the proposal waits for its turn, and all others get it (step 1)");
  }

  @Override
  protected void onProtocolMessage(NodeId from, Message message) {
    throw new UnsupportedOperationException(
        "write onProtocolMessage: what a member does with Proposed and Acknowledged (step 1)");
  }

  @Override
  protected List<Proposed> pending() {
    return List.of(); // TO DO (step 4): what the next view must not lose
  }

  @Override
  protected long count() {
    return 0; // TO DO (step 4): the clock
  }

  @Override
  protected void onNewView(long count) {
    // TO DO (step 4): nothing is pending in the next view, and no clock goes back.
  }
}
