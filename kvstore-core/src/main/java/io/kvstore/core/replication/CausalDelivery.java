package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.Undelivered.Waiting;
import io.kvstore.core.replication.UpdateStream.Update;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.VectorClock;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.function.Consumer;

/**
 * The delivery of updates in causal order: each after everything in its vector clock (Birman,
 * Schiper and Stephenson 1991).
 *
 * <p>Invariant: everything that any delivered update depends on has been delivered. What comes
 * before its causes waits for them, over the ends of views if need be.
 */
public final class CausalDelivery {
  private final Deliveries delivered = new Deliveries();
  private final Undelivered undelivered;
  private final Consumer<Update> listener;
  private final BiPredicate<NodeId, Update> isReady = this::isReady;
  private final BiConsumer<NodeId, Update> deliver = this::deliver;
  private boolean hasRecalled; // what the datalet has kept, perhaps of an earlier run
  private long base; // numbers up to this one are of protocols before: everyone has what they mean

  /**
   * Nothing has been delivered yet.
   *
   * @param bytesLimit how much memory the updates that wait may take
   * @param listener performs what is delivered
   */
  public CausalDelivery(long bytesLimit, Consumer<Update> listener) {
    undelivered = new Undelivered(bytesLimit);
    this.listener = listener;
  }

  // What has been delivered

  /** Whether all that a clock counts has been delivered. */
  public boolean has(VectorClock seen) {
    for (int node = 0; node < seen.length(); node++) {
      if (!has(node, seen.get(node))) {
        return false;
      }
    }
    return true;
  }

  private boolean has(int node, long number) {
    return number <= base || delivered.has(node, number);
  }

  /** What has been delivered, as a clock. */
  public VectorClock clock() {
    return delivered.clock();
  }

  /** What a session has seen once it is shown this here; before, it had seen that. */
  public VectorClock seenIn(Answer answer, VectorClock before) {
    boolean isValue = answer instanceof Found found && found.entry() != null;
    return CausalContext.seenIn(answer, before, isValue ? before : clock());
  }

  /** The number of a member's next write. */
  public long nextOf(NodeId member) {
    return delivered.of(member.number()) + 1;
  }

  /** A member's writes have been performed here up to this one. */
  public void performed(NodeId member, long number) {
    delivered.raise(member.number(), number);
  }

  /** All that a clock counts is here: it came in a copy, or was kept. */
  public void raise(VectorClock seen) {
    delivered.raise(seen);
  }

  /** All that a clock counts was kept by the datalet; counts only once. */
  public void recall(VectorClock kept) {
    if (!hasRecalled) {
      delivered.raise(kept);
      hasRecalled = true;
    }
  }

  // Delivering

  /** What can be delivered always has room: by that, what waits for it can be delivered, too. */
  public boolean hasRoomFor(NodeId writer, Update update) {
    return undelivered.hasRoom() || isReady(writer, update);
  }

  /** Whether nothing waits for its causes. */
  public boolean isEmpty() {
    return undelivered.isEmpty();
  }

  /** How many updates wait for what they depend on. */
  public int undelivered() {
    return undelivered.size();
  }

  /** Takes a member's next update; tells whether it was delivered at once. */
  public boolean receive(NodeId writer, Update update) {
    boolean isNext = undelivered.isEmpty() && isReady(writer, update);
    if (isNext) {
      deliver(writer, update);
    } else {
      undelivered.add(writer, update);
      deliverReady();
    }
    return isNext;
  }

  /** Delivers what has become ready. */
  public void deliverReady() {
    undelivered.deliver(isReady, deliver);
  }

  /** Whether all that an update depends on is here, but for itself. */
  private boolean isReady(NodeId writer, Update update) {
    VectorClock context = update.seen();
    for (int node = 0; node < context.length(); node++) {
      long number = node == writer.number() ? context.get(node) - 1 : context.get(node);
      if (!has(node, number)) {
        return false;
      }
    }
    return true;
  }

  private void deliver(NodeId writer, Update update) {
    listener.accept(update);
    performed(writer, update.seen().get(writer.number()));
  }

  // Reconfiguration

  /** What a member has to say about it at the end of a view. */
  public Progress progress() {
    return new Progress(undelivered.all(), delivered.copy(), base);
  }

  /**
   * What a member has delivered, and what it could not deliver yet.
   *
   * @param base the highest number of the protocols before
   */
  public record Progress(List<Waiting> waiting, Deliveries delivered, long base) {}

  /** Updates that wait are forgotten: each is in the progress of the member that has it. */
  public void clear() {
    undelivered.clear();
  }

  /** Takes over what another member has delivered, with its entries. */
  public void merge(Progress other) {
    base = Math.max(base, other.base());
    delivered.merge(other.delivered());
  }

  /**
   * Has an update wait on that a member could not deliver: who has what it depends on may be away.
   * Tells whether it waits; not if it has been delivered.
   */
  public boolean carryOver(Waiting waiting) {
    int writer = waiting.writer().number();
    boolean isHere = delivered.has(writer, waiting.update().seen().get(writer));
    if (!isHere) {
      undelivered.carryOver(waiting);
    }
    return !isHere;
  }

  /** Begins above the highest number of the protocols before. */
  public void beginAfter(long highest, View next) {
    base = highest;
    hasRecalled = true; // as everything of before
    next.members().forEach(member -> performed(member, firstCountIn(next)));
  }

  /**
   * All members count on from the same number. What one that has lost everything had counted before
   * is waited for as long as a member is away that may have it: also a member that has not said
   * what it has, and may have it on disk.
   *
   * @param shares of those who have said what they have
   * @param isWhole whether all nodes are members
   * @param isDurable whether a member that has not may have it on disk
   */
  public void countOn(View next, List<UpdatesReport> shares, boolean isWhole, boolean isDurable) {
    boolean isAnyAway = !isWhole;
    for (NodeId member : next.members()) {
      UpdatesReport its =
          shares.stream().filter(each -> each.member().equals(member)).findFirst().orElse(null);
      if (its == null && isDurable) {
        isAnyAway = true;
      } else if (its != null && its.view() != null) {
        performed(member, firstCountIn(next));
      } else {
        delivered.skip(member.number(), firstCountIn(next));
      }
    }
    if (!isAnyAway) {
      delivered.closeGaps();
      undelivered.all().forEach(each -> delivered.raise(each.update().seen()));
    }
  }

  private long firstCountIn(View next) {
    return Math.max(Deliveries.firstCountIn(next.epoch()), base);
  }

  /** The highest of all counts. */
  public long highest() {
    return delivered.highest();
  }
}
