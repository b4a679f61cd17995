package io.kvstore.core.replication;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.replication.QuorumCalls.Accept;
import io.kvstore.core.replication.QuorumCalls.Accepts;
import io.kvstore.core.replication.QuorumCalls.Collect;
import io.kvstore.core.replication.QuorumCalls.Collected;
import io.kvstore.core.replication.QuorumCalls.Prepare;
import io.kvstore.core.replication.QuorumCalls.Promised;
import io.kvstore.core.replication.QuorumCalls.Refused;
import io.kvstore.core.replication.RegisterRelease.Ballot;
import io.kvstore.core.replication.RegisterRelease.Settled;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The registers of a member, one for each key that was written in this view: what it has promised,
 * and what it has accepted (the acceptor of Lamport 1998, for each key as in Rystsov 2018).
 *
 * <p>Invariant: what a majority has accepted with one ballot is chosen: whatever is accepted with a
 * higher one was made of it. So the highest of what a majority has accepted has all that was
 * answered.
 *
 * <p>As a view begins, all members hold the same entries. So a key has no register until it is
 * written: then it begins with that entry, below all ballots. The same holds again once all members
 * have accepted the same: then it is {@linkplain RegisterRelease forgotten}.
 */
public final class Registers {
  /** What a client was answered last that has written this key. */
  public record Answered(int client, long sequence, Answer answer) {}

  /**
   * What a register holds.
   *
   * @param entry the entry of its key, perhaps a tombstone; null if there was none
   * @param time as of which it was written last
   * @param answered what clients were answered, so that what they ask for again is not done again
   */
  public record State(@Nullable Entry entry, long time, List<Answered> answered) {
    /** What a client sees at a time. */
    public @Nullable Entry visibleAt(long now) {
      return entry != null && entry.isVisibleAt(now) ? entry : null;
    }

    /** Whether there is no value. */
    public boolean isGone() {
      return entry == null || entry.isTombstone();
    }

    /** Whether there is a value that will pass. */
    boolean passes() {
      return entry != null && !isGone() && entry.expiresAt() != Entry.NEVER;
    }

    /** Whether a register that begins with this shows the same as another one. */
    boolean standsFor(State other) {
      if (entry != null && other.entry != null && entry.version() > other.entry.version()) {
        return true; // it was chosen after the other
      }
      return other.isGone()
          ? visibleAt(other.time) == null
          : entry != null && entry.equals(other.entry);
    }

    /** Whether there is a value that has gone by a time. */
    public boolean expiresBy(long now) {
      return entry != null && !isGone() && !entry.isVisibleAt(now);
    }

    /** The same as of a later time: what has expired by then is gone for good. */
    public State asOf(long later) {
      return entry != null && expiresBy(later)
          ? new State(Entry.tombstone(entry.version(), entry.context()), later, answered)
          : this;
    }

    /** What the last request of a client was answered here, null when it has written nothing. */
    public @Nullable Answered answeredTo(int client) {
      for (Answered each : answered) {
        if (each.client() == client) {
          return each;
        }
      }
      return null;
    }

    /** The same after another write. */
    public State after(@Nullable Entry written, long at, Answered answer) {
      List<Answered> all = new ArrayList<>(answered);
      all.removeIf(each -> each.client() == answer.client());
      all.add(answer);
      return new State(written, at, List.copyOf(all));
    }
  }

  /** A state, and the ballot with which it was accepted; 0 below all ballots. */
  public record Accepted(long ballot, State state) {
    /** How many bytes this keeps in memory, for a key. */
    long footprint(Bytes key) {
      Entry entry = state.entry();
      return entry == null ? 0 : Footprint.of(List.of(new Pair(key, entry)));
    }
  }

  private static final class Register {
    private long promised;
    private Accepted accepted;

    Register(long promised, Accepted first) {
      this.promised = promised;
      accepted = first;
    }

    /** Whether all members have accepted this with a ballot, or it was given up. */
    boolean isReleasedBy(long ballot) {
      return accepted.ballot() == 0 ? promised <= ballot : accepted.ballot() == ballot;
    }
  }

  private final Env env;
  private final RememberedAnswers answers;
  private final LongConsumer observe;
  private final Map<Bytes, Register> registers = new LinkedHashMap<>();
  private long since; // the latest time of the views before, and of registers that are forgotten
  private long promisedOfForgotten; // the highest ballot

  /**
   * None yet.
   *
   * @param answers remembers what clients were answered by registers that are forgotten
   * @param observe told of the ballots that other members use
   */
  public Registers(Env env, RememberedAnswers answers, LongConsumer observe) {
    this.env = env;
    this.answers = answers;
    this.observe = observe;
  }

  /** Begins anew, with what the datalet has, which is as of a time. */
  public void restart(long time) {
    registers.clear();
    since = time;
    promisedOfForgotten = 0;
  }

  /** With which ballot a register was accepted; 0 if there is none, or below all ballots. */
  long ballotOf(Bytes key) {
    Register register = registers.get(key);
    return register == null ? 0 : register.accepted.ballot();
  }

  /** How many there are but for those of values that pass. */
  public int size() {
    return (int)
        registers.values().stream().filter(each -> !each.accepted.state().passes()).count();
  }

