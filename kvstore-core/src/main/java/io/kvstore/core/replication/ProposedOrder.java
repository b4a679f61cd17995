package io.kvstore.core.replication;

import static java.util.Objects.requireNonNull;

import io.kvstore.View;
import io.kvstore.core.replication.OrderReport.Proposals;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.spi.Command;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The one order of a group in which all members propose: a proposal has a stamp from the beginning,
 * and gets its position when it is performed. An operation that two members have proposed is
 * performed once.
 *
 * <p>At the end of a view, what any member holds beyond what the best has performed goes on, in the
 * order of stamps.
 *
 * @param <P> the type of proposals
 */
public final class ProposedOrder<P extends Proposal> {
  private final Env env;
  private final PendingRequests pendingRequests;
  private final PerformedOrder performed;
  private final Map<Long, Reply> replies = new TreeMap<>(); // owed for proposals, by stamp
  private final Set<P> performedElsewhere = new LinkedHashSet<>(); // of those
  private final TreeMap<Long, P> merged = new TreeMap<>(); // for the next view, by stamp
  private List<P> reported = List.of(); // what was held at the end of the last view
  private long lastStamp; // of the last proposal that was performed

  /**
   * Nothing has been performed yet.
   *
   * @param pendingRequests requests that wait for this member to perform more
   */
  public ProposedOrder(Env env, PendingRequests pendingRequests) {
    this.env = env;
    this.pendingRequests = pendingRequests;
    performed = new PerformedOrder(env, pendingRequests);
  }

  /** How many operations were handed to the datalet. */
  public long position() {
    return performed.position();
  }

  /** The time stamped on the last of them. */
  public long time() {
    return performed.time();
  }

  /** The stamp of the last proposal that was performed. */
  public long lastStamp() {
    return lastStamp;
  }

  /** How many replies are owed. */
  public int owed() {
    return replies.size() + performed.replies().size();
  }

  /** Has a client answered once the proposal with this stamp is performed. */
  public void owe(long stamp, Reply reply) {
    replies.put(stamp, reply);
  }

  /**
   * Performs the next proposal of the order; not an operation that is in it already, since another
   * member has proposed it before.
   */
  public void perform(P proposal) {
    lastStamp = proposal.stamp();
    Reply reply = replies.remove(lastStamp);
    int client = proposal.client();
    long sequence = proposal.sequence();
    boolean isCommand = proposal.operation() instanceof Command; // a read may be repeated
    if (!isCommand || !performed.has(client, sequence)) {
      Ordered next = performed.next(proposal.time(), client, sequence, proposal.operation());
      performed.performUpTo(performed.append(next, reply).position());
      performed.forget(false);
      return;
    }
    env.reached(Moment.PROPOSED_TWICE);
    if (reply != null) {
      performed.answerAgain(client, sequence, reply);
    }
  }

  // Reconfiguration

  /**
   * Reports how far this member is, at the end of a view.
   *
   * @param pending what it holds beyond what it has performed
   * @param count of its Lamport clock
   */
  public void report(List<P> pending, long count, Consumer<MemberReport> then) {
    List<P> held = new ArrayList<>(merged.values());
    held.addAll(pending);
    reported = held;
    performed.report(new Proposals<>(lastStamp, held, count), then);
  }

  /**
   * Goes on in the next view, from what another protocol has left, or from where the best member
   * is: what any member holds beyond that is performed before anything new.
   *
   * @return the highest count of a member's Lamport clock
   */
  public long install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    boolean isHandedOver = HandOver.in(members).isPresent();
    if (!isHandedOver && members.stream().noneMatch(this::isOwn)) {
      forget();
    }
    Optional<OrderReport> best = performed.install(next, members, joiners);
    if (isHandedOver) {
      return 0;
    }
    best.ifPresent(each -> lastStamp = proposalsOf(each).lastStamp());
    merge(members);
    if (env.storage().isDurable()) {
      performMerged();
    }
    return Stream.concat(members.stream(), joiners.stream())
        .mapToLong(each -> proposalsOf(each).count())
        .max()
        .orElse(0);
  }

  /**
   * The group has gone on without this member: whatever it was about to do, others do if at all.
   */
  private void forget() {
    for (P each : Stream.concat(reported.stream(), performedElsewhere.stream()).toList()) {
      Reply reply = replies.remove(each.stamp());
      if (reply != null) {
        performed.lose(each.client(), each.sequence(), reply);
      }
    }
    replies.clear();
    performedElsewhere.clear();
  }

  private boolean isOwn(MemberReport report) {
    return ((OrderReport) report).member().equals(env.self());
  }

  @SuppressWarnings("unchecked") // all members of a group have one protocol
  private Proposals<P> proposalsOf(MemberReport report) {
    return (Proposals<P>) requireNonNull(((OrderReport) report).proposals());
  }

  private void merge(List<MemberReport> members) {
    merged.clear();
    for (MemberReport member : members) {
      proposalsOf(member).pending().forEach(each -> merged.put(each.stamp(), each));
    }
    SortedMap<Long, P> before = merged.headMap(lastStamp, true);
    before.values().stream()
        .filter(each -> replies.containsKey(each.stamp()))
        .forEach(performedElsewhere::add);
    before.clear();
  }

  private void performMerged() {
    List<P> all = List.copyOf(merged.values());
    merged.clear();
    all.forEach(this::perform);
  }

  /** The view is decided: clients are answered, and what was merged is performed. */
  public void activate() {
    performMerged();
    performed.activate();
    reported = List.of();
    for (P each : performedElsewhere) {
      env.reached(Moment.PERFORMED_ELSEWHERE);
      Reply reply = requireNonNull(replies.remove(each.stamp()));
      performed.answerAgain(each.client(), each.sequence(), reply);
    }
    performedElsewhere.clear();
    pendingRequests.resumeReady();
  }

  /** Performs all that is left, and leaves it to the protocol of the next view. */
  public void handOver(Consumer<MemberReport> then) {
    performMerged();
    performed.handOver(then);
  }
}
