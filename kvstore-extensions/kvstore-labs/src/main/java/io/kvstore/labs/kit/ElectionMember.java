package io.kvstore.labs.kit;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.Acknowledgements;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Timer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * A member of a group that elects a leader, and does nothing else: everything but the election.
 *
 * <p>It has what a process has in the paper: messages that may be lost, one timer, and a little
 * storage that survives a crash. There is no log: all logs are the same, and empty. Who grants a
 * vote and who leads is noted for the grading.
 */
public abstract class ElectionMember implements Controlet {
  /** Does the receiver vote for the sender in this term? */
  public record RequestVote(long epoch, long term) implements Message {}

  /** The answer of a voter, which is in this term. */
  public record Vote(long epoch, long term, boolean isGranted) implements Message {}

  /** The sender leads in this term. */
  public record Heartbeat(long epoch, long term) implements Message {}

  /** What a member has stored: its term, and whom it has voted for in it. */
  public record Saved(long term, Optional<NodeId> votedFor) {}

  /** What the grading takes note of. A member belongs to a run, and tells its notes. */
  public interface Notes {
    /** What a node has stored, also before a crash. */
    Saved saved(NodeId node);

    /** A node stores this. */
    void save(NodeId node, Saved saved);

    /** A node has granted its vote. */
    void voted(NodeId voter, long term, NodeId candidate);

    /** A node leads from now on. */
    void leads(NodeId leader, long term);

    /** A node does not lead any more. */
    void stepsDown(NodeId node);
  }

  private static final class Nothing implements MemberReport {
    @Override
    public boolean remembers() {
      return true; // what must be known after a crash is saved
    }
  }

  private final Env env;
  private final Timer timer;
  private Notes notes = new InMemoryNotes();
  private Duration shortest = Duration.ZERO; // of the timer, when it was started last
  private Duration longest = Duration.ZERO;
  private boolean isTimerStopped; // for a change of the view
  private boolean hasStarted;

  /** A member that has not started. */
  protected ElectionMember(Env env) {
    this.env = env;
    timer = env.timer(this::onTimeout);
  }

  /** Has the grading take note of what this member does. */
  public final void noteFor(Notes run) {
    notes = run;
  }

  // What a protocol says

  /** The member starts, as a follower: for the first time, or after a crash. */
  protected abstract void start();

  /** The timer has run out. */
  protected abstract void onTimeout();

  /** A candidate asks for a vote. */
  protected abstract void onRequestVote(NodeId from, RequestVote request);

  /** A voter has answered. */
  protected abstract void onVote(NodeId from, Vote vote);

  /** A leader is heard. */
  protected abstract void onHeartbeat(NodeId from, Heartbeat heartbeat);

  // What it can use

  /** This node. */
  protected final NodeId self() {
    return env.self();
  }

  /** The epoch of the view: each message names it. */
  protected final long epoch() {
    return env.view().epoch();
  }

  /** How many members are a majority. */
  protected final int majority() {
    return Acknowledgements.majorityOf(env.view().members().size());
  }

  /** Sends a message to a member. It may be lost. */
  protected final void send(NodeId to, Message message) {
    if (message instanceof Vote vote && vote.isGranted()) {
      notes.voted(self(), vote.term(), to);
    }
    env.send(to, message);
  }

  /** Sends a message to every other member. */
  protected final void broadcast(Message message) {
    if (message instanceof RequestVote request) {
      notes.voted(self(), request.term(), self()); // a candidate votes for itself
    }
    env.broadcast(message);
  }

  /** Starts the timer anew, for a time that is drawn between these. */
  protected final void startTimer(Duration least, Duration most) {
    shortest = least;
    longest = most;
    long span = Math.max(1, most.minus(least).toNanos());
    timer.start(least.toNanos() + env.random().nextLong(span));
  }

  /** What this member has stored last, before a crash or since; at first term 0 and no vote. */
  protected final Saved saved() {
    return notes.saved(self());
  }

  /** Stores this: it is there after a crash. */
  protected final void save(long term, Optional<NodeId> votedFor) {
    notes.save(self(), new Saved(term, votedFor));
    votedFor.ifPresent(candidate -> notes.voted(self(), term, candidate));
  }

  /** This member leads from now on. */
  protected final void lead(long term) {
    notes.leads(self(), term);
  }

  /** This member follows from now on. */
  protected final void stepDown() {
    notes.stepsDown(self());
  }

  // The rest of a controlet

  @Override
  public final void onRequest(Request request, Reply reply) {
    reply.refuse("this group elects a leader, and serves nothing");
  }

  @Override
  public final void onMessage(NodeId from, Message message) {
    if (message instanceof RequestVote request) {
      onRequestVote(from, request);
    } else if (message instanceof Vote vote) {
      onVote(from, vote);
    } else if (message instanceof Heartbeat heartbeat) {
      onHeartbeat(from, heartbeat);
    }
  }

  /** A member that comes back is the only reason for another view: nothing ends with a view. */
  @Override
  public final void freeze(Consumer<MemberReport> then) {
    isTimerStopped |= timer.isRunning();
    timer.stop();
    env.storage().snapshot(contents -> then.accept(new Nothing()));
  }

  @Override
  public final void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    // There are no entries.
  }

  @Override
  public final void activate() {
    if (!hasStarted) {
      hasStarted = true;
      start();
    } else if (isTimerStopped) {
      startTimer(shortest, longest);
    }
    isTimerStopped = false;
  }

  /** Notes that are only good for a member by itself. */
  private static final class InMemoryNotes implements Notes {
    private Saved saved = new Saved(0, Optional.empty());

    @Override
    public Saved saved(NodeId node) {
      return saved;
    }

    @Override
    public void save(NodeId node, Saved another) {
      saved = another;
    }

    @Override
    public void voted(NodeId voter, long term, NodeId candidate) {
      // Nothing is graded.
    }

    @Override
    public void leads(NodeId leader, long term) {
      // Nothing is graded.
    }

    @Override
    public void stepsDown(NodeId node) {
      // Nothing is graded.
    }
  }
}
