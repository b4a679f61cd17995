package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Timer;
import java.util.TreeSet;

/**
 * Who leads a group, term by term (Ongaro and Ousterhout 2014, 5.2; Ongaro 2014, 9.6).
 *
 * <p>Invariant: a member votes once in a term, for one whose log has all that its own has, and who
 * leads has the votes of a majority. So a term has one leader at the most, and that has everything
 * that a majority held before.
 *
 * <pre>
 *   candidate                           others
 *     │ ── RequestVote, a trial ─────────▶ │   would you vote for me in the next term?
 *     │ ◀──────────────────────── Vote ─── │   not while a leader is heard of
 *     │ ── RequestVote, in that term ────▶ │   only if a majority would: a new term begins
 *     │ ◀──────────────────────── Vote ─── │   once in a term
 *   leads
 * </pre>
 *
 * <p>A group in which nothing is asked for sends nothing. So a leader is missed only by a member
 * that waits for it, and not before it has been silent for a time that is drawn anew each time. If
 * that member lacks what another one has, that one stands in its place: it may wait for nothing
 * itself. A leader that waits for the others, and hears no majority of them for as long, steps
 * down.
 *
 * <p>Nothing of this outlives a crash: a member that has lost its memory takes part again only in
 * another view, which begins in a term above all that the members of the last one knew.
 */
public final class Election {
  /** Would you vote for the sender in this term; or, if it is no trial, do you? */
  public record RequestVote(long epoch, long term, long lastTerm, long last, boolean isTrial)
      implements Message {}

  /** The answer; with the term of the voter if that says no. */
  public record Vote(long epoch, long term, boolean isTrial, boolean isGranted)
      implements Message {}

  /** The member that may lead. */
  public interface Member {
    /** The term of the last entry of its log. */
    long lastTerm();

    /** The position of that. */
    long last();

    /** Whether it waits for a leader, or as one for the others. */
    boolean isWaiting();

    /** Whether it certainly does not: for a look after each event. */
    boolean isIdle();

    /** It leads from now on. */
    void lead();

    /** It does not lead any more. */
    void stepDown();

    /** Another leads from now on. */
    void follow();

    /** It leads, and says nothing while nothing is asked for: a candidate is to hear of it. */
    default void assure(NodeId candidate) {}
  }

  private enum Role {
    FOLLOWER,
    CANDIDATE,
    LEADER
  }

  private final Env env;
  private final Member member;
  private final Timer timer;
  private final TreeSet<NodeId> votes = new TreeSet<>();
  private final TreeSet<NodeId> heard = new TreeSet<>(); // by a leader, since its timer ran last
  private volatile Role role = Role.FOLLOWER;
  private volatile boolean isCutOff;
  private boolean isTrial;
  private boolean isNeeded; // by another member, which waits for a leader and cannot be it
  private long term;
  private NodeId votedFor = NodeId.COORDINATOR; // which stands for none
  private NodeId leader; // as far as is known, perhaps of an earlier term
  private boolean hasLeader;
  private long heardAt; // of the leader, by the stopwatch: a clock that was set back stands still

  /** A member that follows. */
  public Election(Env env, Member member) {
    this.env = env;
    this.member = member;
    leader = env.view().primary();
    timer = env.timer(this::onTimeout);
    env.show("term", this::inWords);
  }

  private String inWords() {
    return switch (role) {
      case LEADER -> term + ", leads";
      case CANDIDATE -> term + ", has the votes of " + votes;
      case FOLLOWER -> term + (hasLeader ? ", follows " + leader : ", knows no leader");
    };
  }

  /** The term. */
  public long term() {
    return term;
  }

  /** Whether this member leads. May be called at any time by any thread. */
  public boolean isLeader() {
    return role == Role.LEADER;
  }

  /** Whether this member leads in a term. */
  public boolean leads(long inTerm) {
    return isLeader() && term == inTerm;
  }

  /** The leader, or the last one that was heard of. */
  public NodeId leader() {
    return leader;
  }

  /** Whether it is known who leads in this term. */
  public boolean hasLeader() {
    return hasLeader;
  }

  /**
   * Whether this member has looked for a majority in vain. May be called at any time by any thread.
   */
  public boolean isCutOff() {
    return isCutOff;
  }

  // The view

  /** Takes part in the next view, which begins after this term. */
  public void restart(View next, long after) {
    stop();
    role = Role.FOLLOWER;
    isCutOff = false;
    isNeeded = false;
    term = after;
    votedFor = NodeId.COORDINATOR;
    leader = next.primary();
    hasLeader = false;
    votes.clear();
  }

  /** The view serves: its first member stands at once. */
  public void begin() {
    heardAt = env.elapsed() - shortest();
    if (env.view().primary().equals(env.self())) {
      stand(false);
    } else {
      look();
    }
  }

  /** Takes part no more. */
  public void stop() {
    timer.stop();
  }

  // Time

  private long shortest() {
    return env.detectionNanos() / 2;
  }

  private void startTimer() {
    timer.start(shortest() + env.random().nextLong(shortest()));
  }

  /** Looks whether the member has begun to wait for something, or waits no more. */
  public void look() {
    if (role != Role.CANDIDATE && !isNeeded && member.isIdle()) {
      timer.stop();
    } else if (!timer.isRunning()) {
      heard.clear();
      startTimer();
    }
  }

