package io.kvstore.core.replication;

import static java.util.Objects.requireNonNull;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Ordered;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The proposals of a group without a leader that are not performed yet, in the order of their
 * stamps (Lamport 1978).
 *
 * @param <P> the type of proposals
 */
public final class PendingProposals<P extends Proposal> {
  private final Env env;
  private final Promises<P> promises;
  private final TreeMap<Long, P> pending = new TreeMap<>(); // by stamp
  private long waitingSince; // when the first became the first

  /**
   * None yet.
   *
   * @param promises what the other members have told about theirs
   */
  public PendingProposals(Env env, Promises<P> promises) {
    this.env = env;
    this.promises = promises;
    env.show("proposed", this::inOrder);
  }

  /** By their stamps, in the place of positions that they do not have yet. */
  private List<Ordered> inOrder() {
    return pending.values().stream()
        .map(
            each ->
                new Ordered(
                    each.stamp(), each.time(), each.client(), each.sequence(), each.operation()))
        .toList();
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return pending.isEmpty();
  }

  /** How many are not settled yet. */
  public int size() {
    return pending.size();
  }

  /** All of them, the first in the order first. */
  public List<P> all() {
    return List.copyOf(pending.values());
  }

  /** Adds a proposal. */
  public void add(P proposal) {
    if (pending.isEmpty()) {
      waitingSince = env.elapsed();
    }
    pending.put(proposal.stamp(), proposal);
  }

  /** Takes the first out if it is settled; null if it is not, or there is none. */
  public @Nullable P pollSettled() {
    Map.Entry<Long, P> first = pending.firstEntry();
    if (first == null || !isSettled(first.getValue())) {
      return null;
    }
    pending.pollFirstEntry();
    waitingSince = env.elapsed();
    return first.getValue();
  }

  private boolean isSettled(P proposal) {
    long stamp = proposal.stamp();
    return promises.isSettled(
        LamportClock.nodeOf(stamp), proposal.number(), LamportClock.countOf(stamp));
  }

  /** Whether the first has waited for too long. */
  public boolean isStuck() {
    return !pending.isEmpty() && env.elapsed() - waitingSince > Retry.SUSPECT_AFTER_NANOS;
  }

  /** The members that the first waits for. */
  public List<NodeId> awaited() {
    P first = requireNonNull(pending.firstEntry()).getValue();
    long stamp = first.stamp();
    return promises.missingFor(
        LamportClock.nodeOf(stamp), first.number(), LamportClock.countOf(stamp));
  }

  /** Those of this member that another is not known to hold, as many as are sent at once. */
  public List<P> notHeldBy(NodeId member) {
    long held = promises.ownHeldBy(member);
    return pending.values().stream()
        .filter(each -> LamportClock.isBy(env.self(), each.stamp()) && each.number() > held)
        .limit(Retry.batch(env))
        .toList();
  }

  /** Forgets them: the group has gone on without this member. */
  public void clear() {
    pending.clear();
  }
}
