package io.kvstore.core.replication;

import static java.util.Objects.requireNonNull;

import io.kvstore.Bytes;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Query;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The requests for one key that a member serves, one after the other, and how far it is with the
 * first: reads that wait together are one.
 */
public final class RegisterLine {
  /** How far the first request is. */
  public enum Step {
    /** It has not begun, or begins anew. */
    IDLE,
    /** Another member was first: it begins anew after a while. */
    PAUSING,
    /** Members are asked what they have accepted. */
    COLLECTING,
    /** What some have accepted is brought to the others. */
    REPAIRING,
    /** Members are asked for a promise. */
    PREPARING,
    /** Members are asked to accept. */
    PROPOSING
  }

  private record Waiting(Request request, Reply reply) {}

  private static final int LONGEST_PAUSE = 5; // as a power of two
  private static final long SHORT_ROUND_NANOS = 4_000_000;
  private static final long MOST_TIMES_LONGER = 64;

  private final Env env;
  private final Bytes key;
  private final ArrayDeque<Waiting> waiting = new ArrayDeque<>();
  private Step step = Step.IDLE;
  private RegisterRound round;
  private long number; // of the round: its ballot, if it has one
  private long since; // the first request waits for a majority
  private int reads; // that are served together
  private int conflicts;
  private int pause; // in ticks
  private @Nullable Accepted proposal;
  private Answer answer = Found.NOTHING;
  private boolean hasProposed; // the first request: it may have taken effect

  /** None waits yet. */
  public RegisterLine(Env env, Bytes key) {
    this.env = env;
    this.key = key;
    round = new RegisterRound(env.view());
    since = env.elapsed();
  }

  /** The key. */
  public Bytes key() {
    return key;
  }

  // Requests

  /** Another request comes. */
  public void add(Request request, Reply reply) {
    reply.waitFor("a majority of the replicas");
    waiting.add(new Waiting(request, reply));
  }

  /** How many wait whose clients still do. */
  public int size() {
    return (int) waiting.stream().filter(each -> !each.reply().isAbandoned()).count();
  }

  /**
   * Goes on to the first request whose client still waits, or that may have taken effect; tells
   * whether there is one.
   */
  public boolean hasNext() {
    while (!waiting.isEmpty() && !hasProposed && reply().isAbandoned()) {
      waiting.remove();
    }
    return !waiting.isEmpty();
  }

  /** Whether the first request is a read. */
  public boolean isRead() {
    return isRead(waiting.element());
  }

  private static boolean isRead(Waiting each) {
    return each.request().operation() instanceof Query;
  }

  /** Whether no client waits for what is under way, and it has no effect either. */
  public boolean isAbandoned() {
    return !hasProposed
        && waiting.stream().limit(Math.max(1, reads)).allMatch(each -> each.reply().isAbandoned());
  }

  /** The first request. */
  public Request request() {
    return waiting.element().request();
  }

  /** Its reply. */
  public Reply reply() {
    return waiting.element().reply();
  }

  /**
   * The first request is over, with all reads that were served with it: these are their replies.
   */
  public List<Reply> end() {
    List<Reply> ended = new ArrayList<>();
    for (int left = isRead() ? Math.max(1, reads) : 1; left > 0; left--) {
      ended.add(waiting.remove().reply());
    }
    reads = 0;
    conflicts = 0;
    hasProposed = false;
    step = Step.IDLE;
    return ended;
  }

  /**
   * The first request is over, but not by what was proposed for it last: some may have accepted
   * that, so it is chosen in the end, or something else.
   */
  public void drop() {
    boolean mayBeAccepted = hasProposed;
    end();
    if (mayBeAccepted) {
      RegisterRefresh refresh = new RegisterRefresh(key);
      add(refresh, refresh);
    }
  }

  // Rounds

  /** Where the first request is. */
  public Step step() {
    return step;
  }

  /** What members have answered. */
  public RegisterRound round() {
    return round;
  }

  /** The number of the round. */
  public long number() {
    return number;
  }

  /** Whether this is the round that is under way. */
  public boolean isAt(Step asked, long ofNumber) {
    return step == asked && number == ofNumber;
  }

  /** Whether members are asked to accept what has this ballot. */
  public boolean isSpreading(long ballot) {
    return isAt(Step.PROPOSING, ballot) || isAt(Step.REPAIRING, ballot);
  }

  /** Whether its ballot is the own one of this member. */
  public boolean hasBallot() {
    return step == Step.PREPARING || step == Step.PROPOSING;
  }

  /** Begins a round of questions for the first request, or for all reads that are first. */
  public void ask(Step next, long ofNumber) {
    begin(next, ofNumber, new RegisterRound(env.view()));
    since = env.elapsed();
    reads = 0;
    for (Waiting each : waiting) {
      if (!isRead(each)) {
        break;
      }
      reads++;
    }
  }

  /** What some members hold is brought to the others. */
  public void repair() {
    proposal = round.latest();
    begin(Step.REPAIRING, proposal.ballot(), round.spreading(env.view()));
  }

  /**
   * Proposes a state for the register, and what the first request is answered once it is chosen.
   */
  public void propose(Accepted next, Answer then) {
    proposal = next;
    answer = then;
    hasProposed |= !isRead();
    begin(Step.PROPOSING, next.ballot(), new RegisterRound(env.view()));
  }

  private void begin(Step next, long ofNumber, RegisterRound another) {
    step = next;
    number = ofNumber;
    round = another;
  }

  /** What is proposed. */
  public Accepted proposal() {
    return requireNonNull(proposal, "a proposal");
  }

  /** What the first request is answered once that is chosen. */
  public Answer answer() {
    return answer;
  }

  // Conflicts

  /** The round is over without a result. */
  public void stop() {
    step = Step.IDLE;
  }

  /**
   * Another member was first: begins anew after a while, which is drawn, and longer each time, and
   * where rounds take long.
   */
  public void pause() {
    step = Step.PAUSING;
    conflicts = Math.min(conflicts + 1, LONGEST_PAUSE);
    long ofRound = (env.elapsed() - since) / SHORT_ROUND_NANOS;
    int longer = 1 + (int) Math.min(Math.max(0, ofRound), MOST_TIMES_LONGER);
    pause = 1 + env.random().nextInt(1 << conflicts) * longer;
  }

  /**
   * Whether reads go on with a ballot of their own: they have met so many others, or are meant to.
   */
  public boolean needsBallot() {
    return conflicts > 1 || request() instanceof RegisterRefresh;
  }

  /** A tick passes; tells whether the pause is over with it. */
  public boolean endsPause() {
    return step == Step.PAUSING && --pause <= 0;
  }

  /** Whether no majority has been there for so long; counts anew if it has not. */
  public boolean hasWaitedFor(long nanos) {
    boolean hasWaited = step != Step.IDLE && env.elapsed() - since > nanos;
    if (hasWaited) {
      since = env.elapsed();
    }
    return hasWaited;
  }

  @Override
  public String toString() {
    return waiting.size() + " requests for " + key + ", " + step;
  }
}
