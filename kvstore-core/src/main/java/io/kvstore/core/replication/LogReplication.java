package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.ElectedOrder.Entry;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.core.spi.Timer;
import java.util.List;

/**
 * Brings the log of an elected leader to the others, and says up to where it is committed (Ongaro
 * and Ousterhout 2014, 5.3, 5.4 and 7).
 *
 * <p>Invariant: what is committed is held by enough members, up to an entry that the leader has
 * ordered in its own term; so every leader that is elected later has it.
 *
 * <pre>
 *   leader                           follower
 *     │ ── Append ──────────────────▶ │   agrees with what comes before: takes the entries
 *     │ ◀───────────────── Appended ─ │   the log agrees up to here
 *     │ ── Committed ───────────────▶ │   performs up to here
 *     │ ── Snapshot ────────────────▶ │   in the place of entries that are kept no more
 * </pre>
 *
 * <p>A leader begins with what every member is known to hold, in the place of the paper's index
 * that walks back: a follower whose log does not agree says what it has performed, which is part of
 * every leader's log. Rounds of {@linkplain ReadRounds reads} go along with the entries. While
 * every member holds everything nothing is sent.
 *
 * <p>Where the log is a {@linkplain LogLease lease}, a leader takes what clients ask for, and
 * brings it to the others, while an earlier leader may still read alone; it commits that
 * afterwards.
 */
public final class LogReplication {
  /** The leader's entries after a position, if any, and what it asks for in this round of reads. */
  public record Append(
      long epoch,
      long term,
      long previous,
      long previousTerm,
      List<Entry> entries,
      long committed,
      long heldByAll,
      long round)
      implements Message {
    @Override
    public long footprint() {
      long bytes = 64;
      for (Entry entry : entries) {
        bytes += Footprint.of(entry.ordered());
      }
      return bytes;
    }
  }

  /** The log agrees with the leader's up to here, and the sender follows in this round. */
  public record Appended(long epoch, long term, long upTo, long round) implements Message {}

  /** What is up to here may be performed; every member holds what is up to there. */
  public record Committed(long epoch, long term, long upTo, long heldByAll) implements Message {}

  /** All that is performed, for a member that lacks what the leader's log no longer has. */
  public record Snapshot(long term, long lastTerm, CopyOfAll copy) implements Message {
    @Override
    public long epoch() {
      return copy.epoch();
    }

    @Override
    public Contents contents() {
      return copy.contents();
    }

    @Override
    public long footprint() {
      return copy.footprint();
    }
  }

  /** No round: the sender asks how far the order is committed. */
  private static final long ASKS = 0;

  private final Env env;
  private final Election election;
  private final ElectedOrder order;
  private final PerformedOrder performed;
  private final OrderedLog log;
  private final Acknowledgements acknowledgements;
  private final Laggards laggards;
  private final PendingRequests pendingRequests;
  private final LogLease lease;
  private final ReadRounds rounds;
  private final Timer retry;
  private final Timer leaseOfOthers;
  private long agreed; // up to where the log is known to be that of the leader
  private long agreedIn; // this term
  private long termBegan; // with this entry, at its leader

  /**
   * Of one member.
   *
   * @param acknowledgements how far each member is known to be; those of the order
   * @param pendingRequests requests that wait for this member to perform more
   * @param lease by which its leader answers reads alone
   */
  public LogReplication(
      Env env,
      Election election,
      ElectedOrder order,
      Acknowledgements acknowledgements,
      PendingRequests pendingRequests,
      LogLease lease) {
    this.env = env;
    this.election = election;
    this.order = order;
    this.acknowledgements = acknowledgements;
    this.pendingRequests = pendingRequests;
    this.lease = lease;
    performed = order.performed();
    log = performed.log();
    laggards = new Laggards(env, acknowledgements);
    rounds = new ReadRounds(env, pendingRequests, this::sendRound);
    retry = env.timer(this::repeat);
    leaseOfOthers = env.timer(this::commitWhatEnoughHold);
  }

