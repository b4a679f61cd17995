package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.core.replication.LockService.Granted;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.Tick;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Ends a write whose holder has lost its lock: on all members, or on none.
 *
 * <pre>
 *   lock service                 each member
 *     │ ────────── Fence ─────────▶ │   the holder, too: it does not use the token any more
 *     │ ◀───────── Fenced ───────── │   if it has not: and says what it holds of it
 *     │ ────────── Store ─────────▶ │   that, once one member holds it; nothing, if none does
 * </pre>
 *
 * <p>The holder is a member, and after its word writes nothing with the token that it has not
 * written before: so if no member holds anything, none ever will but from the lock service.
 */
public final class Settlement {
  /** Do not use this token if you have not, and say what you hold of it. */
  public record Fence(long epoch, long token) implements Message {}

  /**
   * The sender does not use the token if it has not.
   *
   * @param held what it holds, null if that is nothing, or settled
   * @param performed what is up to here is settled
   */
  public record Fenced(long epoch, long token, @Nullable Ordered held, long performed)
      implements Message {
    @Override
    public long footprint() {
      return held == null ? 64 : Footprint.of(held);
    }
  }

  /**
   * A settlement that is under way.
   *
   * @param missing whose word is not here yet
   */
  private record Open(Granted granted, Set<NodeId> missing, long since) {}

  private final Env env;
  private final PerformedOrder performed;
  private final LockedWrites writes;
  private final BiConsumer<NodeId, Message> send;
  private final TreeMap<Long, Open> open = new TreeMap<>(); // by token
  private final Timer retry;

  /**
   * Of one member, which asks if it is the lock service, and is asked.
   *
   * @param send sends a message to a member, or hands it to this one
   */
  public Settlement(
      Env env, PerformedOrder performed, LockedWrites writes, BiConsumer<NodeId, Message> send) {
    this.env = env;
    this.performed = performed;
    this.writes = writes;
    this.send = send;
    retry = env.timer(this::repeat);
  }

  /** How many are under way. */
  public int size() {
    return open.size();
  }

  /** Begins with a write lock whose lease has run out, unless it is being settled already. */
  public void begin(Granted granted) {
    if (!open.containsKey(granted.token())) {
      Open begun = new Open(granted, new TreeSet<>(env.view().members()), env.elapsed());
      open.put(granted.token(), begun);
      ask(begun);
      retry.startIfIdle(Retry.INTERVAL_NANOS);
    }
  }

  private void ask(Open each) {
    for (NodeId member : List.copyOf(each.missing())) {
      send.accept(member, new Fence(env.view().epoch(), each.granted().token()));
    }
  }

  /** Takes a message; tells whether it was one of these. */
  public boolean onMessage(NodeId from, Message message) {
    if (message instanceof Fence fence) {
      onFence(from, fence.token());
    } else if (message instanceof Fenced fenced) {
      onFenced(from, fenced);
    } else {
      return false;
    }
    return true;
  }

  private void onFence(NodeId from, long token) {
    writes.fence(token);
    long position = performed.position();
    send.accept(from, new Fenced(env.view().epoch(), token, writes.heldWith(token), position));
  }

  private void onFenced(NodeId from, Fenced fenced) {
    writes.settle(fenced.performed());
    Open its = open.get(fenced.token());
    if (its == null) {
      return;
    }
    its.missing.remove(from);
    Ordered held = fenced.held();
    if (held != null) {
      env.reached(Moment.LOCK_SETTLED_WITH_A_WRITE);
      complete(held);
    } else if (its.missing.isEmpty()) {
      env.reached(Moment.LOCK_SETTLED_WITH_NOTHING);
      complete(nothing(its.granted));
    }
  }

  private static Ordered nothing(Granted granted) {
    return new Ordered(granted.token(), granted.time(), Ordered.NO_CLIENT, 0, new Tick());
  }

  private void complete(Ordered ordered) {
    open.remove(ordered.position());
    if (ordered.position() > performed.position()) {
      writes.complete(ordered);
    }
  }

  private void repeat() {
    open.headMap(performed.position(), true).clear();
    for (Open each : List.copyOf(open.values())) {
      ask(each);
      if (env.elapsed() - each.since() > Retry.SUSPECT_AFTER_NANOS) {
        each.missing().forEach(env::suspect);
      }
    }
    if (!open.isEmpty()) {
      retry.start(Retry.interval(env));
    }
  }

  /** Ends: the view does, and with it every lock. */
  public void stop() {
    retry.stop();
    open.clear();
  }
}
