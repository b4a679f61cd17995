package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.core.replication.Digest.Differences;
import io.kvstore.core.replication.UpdateStream.Everything;
import io.kvstore.core.replication.UpdateStream.Update;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.VectorClock;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Brings a member what another has written from whom it cannot have it: that one is lost, or cut
 * off from it (DeCandia and others 2007, section 4.7).
 *
 * <pre>
 *   a, b ◀──── Heard ────▶ a, b     so many updates of each member are here
 *   a ─────── Compare ───▶ b        b has some that a waits for in vain: where do they differ?
 *   a ◀────── Differing ── b        these entries; then a has all that b had
 * </pre>
 *
 * <p>Members tell each other once a second how many updates of each member they have, until all
 * have the same. So whatever the writers bring by themselves is never compared.
 */
public final class AntiEntropy {
  /** So many updates of each member are with the sender. */
  record Heard(long epoch, VectorClock heard, boolean isQuestion) implements Message {}

  /**
   * What does the receiver hold that this is not the digest of?
   *
   * @param first the part of the digest to begin with
   * @param heard what the receiver had when the first part was compared; null with that one
   */
  record Compare(long epoch, Digest digest, int first, @Nullable VectorClock heard)
      implements Message {
    @Override
    public long footprint() {
      return 8L * Digest.PARTS;
    }
  }

  /**
   * Entries that the sender holds where the receiver differs.
   *
   * @param heard what the sender had when the first part was compared
   */
  record Differing(long epoch, VectorClock heard, Differences differences) implements Message {
    @Override
    public long footprint() {
      return Footprint.of(differences.entries());
    }
  }

  private static final long INTERVAL_NANOS = 1_000_000_000;
  private static final int MOST_ENTRIES = 1_000; // in one message, and the rest of their part

  private final Env env;
  private final LastWriterWins entries;
  private final Timer timer;
  private final Map<NodeId, VectorClock> others = new TreeMap<>(); // what each has heard, last
  private @Nullable VectorClock before; // what was here at the last tick
  private boolean hasAsked; // since then

  /** Between members that hold these entries. */
  public AntiEntropy(Env env, LastWriterWins entries) {
    this.env = env;
    this.entries = entries;
    timer = env.timer(this::tick);
  }

  /** Begins anew in the present view, whose members begin with the same. */
  public void restart() {
    timer.stop();
    others.clear();
    before = null;
    hasAsked = false;
  }

  /** The view is about to end. */
  public void freeze() {
    timer.stop();
  }

  /** Something was written here or has come: the others may lack it. */
  public void onChange() {
    timer.startIfIdle(INTERVAL_NANOS);
  }

  /** The same, of what a message brings that its writer sends. */
  public void onMessageOfWriter(Message message) {
    if (message instanceof Update || message instanceof Everything) {
      onChange();
    }
  }

  private void tick() {
    VectorClock heard = entries.heard();
    if (!areAllAlike(heard)) {
      env.broadcast(new Heard(env.view().epoch(), heard, true));
      timer.start(INTERVAL_NANOS);
    }
    before = heard;
    hasAsked = false;
  }

  private boolean areAllAlike(VectorClock heard) {
    return env.view().members().stream()
        .allMatch(
            member ->
                member.equals(env.self())
                    || heard.equals(others.getOrDefault(member, VectorClock.ZERO)));
  }

  private void onHeard(NodeId from, Heard message) {
    VectorClock heard = entries.heard();
    others.put(from, message.heard());
    if (message.isQuestion()) {
      env.send(from, new Heard(message.epoch(), heard, false));
    }
    if (!message.heard().equals(heard)) {
      onChange();
    }
    if (!hasAsked && isWaitedForInVain(message.heard(), heard)) {
      hasAsked = true;
      compare(from, 0, null);
    }
  }

  /** Whether another has updates of a writer of which none has come here since the last tick. */
  private boolean isWaitedForInVain(VectorClock its, VectorClock here) {
    VectorClock then = before;
    return then != null
        && env.view().members().stream()
            .mapToInt(NodeId::number)
            .anyMatch(
                writer ->
                    its.get(writer) > here.get(writer) && here.get(writer) == then.get(writer));
  }

  private void compare(NodeId with, int first, @Nullable VectorClock heard) {
    long epoch = env.view().epoch();
    env.storage()
        .examine(Digest::new, digest -> env.send(with, new Compare(epoch, digest, first, heard)));
  }

  private void onCompare(NodeId from, Compare asked) {
    VectorClock now = entries.heard(); // before it is looked at: what is found has all of it
    VectorClock heard = asked.heard() == null ? now : asked.heard();
    int most = env.isUnusual() ? 1 : MOST_ENTRIES;
    env.storage()
        .examine(
            all -> asked.digest().differences(all, asked.first(), most),
            some -> env.send(from, new Differing(asked.epoch(), heard, some)));
  }

  private void onDiffering(NodeId from, Differing brought) {
    env.reached(Moment.DIFFERENCES_BROUGHT);
    entries.repair(brought.differences().entries());
    if (brought.differences().next() < Digest.PARTS) {
      compare(from, brought.differences().next(), brought.heard());
    } else {
      entries.heardElsewhere(brought.heard());
      onChange();
    }
  }

  /** Takes a message; tells whether it was one of these. */
  public boolean onMessage(NodeId from, Message message) {
    if (message instanceof Heard heard) {
      onHeard(from, heard);
    } else if (message instanceof Compare asked) {
      onCompare(from, asked);
    } else if (message instanceof Differing brought) {
      onDiffering(from, brought);
    } else {
      return false;
    }
    return true;
  }

  @Override
  public String toString() {
    return "the others have " + others;
  }
}
