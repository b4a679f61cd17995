package io.kvstore.core.replication;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.Answer.Pair;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Asks members what they hold of some keys until enough have answered, takes over the newest, and
 * writes it back to those that hold an older copy (DeCandia and others 2007, section 5).
 *
 * <pre>
 *   coordinator ── Ask ────▶ members     what do they hold of these keys?
 *   coordinator ◀─ Copies ── members     with this one, enough have answered: go on
 *   coordinator ── Repair ─▶ member      whose copy is older; also of one that answers late
 * </pre>
 *
 * <p>Questions are repeated until enough have answered; a copy that is not repaired, because that
 * was lost, is found again by the next read.
 */
public final class QuorumReads {
  /** What does the receiver hold of these keys? */
  record Ask(long epoch, long number, List<Bytes> keys) implements Message {}

  /** This, tombstones included. */
  record Copies(long epoch, long number, List<Pair> copies) implements Message {
    @Override
    public long footprint() {
      return Footprint.of(copies);
    }
  }

  /** Newer copies than the receiver has. */
  record Repair(long epoch, List<Pair> newer) implements Message {
    @Override
    public long footprint() {
      return Footprint.of(newer);
    }
  }

  private static final class Round {
    private final long number;
    private final List<Bytes> keys;
    private final int needed;
    private final Reply reply;
    private final Runnable then;
    private final long since;
    private VersionedCopies copies = new VersionedCopies();
    private boolean isOver;

    Round(long number, List<Bytes> keys, int needed, Reply reply, Runnable then, long since) {
      this.number = number;
      this.keys = keys;
      this.needed = needed;
      this.reply = reply;
      this.then = then;
      this.since = since;
    }
  }

  private final Env env;
  private final LastWriterWins entries;
  private final Map<Long, Round> rounds = new TreeMap<>();
  private final Timer retry;
  private long numbers;
  private boolean isFrozen;
  private volatile boolean isCutOff;

  /** Nothing is asked yet. */
  public QuorumReads(Env env, LastWriterWins entries) {
    this.env = env;
    this.entries = entries;
    retry = env.timer(this::repeat);
  }

  /**
   * Goes on once the newest of these keys that so many members hold, this one included, is here.
   *
   * @param reply of the request for which that is asked
   */
  public void ask(List<Bytes> keys, int needed, Reply reply, Runnable then) {
    if (needed <= 1) {
      then.run();
      return;
    }
    reply.waitFor("as many replicas to answer as a read asks");
    Round round = new Round(++numbers, keys, needed, reply, then, env.elapsed());
    rounds.put(round.number, round);
    retry.startIfIdle(Retry.INTERVAL_NANOS);
    ask(round);
  }

  private void ask(Round round) {
    long number = round.number;
    for (NodeId member : env.view().members()) {
      if (round.copies.has(member)) {
        continue;
      }
      if (member.equals(env.self())) {
        env.storage().stored(round.keys, copies -> onCopies(member, number, copies));
      } else {
        env.send(member, new Ask(env.view().epoch(), number, round.keys));
      }
    }
  }

  private void onCopies(NodeId from, long number, List<Pair> copies) {
    Round round = rounds.get(number);
    if (round == null || isFrozen) {
      return;
    }
    round.copies.add(from, copies);
    if (round.copies.size() < round.needed || !round.copies.has(env.self())) {
      return;
    }
    repair(round);
    if (round.copies.size() == env.view().members().size()) {
      rounds.remove(number);
    }
    if (!round.isOver) {
      isCutOff = false;
      end(round);
    }
  }

  private void end(Round round) {
    round.isOver = true;
    round.then.run();
  }

  private void repair(Round round) {
    for (NodeId member : env.view().members()) {
      List<Pair> newer = round.copies.has(member) ? round.copies.newerThanAt(member) : List.of();
      if (newer.isEmpty()) {
        continue;
      }
      round.copies.repaired(member);
      if (member.equals(env.self())) {
        entries.repair(newer);
      } else {
        env.reached(Moment.COPY_REPAIRED);
        env.send(member, new Repair(env.view().epoch(), newer));
      }
    }
  }

  /** Notices when this member waits for the others in vain to hold what it has written. */
  public void expectAcknowledgements() {
    if (entries.waitsSince() < Long.MAX_VALUE) {
      retry.startIfIdle(Retry.INTERVAL_NANOS);
    }
  }

  private void repeat() {
    rounds.values().removeIf(round -> round.isOver || round.reply.isAbandoned());
    long oldest = entries.waitsSince();
    for (Round round : rounds.values()) {
      oldest = Math.min(oldest, round.since);
    }
    if (oldest == Long.MAX_VALUE) {
      return;
    }
    isCutOff = env.elapsed() - oldest > env.detectionNanos();
    if (isCutOff) {
      env.moveOn();
      rounds.values().removeIf(round -> round.reply.isAbandoned());
    }
    List.copyOf(rounds.values()).forEach(this::ask);
    retry.start(Retry.interval(env));
  }

  /** Whether this member has waited for others in vain. May be called at any time by any thread. */
  public boolean isCutOff() {
    return isCutOff;
  }

  /** How many requests wait whose clients still do. */
  public int size() {
    return (int)
        rounds.values().stream()
            .filter(round -> !round.isOver && !round.reply.isAbandoned())
            .count();
  }

  // Messages

  /** Takes a message; tells whether it was one of these. */
  public boolean onMessage(NodeId from, Message message) {
    if (rounds.isEmpty() && entries.waitsSince() == Long.MAX_VALUE) {
      isCutOff = false; // there is another, at least
    }
    if (message instanceof Ask asked) {
      env.storage()
          .stored(
              asked.keys(),
              copies -> env.send(from, new Copies(asked.epoch(), asked.number(), copies)));
    } else if (message instanceof Copies told) {
      onCopies(from, told.number(), told.copies());
    } else if (message instanceof Repair repair) {
      entries.repair(repair.newer());
    } else {
      return false;
    }
    return true;
  }

  // Reconfiguration

  /** The view is about to end: what this member's own datalet has yet to answer comes too late. */
  public void freeze() {
    isFrozen = true;
    retry.stop();
  }

  /** Each member begins with what any of them had: with enough of them, all is known. */
  public void activate() {
    isFrozen = false;
    isCutOff = false;
    List<Round> all = new ArrayList<>(rounds.values());
    rounds.clear();
    for (Round round : all) {
      if (round.isOver || round.reply.isAbandoned()) {
        continue;
      }
      if (env.view().members().size() >= round.needed) {
        end(round);
      } else {
        round.copies = new VersionedCopies();
        rounds.put(round.number, round);
        retry.startIfIdle(Retry.INTERVAL_NANOS);
      }
    }
  }

  @Override
  public String toString() {
    return rounds.size() + " rounds";
  }
}
