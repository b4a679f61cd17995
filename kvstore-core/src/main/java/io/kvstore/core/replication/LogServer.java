package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.core.replication.Playback.Fetch;
import io.kvstore.core.replication.Playback.Fetched;
import io.kvstore.core.replication.Playback.Grown;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Ordered;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Serves a shared log to those who fetch from it: what comes after a position, or a copy of
 * everything where that was trimmed (Balakrishnan and others, NSDI 2012).
 *
 * <p>A member is told once that the log has grown, and then nothing until it has fetched, however
 * much is appended meanwhile. So what it costs to keep a member up to date does not depend on the
 * number of writes.
 *
 * <pre>
 *   sequencer                          member
 *     │ ───────────── Grown ───────────▶ │
 *     │   more is appended, and more     │   a moment later
 *     │ ◀──────────── Fetch ──────────── │
 *     │ ──────────── Fetched ──────────▶ │   all of it
 * </pre>
 */
public final class LogServer {
  private final Env env;
  private final PerformedOrder performed;
  private final OrderedLog log;
  private final Acknowledgements acknowledgements;
  private final Laggards laggards;
  private final Set<NodeId> told = new TreeSet<>(); // and have yet to fetch

  /**
   * Of the member at which entries get their positions.
   *
   * @param performed the log, which is performed up to its tail
   * @param acknowledgements up to where each member holds it
   */
  public LogServer(Env env, PerformedOrder performed, Acknowledgements acknowledgements) {
    this.env = env;
    this.performed = performed;
    this.acknowledgements = acknowledgements;
    log = performed.log();
    laggards = new Laggards(env, acknowledgements);
  }

  /** Begins anew, in a view of which every member holds the same log. */
  public void restart() {
    laggards.restart();
    told.clear();
  }

  /** A member holds the log up to here. */
  public void holds(NodeId member, long upTo) {
    performed.retention().heardOf(member);
    acknowledgements.holds(member, Math.min(upTo, log.last()));
  }

  /** Answers a member that fetches. */
  public void serve(NodeId member, Fetch fetch) {
    told.remove(member);
    env.send(
        member,
        new Fetched(
            env.view().epoch(),
            fetch.number(),
            after(fetch.after()),
            performed.position(),
            env.holdsLease()));
  }

  private List<Ordered> after(long position) {
    boolean isTrimmed = position + 1 < log.first();
    long most = Math.min(Retry.batch(env), performed.position() - position);
    return isTrimmed ? List.of() : log.from(position + 1, (int) most);
  }

  /** Tells a member of a tail to which it has to fetch, unless it has been told of one. */
  public void tellOnce(NodeId member) {
    if (told.add(member)) {
      tell(member);
    }
  }

  /** Tells a member where the tail is. */
  public void tell(NodeId member) {
    env.send(member, new Grown(env.view().epoch(), performed.position()));
  }

  /** Tells members once more that have not fetched, and sends a copy where it takes one. */
  public void repeat() {
    laggards.catchUp(
        log.first(), performed.position(), (member, next) -> tell(member), this::sendCopyTo);
  }

  private void sendCopyTo(NodeId member) {
    if (!performed.retention().allowsCopyTo(member)) {
      tell(member); // is it there?
    } else if (laggards.isDueACopy(member)) {
      performed.retention().sentCopy(member, performed.position());
      performed.copy(all -> env.send(member, all));
    }
  }

  /** Every member holds all of it. */
  public void forgive() {
    laggards.forgive();
  }

  /** Whether a member has not come nearer to the tail for long. Any thread may ask. */
  public boolean hasFallenBehind(NodeId member) {
    return laggards.hasFallenBehind(member);
  }
}
