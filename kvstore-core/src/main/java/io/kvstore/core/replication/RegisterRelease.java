package io.kvstore.core.replication;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.replication.QuorumCalls.Accept;
import io.kvstore.core.replication.QuorumCalls.Accepts;
import io.kvstore.core.replication.QuorumCalls.Refused;
import io.kvstore.core.replication.Registers.Accepted;
import io.kvstore.core.replication.Registers.Answered;
import io.kvstore.core.replication.Registers.State;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Timer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lets members forget registers that all of them hold alike, so that a store keeps none for keys
 * that are not written: the entry in each datalet stands for it from then on.
 *
 * <pre>
 *   who has it chosen       the other members
 *     ── Accept ────────────▶ │    until all have accepted it, not only a majority
 *     ◀────────────── Accepts │
 *     ── Release ───────────▶ │    all have, and all show it: remember what it has answered
 *     ◀───────────── Released │
 *     ── Release ───────────▶ │    all do: forget it
 *     ◀───────────── Released │
 * </pre>
 *
 * <p>Invariant: what stands for a register that is forgotten is what all members had accepted, and
 * all members remember what clients were answered by it. So a majority in which some have forgotten
 * it, and some have not, still finds it, and what is made of it is not done twice. What was
 * promised is kept for all keys together, as the highest of these promises.
 *
 * <p>A value with a lifetime keeps its register until it has passed, and a ballot has made that so
 * for all: members whose clocks differ would not agree on an entry that is gone for some.
 */
public final class RegisterRelease {
  /** A ballot with which the register of a key has been accepted. */
  record Ballot(Bytes key, long ballot) {}

  /** All members have accepted this, as of a time, and these clients were answered by it. */
  record Settled(Ballot ballot, long time, List<Answered> answered) {}

  /** What the receiver is to remember, and what it need not keep. */
  record Release(long epoch, long number, List<Settled> settled, List<Ballot> released)
      implements Message {
    @Override
    public long footprint() {
      long sum = 0;
      for (Settled each : settled) {
        sum += 64 * (1 + each.answered().size()) + each.ballot().key().size();
      }
      return sum;
    }
  }

  /** It remembers that, and has forgotten the others. */
  record Released(long epoch, long number) implements Message {}

  private static final class Chosen {
    final Accepted accepted;
    final BitSet holders = new BitSet(); // by the number of the node
    long told = Long.MAX_VALUE; // with which update all others hear of it
    boolean wasLookedAt;
    boolean isRefused;

    Chosen(Accepted accepted) {
      this.accepted = accepted;
    }
  }

  private record Waiting(Settled settled, long told) {}

  private static final long INTERVAL_NANOS = 1_000_000_000;
  private static final int MOST_AT_ONCE = 10_000;

  private final Env env;
  private final LastWriterWins shown;
  private final Registers registers;
  private final Consumer<Bytes> refresh;
  private final Timer timer;
  private final Map<Bytes, Chosen> chosen = new LinkedHashMap<>(); // not by all, or not for good
  private final ArrayDeque<Waiting> settled = new ArrayDeque<>(); // by all
  private final BitSet missing = new BitSet(); // those who have not said that they forget
  private @Nullable Release release; // under way
  private long releases;

  /**
   * Nothing is chosen yet.
   *
   * @param shown shows what is chosen to all members
   * @param refresh has the state of a register chosen anew, with a higher ballot
   */
  public RegisterRelease(
      Env env, LastWriterWins shown, Registers registers, Consumer<Bytes> refresh) {
    this.env = env;
    this.shown = shown;
    this.registers = registers;
    this.refresh = refresh;
    timer = env.timer(this::look);
  }

  /** Begins anew in the present view, in which there are no registers yet. */
  public void restart() {
    timer.stop();
    chosen.clear();
    settled.clear();
    missing.clear();
    release = null;
  }

  // Choosing

  /** This member has it chosen that a register has this state. */
  public void onChosen(Bytes key, Accepted accepted, RegisterRound round) {
    Chosen now = new Chosen(accepted);
    for (NodeId member : env.view().members()) {
      if (!round.lacks(member)) {
        now.holders.set(member.number());
      }
    }
    chosen.put(key, now);
    timer.startIfIdle(INTERVAL_NANOS);
  }

  /** All that is chosen for a key is told to the others, with the last update at the latest. */
  public void onTold(Bytes key, Accepted accepted) {
    Chosen now = chosen.get(key);
    if (now != null && now.accepted.ballot() == accepted.ballot()) {
      now.told = shown.lastTold();
      settle(key, now);
    }
  }

  /** A ballot was given up with which nothing was proposed: what was promised for it stays. */
  public void onGivenUp(Bytes key, long ballot) {
    settled.add(new Waiting(new Settled(new Ballot(key, ballot), Long.MIN_VALUE, List.of()), 0));
    timer.startIfIdle(INTERVAL_NANOS);
  }

