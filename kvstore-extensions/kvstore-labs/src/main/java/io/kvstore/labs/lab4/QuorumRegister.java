package io.kvstore.labs.lab4;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.labs.kit.Call;
import io.kvstore.labs.kit.RegisterMember;
import java.util.Map;

/**
 * Each key is a register, which any member reads and writes with a majority (Attiya, Bar-Noy and
 * Dolev, JACM 1995; for writes that depend on what is there Rystsov, CASPaxos, 2018).
 *
 * <p>Invariant: what a majority has accepted with one ballot is chosen, and whatever is accepted
 * with a higher one was made of it: for that has the promises of a majority, too, and any two
 * majorities share a member.
 *
 * <pre>
 *   client       any member          a majority
 *     ── asks ───▶ │ ── Prepare ─────▶ │    promises to accept nothing below this ballot
 *                  │ ◀──── Promised ── │    what it has accepted: of the latest the next is made
 *                  │ ── Accept ──────▶ │    unless it has promised more by now
 *     ◀─ answer ── │ ◀───── Accepts ── │    chosen
 * </pre>
 */
public final class QuorumRegister extends RegisterMember {
  /** Will the receiver accept nothing below this ballot any more? */
  record Prepare(long epoch, Bytes key, long ballot) implements Message {}

  /** It will not; this it has accepted. A key that has no register has an empty state, ballot 0. */
  record Promised(long epoch, Bytes key, long ballot, Accepted accepted) implements Message {}

  /** A state, to be accepted with its ballot. */
  record Accept(long epoch, Bytes key, Accepted proposal) implements Message {}

  /** The sender has accepted what was proposed with this ballot. */
  record Accepts(long epoch, Bytes key, long ballot) implements Message {}

  /** The sender has promised more, and does neither. */
  record Refused(long epoch, Bytes key, long ballot, long promised) implements Message {}

  // TO DO: what this member has promised and accepted for each key,
  // and for each call that is under way who has promised and who has accepted.

  /** A member that has accepted nothing yet. */
  public QuorumRegister(Env env) {
    super(env);
  }

  @Override
  protected void begin(Call call) {
    throw new UnsupportedOperationException(
        "write begin: a new ballot, for which all members are asked to promise (step 1)");
  }

  @Override
  protected void onProtocolMessage(NodeId from, Message message) {
    throw new UnsupportedOperationException(
        "write onProtocolMessage: what is promised, accepted and refused, and what follows (step 1)");
  }

  @Override
  protected void onTick(Call call) {
    // TO DO (step 3): ask again those that have not answered.
  }

  @Override
  protected Map<Bytes, Accepted> accepted() {
    return Map.of(); // TO DO (step 4): what the next view must know of
  }

  @Override
  protected void onNewView(Map<Bytes, Accepted> latest) {
    // TO DO (step 4): registers begin with this.
  }
}
