package io.kvstore.labs.lab5;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.labs.kit.ElectionMember;

/**
 * Who leads a group, term by term (Ongaro and Ousterhout, USENIX ATC 2014, 5.1 and 5.2).
 *
 * <p>Invariant: a member votes once in a term, and who leads has the votes of a majority. So a term
 * has one leader at the most: any two majorities share a member.
 *
 * <pre>
 *   candidate                           others
 *     │ ── RequestVote, in a new term ───▶ │
 *     │ ◀──────────────────────── Vote ─── │   once in a term
 *   leads
 *     │ ── Heartbeat ────────────────────▶ │   as long as it is heard, no other stands
 * </pre>
 */
public final class Election extends ElectionMember {
  // TO DO: the role of this member, its term, its vote, and the votes that it has got.

  /** A member that has not started. */
  public Election(Env env) {
    super(env);
  }

  @Override
  protected void start() {
    throw new UnsupportedOperationException(
        "write start: a follower that waits for a leader, with what it has saved (steps 1 and 5)");
  }

  @Override
  protected void onTimeout() {
    throw new UnsupportedOperationException(
        "write onTimeout: a follower or candidate stands, a leader says that it is there (step 1)");
  }

  @Override
  protected void onRequestVote(NodeId from, RequestVote request) {
    throw new UnsupportedOperationException(
        "write onRequestVote: whom this member votes for, once in a term (step 1)");
  }

  @Override
  protected void onVote(NodeId from, Vote vote) {
    throw new UnsupportedOperationException(
        "write onVote: a candidate that has a majority leads (step 1)");
  }

  @Override
  protected void onHeartbeat(NodeId from, Heartbeat heartbeat) {
    throw new UnsupportedOperationException(
        "write onHeartbeat: there is a leader, unless this is of an old term (step 1)");
  }
}