  /** The rounds of reads. */
  public ReadRounds rounds() {
    return rounds;
  }

  /** Whether all is performed that was ordered before the leader's term. */
  public boolean hasPerformedEarlierTerms() {
    return performed.position() >= termBegan;
  }

  /** Whether there is nothing that this member waits for, but what clients do. */
  public boolean isDone() {
    return performed.position() == log.last() && !(election.isLeader() && rounds.isUnderWay());
  }

  /** Whether a member does not come nearer to what this leader holds. Any thread may ask. */
  public boolean hasFallenBehind(NodeId member) {
    return election.isLeader() && laggards.hasFallenBehind(member);
  }

  // The view

  /** Takes part in the next view, of which all members begin with the same log. */
  public void restart(View next) {
    stop();
    lease.restart();
    acknowledgements.restart(next, needed(next), log.last());
    laggards.restart();
    rounds.restart();
    agreed = log.last();
  }

  /** As many as elect a leader; more, where acks says so. */
  private int needed(View view) {
    int members = view.members().size();
    int acks = Math.min(Cell.acks(env.settings(), view), members);
    return Math.max(Acknowledgements.majorityOf(members), acks);
  }

  /** The view is decided: what it begins with every member has. */
  public void begin() {
    commitUpTo(log.last());
    order.forget();
  }

  /** Takes part no more. */
  public void stop() {
    retry.stop();
    stepDown();
  }

  // At the leader

  /** This member leads: its term begins with an entry that does nothing. */
  public void lead() {
    acknowledgements.restart(env.view(), needed(env.view()), acknowledgements.heldByAll());
    acknowledgements.holds(env.self(), log.last());
    laggards.restart();
    rounds.restart();
    lease.end();
    termBegan = log.last() + 1;
    tell(order.beginTerm(election.term()));
  }

  /** It does not lead any more. */
  public void stepDown() {
    lease.end();
    leaseOfOthers.stop();
  }

  /** Tells the others of an entry that was appended. */
  public void tell(Entry entry) {
    lease.created(log.last());
    acknowledgements.holds(env.self(), log.last());
    env.broadcast(append(log.last() - 1, List.of(entry)));
    retry.startIfIdle(Retry.INTERVAL_NANOS);
    commitWhatEnoughHold();
  }

  private Append append(long previous, List<Entry> entries) {
    return new Append(
        env.view().epoch(),
        election.term(),
        previous,
        order.termAt(previous),
        entries,
        performed.position(),
        acknowledgements.heldByAll(),
        rounds.current());
  }

  private void sendRound() {
    if (lease.isUsed() && performed.position() == log.last() && !log.isFull()) {
      env.reached(Moment.LEASE_RENEWED_BY_A_ROUND);
      tell(order.renewLease(election.term()));
      return;
    }
    env.broadcast(append(performed.position(), List.of()));
    retry.startIfIdle(Retry.INTERVAL_NANOS);
  }

  /** A member that has missed it is to hear who leads. */
  public void assure(NodeId member) {
    env.send(member, append(performed.position(), List.of()));
  }

  private void onAppended(NodeId from, Appended appended) {
    election.hearTerm(appended.term());
    if (!election.leads(appended.term())) {
      return;
    }
    election.heardFrom(from);
    acknowledgements.holds(from, Math.min(appended.upTo(), log.last()));
    rounds.acknowledge(from, appended.round());
    commitWhatEnoughHold();
    if (appended.round() == ASKS) {
      env.send(from, committed());
    }
    order.forget();
    pendingRequests.resumeReady();
    if (isNothingLeft() && retry.isRunning()) {
      retry.stop();
      laggards.forgive();
    }
  }

