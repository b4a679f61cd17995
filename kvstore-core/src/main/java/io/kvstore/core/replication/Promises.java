package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.spi.Env;
import io.kvstore.spi.VectorClock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What the members of a group without a leader have told each other: who holds which proposals, and
 * below which Lamport count no more can come (Lamport 1978).
 *
 * <p>Each member numbers its proposals. Its promise "nothing at or below this count any more" is
 * worth something only once all that it had proposed until then is here, because messages overtake
 * each other.
 *
 * @param <P> the type of proposals
 */
public final class Promises<P> {
  private final class Member {
    private VectorClock holds = VectorClock.ZERO; // how many of each member's proposals it has
    // Its own proposals as they come here.
    private final InOrderInbox<P> inbox = new InOrderInbox<>(earlyLimit, Long.MAX_VALUE, one -> 0);
    private long
        promised; // it proposes nothing at or below this count, and all that it did propose is here
    private long promise; // the same, once as many of its proposals have come as it had told
    private long promiseTold;

    void keep() {
      long received = inbox.received();
      if (received >= promiseTold) {
        promised = Math.max(promised, promise);
      }
    }
  }

  private final NodeId self;
  private final int earlyLimit; // of proposals that have overtaken others; the rest comes again
  private final TreeMap<NodeId, Member> others = new TreeMap<>();
  private int highestNumber;

  /** What others have told this member. */
  public Promises(Env env) {
    self = env.self();
    earlyLimit = env.bounds().early();
  }

  /** Begins anew: no member of the view has proposed or promised anything. */
  public void restart(View view) {
    others.clear();
    view.members().stream()
        .filter(member -> !member.equals(self))
        .forEach(member -> others.put(member, new Member()));
    highestNumber = view.members().stream().mapToInt(NodeId::number).max().orElse(0);
  }

  private Member of(NodeId member) {
    return Objects.requireNonNull(others.get(member), () -> member + " is no other member");
  }

  /** Whether a member's proposal of this number has not come before. */
  public boolean isNews(NodeId from, long number) {
    return number > of(from).inbox.received();
  }

  /** Takes a member's proposal; returns those whose turn has come, in the member's order. */
  public List<P> receive(NodeId from, long number, P proposal) {
    Member member = of(from);
    List<P> next = new ArrayList<>(1);
    member.inbox.offer(number, proposal, next::add);
    member.keep();
    return next;
  }

  /**
   * Takes a member's promise.
   *
   * @param count it proposes nothing at or below this any more
   * @param told how many proposals it had made when it said so
   */
  public void promise(NodeId from, long count, long told) {
    Member member = of(from);
    if (count >= member.promise) {
      member.promise = count;
      member.promiseTold = told;
    }
    member.keep();
  }

  /** Takes note of how many of each member's proposals a member holds. */
  public void holds(NodeId member, VectorClock received) {
    of(member).holds = of(member).holds.merge(received);
  }

  /** How many of this member's proposals another one holds. */
  public long ownHeldBy(NodeId member) {
    return of(member).holds.get(self.number());
  }

  /** How many of each other member's proposals have come here. */
  public VectorClock received() {
    long[] counts = new long[highestNumber + 1];
    others.forEach((node, member) -> counts[node.number()] = member.inbox.received());
    return VectorClock.of(counts);
  }

  /** Whether every member holds a proposal, and none can propose anything earlier any more. */
  public boolean isSettled(int proposer, long number, long count) {
    for (var each : others.entrySet()) {
      if (!hasSettled(each.getKey(), each.getValue(), proposer, number, count)) {
        return false;
      }
    }
    return true;
  }

  private boolean hasSettled(NodeId node, Member member, int proposer, long number, long count) {
    boolean holdsIt = node.number() == proposer || member.holds.get(proposer) >= number;
    return holdsIt && member.promised >= count;
  }

  /** The members for which a proposal is not settled yet. */
  public List<NodeId> missingFor(int proposer, long number, long count) {
    return others.entrySet().stream()
        .filter(each -> !hasSettled(each.getKey(), each.getValue(), proposer, number, count))
        .map(Map.Entry::getKey)
        .toList();
  }
}
