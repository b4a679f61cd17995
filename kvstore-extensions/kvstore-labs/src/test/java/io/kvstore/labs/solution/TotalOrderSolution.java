package io.kvstore.labs.solution;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.labs.kit.ProposingMember;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Lab 2, solved. Wrong solutions override one of its steps. */
public class TotalOrderSolution extends ProposingMember {
  /** The sender has the proposal with this stamp, and proposes only later ones from now on. */
  protected record Acknowledged(long epoch, long stamp, long count) implements Message {}

  private long clock;
  private final TreeSet<Proposed> queue = new TreeSet<>();
  // By stamp. An acknowledgement may come before the proposal, which is on another link.
  private final Map<Long, Set<NodeId>> acknowledgedBy = new TreeMap<>();

  public TotalOrderSolution(Env env) {
    super(env);
  }

  @Override
  protected long nextCount() {
    return ++clock;
  }

  @Override
  protected void onOwnProposal(Proposed own) {
    queue.add(own);
    acknowledgedBy(own.stamp()).add(self());
    broadcast(own);
    performReady();
  }

  @Override
  protected void onProtocolMessage(NodeId from, Message message) {
    if (message instanceof Proposed proposed) {
      observe(proposed.count());
      queue.add(proposed);
      acknowledgedBy(proposed.stamp()).add(from);
      acknowledgedBy(proposed.stamp()).add(self());
      broadcast(new Acknowledged(epoch(), proposed.stamp(), clock));
    } else if (message instanceof Acknowledged acknowledged) {
      observe(acknowledged.count());
      acknowledgedBy(acknowledged.stamp()).add(from);
    }
    performReady();
  }

  /** The clock is ahead of all that this member has heard of. */
  protected void observe(long count) {
    clock = Math.max(clock, count) + 1;
  }

  private Set<NodeId> acknowledgedBy(long stamp) {
    return acknowledgedBy.computeIfAbsent(stamp, any -> new TreeSet<>());
  }

  private void performReady() {
    while (!queue.isEmpty() && isSettled(acknowledgedBy(queue.first().stamp()))) {
      Proposed next = queue.pollFirst();
      acknowledgedBy.remove(next.stamp());
      perform(next);
    }
  }

  /** All have it, and whatever they proposed before is here: links keep the order. */
  protected boolean isSettled(Set<NodeId> acknowledgedBy) {
    return acknowledgedBy.containsAll(members());
  }

  @Override
  protected List<Proposed> pending() {
    return List.copyOf(queue);
  }

  @Override
  protected long count() {
    return clock;
  }

  @Override
  protected void onNewView(long count) {
    queue.clear();
    acknowledgedBy.clear();
    clock = Math.max(clock, count);
  }
}