  /** Remembers what clients were answered by registers that all members may forget next. */
  void remember(List<Settled> settled) {
    for (Settled each : settled) {
      RegistersReport.remember(each.ballot().ballot(), each.time(), each.answered(), answers);
    }
  }

  /**
   * Forgets those that still are what all members have accepted and remember. What was promised
   * goes on for all keys that have no register, also for what comes late.
   */
  void release(List<Ballot> ballots) {
    for (Ballot each : ballots) {
      observe.accept(each.ballot());
      Register register = registers.get(each.key());
      if (register == null) {
        promisedOfForgotten = Math.max(promisedOfForgotten, each.ballot());
      } else if (register.isReleasedBy(each.ballot())) {
        find(
            each.key(),
            stored -> {
              Register same = registers.get(each.key());
              if (same != null && same.isReleasedBy(each.ballot())) {
                forget(each.key(), same, stored.accepted.state());
              }
            });
      }
    }
  }

  /** Unless the datalet has less: what members decide about long ago may not be shown any more. */
  private void forget(Bytes key, Register register, State stored) {
    State state = register.accepted.state();
    if (register.accepted.ballot() > 0 && !stored.standsFor(state)) {
      env.reached(Moment.REGISTER_NOT_SHOWN);
      return;
    }
    since = Math.max(since, state.time());
    promisedOfForgotten = Math.max(promisedOfForgotten, register.promised);
    registers.remove(key);
  }

  /** What was accepted, by key. */
  public Map<Bytes, Accepted> accepted() {
    Map<Bytes, Accepted> all = new LinkedHashMap<>();
    registers.forEach((key, register) -> all.put(key, register.accepted));
    return Collections.unmodifiableMap(all);
  }

  /** Tells what was accepted last. */
  void look(Bytes key, Consumer<Accepted> then) {
    Register register = registers.get(key);
    if (register != null) {
      then.accept(register.accepted);
    } else {
      find(key, first -> then.accept(first.accepted));
    }
  }

  /**
   * Promises to accept nothing more below a ballot, unless as much was promised already.
   *
   * @param refused told of the higher ballot
   */
  void promise(Bytes key, long ballot, Consumer<Accepted> promised, Consumer<Long> refused) {
    open(key, ballot, register -> promised.accept(register.accepted), refused);
  }

  /**
   * Accepts a state, unless a higher ballot was promised.
   *
   * @param refused told of the higher ballot
   */
  void accept(Bytes key, Accepted proposal, Runnable accepted, Consumer<Long> refused) {
    open(
        key,
        proposal.ballot(),
        register -> {
          register.accepted = proposal;
          accepted.run();
        },
        refused);
  }

  private void open(Bytes key, long ballot, Consumer<Register> then, Consumer<Long> refused) {
    Register register = registers.get(key);
    if (register != null) {
      unlessRefused(register, ballot, then, refused);
    } else {
      find(
          key,
          first -> {
            Register opened = registers.getOrDefault(key, first); // by another message meanwhile
            if (ballot >= opened.promised) {
              registers.put(key, opened);
            }
            unlessRefused(opened, ballot, then, refused);
          });
    }
  }

  private static void unlessRefused(
      Register register, long ballot, Consumer<Register> then, Consumer<Long> refused) {
    if (ballot < register.promised) {
      refused.accept(register.promised);
    } else {
      register.promised = ballot;
      then.accept(register);
    }
  }

  private void find(Bytes key, Consumer<Register> then) {
    long epoch = env.view().epoch();
    env.storage()
        .query(
            new Get(key),
            Long.MIN_VALUE,
            answer -> {
              if (env.view().epoch() == epoch) {
                Entry entry = ((Found) answer).entry();
                State state = new State(entry, since, List.of());
                then.accept(new Register(promisedOfForgotten + 1, new Accepted(0, state)));
              }
            });
  }

  /** Takes a message; tells whether it was a question to this member's */
  boolean onMessage(NodeId from, Message message) {
    if (message instanceof Collect asked) {
      look(
          asked.key(),
          accepted ->
              env.send(from, new Collected(asked.epoch(), asked.key(), asked.number(), accepted)));
    } else if (message instanceof Prepare asked) {
      onPrepare(from, asked);
    } else if (message instanceof Accept asked) {
      onAccept(from, asked);
    } else {
      return false;
    }
    return true;
  }

  private void onPrepare(NodeId from, Prepare asked) {
    observe.accept(asked.ballot());
    long epoch = asked.epoch();
    promise(
        asked.key(),
        asked.ballot(),
        accepted -> env.send(from, new Promised(epoch, asked.key(), asked.ballot(), accepted)),
        promised -> env.send(from, new Refused(epoch, asked.key(), asked.ballot(), promised)));
  }

  private void onAccept(NodeId from, Accept asked) {
    long epoch = asked.epoch();
    long ballot = asked.proposal().ballot();
    observe.accept(ballot);
    accept(
        asked.key(),
        asked.proposal(),
        () -> env.send(from, new Accepts(epoch, asked.key(), ballot)),
        promised -> env.send(from, new Refused(epoch, asked.key(), ballot, promised)));
  }

  @Override
  public String toString() {
    return registers.size() + " registers";
  }
}