  private void onTimeout() {
    if (!member.isWaiting() && !isNeeded) {
      role = role == Role.CANDIDATE ? Role.FOLLOWER : role;
    } else if (isLeader()) {
      checkMajority();
    } else if (role == Role.FOLLOWER && hearsLeader()) {
      startTimer();
    } else {
      if (role == Role.CANDIDATE) {
        isCutOff = true;
        env.moveOn();
      }
      stand(true);
    }
  }

  private void checkMajority() {
    if (isMajority(heard.size() + 1)) {
      heard.clear();
      startTimer();
    } else {
      env.reached(Moment.LEADER_HEARD_NO_MAJORITY);
      isCutOff = true;
      follow(term);
      env.moveOn();
    }
  }

  private boolean isMajority(int count) {
    return count >= Acknowledgements.majorityOf(env.view().members().size());
  }

  // Standing

  private void stand(boolean asTrial) {
    role = Role.CANDIDATE;
    isTrial = asTrial;
    isNeeded = false;
    hasLeader = false;
    votes.clear();
    votes.add(env.self());
    if (!isTrial) {
      term++;
      votedFor = env.self();
    }
    env.broadcast(
        new RequestVote(env.view().epoch(), sought(), member.lastTerm(), member.last(), isTrial));
    startTimer();
    winIfElected();
  }

  private long sought() {
    return isTrial ? term + 1 : term;
  }

  private void winIfElected() {
    if (!isMajority(votes.size())) {
      return;
    }
    if (isTrial) {
      stand(false);
      return;
    }
    env.reached(Moment.LEADER_ELECTED);
    role = Role.LEADER;
    isCutOff = false;
    leader = env.self();
    hasLeader = true;
    heard.clear();
    startTimer();
    member.lead();
  }

  /** Takes a message; tells whether it was one of these. */
  public boolean onMessage(NodeId from, Message message) {
    if (message instanceof RequestVote request) {
      onRequestVote(from, request);
    } else if (message instanceof Vote vote) {
      onVote(from, vote);
    } else {
      return false;
    }
    return true;
  }

  private void onRequestVote(NodeId from, RequestVote request) {
    boolean isGranted = request.isTrial() ? wouldVote(request) : votes(from, request);
    long answered = isGranted ? request.term() : term;
    env.send(from, new Vote(env.view().epoch(), answered, request.isTrial(), isGranted));
    if (isLeader()) {
      member.assure(from);
    } else if (!hearsLeader() && !hasAll(request)) {
      env.reached(Moment.STOOD_FOR_ANOTHER);
      isNeeded = true;
      look();
    }
  }

  private boolean hearsLeader() {
    return isLeader() || (hasLeader && env.elapsed() - heardAt < shortest());
  }

  private boolean wouldVote(RequestVote request) {
    if (hearsLeader()) {
      env.reached(Moment.VOTE_WITHHELD_FOR_A_LEADER);
    }
    return request.term() > term && !hearsLeader() && hasAll(request);
  }

  private boolean votes(NodeId from, RequestVote request) {
    if (request.term() > term) {
      follow(request.term());
    }
    boolean isFree = votedFor.equals(NodeId.COORDINATOR) || votedFor.equals(from);
    boolean isGranted = request.term() == term && isFree && hasAll(request);
    if (isGranted) {
      votedFor = from;
      if (timer.isRunning()) {
        startTimer();
      }
    }
    return isGranted;
  }

  /** Whether the log of a candidate has all that the own one has (5.4.1). */
  private boolean hasAll(RequestVote request) {
    return request.lastTerm() > member.lastTerm()
        || (request.lastTerm() == member.lastTerm() && request.last() >= member.last());
  }

  private void onVote(NodeId from, Vote vote) {
    if (!vote.isGranted()) {
      hearTerm(vote.term());
    } else if (role == Role.CANDIDATE && vote.isTrial() == isTrial && vote.term() == sought()) {
      votes.add(from);
      winIfElected();
    }
  }

  // Following

  /** Another member is in this term: a leader of an earlier one steps down. */
  public void hearTerm(long heardOf) {
    if (heardOf > term) {
      follow(heardOf);
    }
  }

  private void follow(long inTerm) {
    if (inTerm > term) {
      term = inTerm;
      votedFor = NodeId.COORDINATOR;
    }
    boolean hasLed = isLeader();
    role = Role.FOLLOWER;
    hasLeader = false;
    if (hasLed) {
      env.reached(Moment.LEADER_STEPPED_DOWN);
      member.stepDown();
    }
    look();
  }

  /** The leader of a term says something; tells whether it leads still, as far as is known here. */
  public boolean hears(NodeId from, long inTerm) {
    if (inTerm < term) {
      return false;
    }
    hearTerm(inTerm);
    boolean isNews = !hasLeader;
    role = Role.FOLLOWER;
    isCutOff = false;
    isNeeded = false;
    leader = from;
    hasLeader = true;
    heardAt = env.elapsed();
    if (isNews) {
      member.follow();
    }
    return true;
  }

  /** A follower has answered this leader, in its term. */
  public void heardFrom(NodeId follower) {
    heard.add(follower);
  }
}