  private void onAccepts(NodeId from, Accepts told) {
    Chosen now = chosen.get(told.key());
    if (now != null && now.accepted.ballot() == told.ballot()) {
      now.holders.set(from.number());
      settle(told.key(), now);
    }
  }

  private void onRefused(Refused told) {
    Chosen now = chosen.get(told.key());
    if (now != null && now.accepted.ballot() == told.ballot()) {
      now.isRefused = true;
    }
  }

  private void settle(Bytes key, Chosen now) {
    if (now.told != Long.MAX_VALUE && isWithAll(now) && !now.accepted.state().passes()) {
      chosen.remove(key);
      State state = now.accepted.state();
      Ballot ballot = new Ballot(key, now.accepted.ballot());
      settled.add(new Waiting(new Settled(ballot, state.time(), state.answered()), now.told));
    }
  }

  private boolean isWithAll(Chosen now) {
    return now.holders.cardinality() == env.view().members().size();
  }

  // Time

  private void look() {
    if (!env.isUnusual()) { // else later
      lookAtChosen();
      if (release == null) {
        releaseNext(List.of());
      } else {
        sendRelease();
      }
    }
    if (!chosen.isEmpty() || !settled.isEmpty() || release != null) {
      timer.start(INTERVAL_NANOS);
    }
  }

  /** At some of them, those at which it has looked longest ago first. */
  private void lookAtChosen() {
    List<Bytes> keys = chosen.keySet().stream().limit(MOST_AT_ONCE).toList();
    for (Bytes key : keys) {
      Chosen now = chosen.remove(key);
      if (now == null || registers.ballotOf(key) > now.accepted.ballot()) {
        continue; // the member that has chosen that looks after it
      }
      chosen.put(key, now);
      State state = now.accepted.state();
      if (now.isRefused || state.expiresBy(Math.max(env.now(), state.time()))) {
        env.reached(Moment.REGISTER_REFRESHED);
        refresh.accept(key);
      } else if (now.wasLookedAt && !isWithAll(now)) {
        env.reached(Moment.REGISTER_BROUGHT_TO_ALL);
        bringToAll(key, now);
      }
      now.wasLookedAt = true;
    }
  }

  private void bringToAll(Bytes key, Chosen now) {
    Accept accept = new Accept(env.view().epoch(), key, now.accepted);
    for (NodeId member : env.view().members()) {
      if (!now.holders.get(member.number()) && !member.equals(env.self())) {
        env.send(member, accept);
      }
    }
    if (!now.holders.get(env.self().number())) {
      registers.accept(
          key,
          now.accepted,
          () -> onAccepts(env.self(), new Accepts(accept.epoch(), key, now.accepted.ballot())),
          promised -> now.isRefused = true);
    }
  }

  // Releasing

  private void releaseNext(List<Settled> remembered) {
    long receivedByAll = shown.receivedByAll();
    List<Settled> next = new ArrayList<>();
    while (!settled.isEmpty()
        && next.size() < MOST_AT_ONCE
        && settled.getFirst().told() <= receivedByAll) {
      next.add(settled.removeFirst().settled());
    }
    if (!next.isEmpty() || !remembered.isEmpty()) {
      List<Ballot> released = remembered.stream().map(Settled::ballot).toList();
      release = new Release(env.view().epoch(), ++releases, List.copyOf(next), released);
      env.view().members().forEach(member -> missing.set(member.number()));
      sendRelease();
      take(release);
      onReleased(env.self(), releases);
    }
  }

  private void take(Release told) {
    registers.remember(told.settled());
    registers.release(told.released());
  }

  private void sendRelease() {
    for (NodeId member : env.view().members()) {
      if (release != null && missing.get(member.number()) && !member.equals(env.self())) {
        env.send(member, release);
      }
    }
  }

  private void onReleased(NodeId from, long number) {
    if (release != null && release.number() == number) {
      missing.clear(from.number());
      if (missing.isEmpty()) {
        List<Settled> remembered = release.settled();
        release = null;
        releaseNext(remembered);
      }
    }
  }

  /**
   * Takes a message; tells whether it was one of these. What members answer to other questions is
   * heard as well.
   */
  public boolean onMessage(NodeId from, Message message) {
    if (message instanceof Release asked) {
      take(asked);
      env.send(from, new Released(asked.epoch(), asked.number()));
      return true;
    } else if (message instanceof Released told) {
      onReleased(from, told.number());
      return true;
    } else if (message instanceof Accepts told) {
      onAccepts(from, told);
    } else if (message instanceof Refused told) {
      onRefused(told);
    }
    return false;
  }

  @Override
  public String toString() {
    return chosen.size() + " chosen, " + settled.size() + " to be forgotten";
  }
}