  /**
   * An entry of an earlier term is not committed by being counted, but by one of this (5.4.2); and
   * none while an earlier leader may read alone.
   */
  private void commitWhatEnoughHold() {
    long held = acknowledgements.settled();
    if (held <= performed.position()) {
      return;
    }
    if (order.termAt(held) < election.term()) {
      env.reached(Moment.EARLIER_TERM_NOT_COUNTED);
      return;
    }
    long leftToOthers = lease.leftToOthers();
    if (leftToOthers > 0) {
      env.reached(Moment.COMMIT_WAITED_FOR_A_LEASE);
      leaseOfOthers.startIfIdle(leftToOthers);
      return;
    }
    commitUpTo(held);
    env.broadcast(committed());
    order.forget();
  }

  private Committed committed() {
    return new Committed(
        env.view().epoch(), election.term(), performed.position(), acknowledgements.heldByAll());
  }

  private void sendFrom(NodeId member, long next) {
    env.send(member, append(next - 1, order.from(next, Retry.batch(env))));
  }

  private void sendCopyTo(NodeId member) {
    if (laggards.isDueACopy(member)) {
      long term = election.term();
      long lastTerm = order.termAt(performed.position());
      performed.copy(all -> env.send(member, new Snapshot(term, lastTerm, all)));
    }
  }

  // At the others

  /** In a new term it is yet to be seen what this log has in common with that of the leader. */
  public void follow() {
    if (agreedIn < election.term()) {
      agreedIn = election.term();
      agreed = performed.position();
    }
  }

  private void onAppend(NodeId from, Append append) {
    if (election.hears(from, append.term())) {
      if (!append.entries().isEmpty()) {
        lease.received();
      }
      long end = order.take(append.previous(), append.previousTerm(), append.entries());
      agreed = Math.max(agreed, end);
      onCommitted(append.committed(), append.heldByAll());
    }
    env.send(from, appended(append.round())); // one that leads no more hears of the term
  }

  private Appended appended(long round) {
    return new Appended(env.view().epoch(), election.term(), agreed, round);
  }

  private void onCommitted(long upTo, long heldByAll) {
    commitUpTo(Math.min(upTo, agreed));
    acknowledgements.holds(election.leader(), performed.position());
    env.view().members().forEach(member -> acknowledgements.holds(member, heldByAll));
    order.forget();
  }

  private void onSnapshot(NodeId from, Snapshot snapshot) {
    if (election.hears(from, snapshot.term())) {
      lease.received();
      order.takeOver(snapshot.copy(), snapshot.lastTerm());
      agreed = Math.max(agreed, snapshot.copy().applied());
      commitUpTo(snapshot.copy().applied());
      pendingRequests.resumeReady();
      env.send(from, appended(ASKS));
    }
  }

  // Both

  /** Takes a message; tells whether it was one of these. */
  public boolean onMessage(NodeId from, Message message) {
    if (message instanceof Append append) {
      onAppend(from, append);
    } else if (message instanceof Appended appended) {
      onAppended(from, appended);
    } else if (message instanceof Committed committed) {
      if (election.hears(from, committed.term())) {
        onCommitted(committed.upTo(), committed.heldByAll());
      }
    } else if (message instanceof Snapshot snapshot) {
      onSnapshot(from, snapshot);
    } else {
      return false;
    }
    return true;
  }

  private void commitUpTo(long upTo) {
    if (order.performUpTo(upTo)) {
      lease.committed(performed.position()); // not before all of earlier terms is performed
      pendingRequests.resumeReady();
    }
    if (performed.position() < log.last()) {
      retry.startIfIdle(Retry.INTERVAL_NANOS);
    } else if (!election.isLeader()) {
      retry.stop();
    }
  }

  private boolean isNothingLeft() {
    return isDone() && (!election.isLeader() || acknowledgements.heldByAll() == log.last());
  }

  private void repeat() {
    if (election.isLeader()) {
      laggards.catchUp(log.first(), log.last(), this::sendFrom, this::sendCopyTo);
      if (rounds.isUnderWay()) {
        sendRound();
      }
    } else if (election.hasLeader()) {
      env.send(election.leader(), appended(ASKS));
    }
    if (!isNothingLeft()) {
      retry.start(Retry.interval(env));
    }
  }
}
