package io.kvstore.core.replication;

import static java.util.Objects.requireNonNull;

import io.kvstore.NodeId;
import io.kvstore.core.replication.LockService.Complete;
import io.kvstore.core.replication.LockService.Granted;
import io.kvstore.core.replication.LockService.Lock;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Timer;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Writes that a member has clients ask of it, each under a lock with a token, stored with all
 * members (Anwar and others, SC 2018); and those of the others, as they are stored here.
 *
 * <pre>
 *   member                lock service           each member
 *     │ ─────── Lock ──────▶ │                       │
 *     │ ◀───── Granted ───── │                       │   with a token
 *     │ ───────────────────── Store ───────────────▶ │   ignored if another is there already
 *     │ ◀──────────────────── Stored ─────────────── │   and up to where it lacks nothing
 *     │ ───── Complete ────▶ │ ────── Settled ─────▶ │   up to where all hold everything
 * </pre>
 *
 * <p>The token is the position of the write in the one order of the group. What all members hold up
 * to a position, without a gap, is performed. A token is fenced once the lock service asks what was
 * written with it: a member to which it was granted, and that has not used it yet, does not use it
 * any more.
 */
public final class LockedWrites {
  /** What the sender writes under its lock, at the position that is the token. */
  public record Store(long epoch, Ordered ordered) implements Message {
    @Override
    public long footprint() {
      return Footprint.of(ordered);
    }
  }

  /** The sender holds what was written with a token, and everything up to a position. */
  public record Stored(long epoch, long token, long upTo) implements Message {}

  private static final class Write {
    private final long number; // of the claim
    private final @Nullable Request request; // null when another's write is completed
    private final @Nullable Reply reply;
    private final long since; // the epoch
    private final Set<NodeId> missing = new TreeSet<>(); // that are not known to hold it
    private @Nullable Ordered ordered; // once there is a token

    Write(long number, @Nullable Request request, @Nullable Reply reply, long since) {
      this.number = number;
      this.request = request;
      this.reply = reply;
      this.since = since;
    }
  }

  private final Env env;
  private final PerformedOrder performed;
  private final OrderedLog log;
  private final BiConsumer<NodeId, Message> send;
  private final LongSupplier numbers;
  private final Hearing service;
  private final Runnable onPerformed;
  private final Acknowledgements acknowledgements;
  private final TreeMap<Long, Write> asked = new TreeMap<>(); // by number
  private final TreeMap<Long, Write> byToken = new TreeMap<>(); // of those, and others'
  private final TreeSet<Long> fenced = new TreeSet<>(); // tokens of this view
  private final Timer retry;
  private long settled; // as far as the lock service is known to know

  /**
   * None yet.
   *
   * @param send sends a message to a member, or hands it to this one
   * @param numbers gives the member's claims their numbers
   * @param service when the lock service was heard
   * @param onPerformed what to do when more was performed
   */
  public LockedWrites(
      Env env,
      PerformedOrder performed,
      BiConsumer<NodeId, Message> send,
      LongSupplier numbers,
      Hearing service,
      Runnable onPerformed) {
    this.env = env;
    this.performed = performed;
    this.send = send;
    this.numbers = numbers;
    this.service = service;
    this.onPerformed = onPerformed;
    log = performed.log();
    acknowledgements = new Acknowledgements(env.self());
    retry = env.timer(this::repeat);
  }

  /** How many clients' writes are not performed yet. */
  public int size() {
    return (int)
        asked.values().stream()
            .filter(each -> each.reply != null && !each.reply.isAbandoned())
            .count();
  }

  /** Writes once this member has the locks; the client is answered when it is performed here. */
  public void write(Request request, Reply reply) {
    reply.waitFor("a write lock, and every member to hold the write");
    performed.answerAgain(request.client(), request.sequence(), reply);
    Write write = new Write(numbers.getAsLong(), request, reply, env.view().epoch());
    asked.put(write.number, write);
    service.begin(retry, Retry.INTERVAL_NANOS);
    ask(write, request);
  }

  private void ask(Write write, Request request) {
    send.accept(
        env.view().primary(),
        new Lock(
            env.view().epoch(),
            write.number,
            LockSet.of(request.operation()),
            write.since,
            request.client(),
            request.sequence()));
  }

  private void onGranted(Granted granted) {
    Write write = asked.get(granted.number());
    if (write == null || write.request == null || write.ordered != null) {
      return;
    }
    if (granted.token() == LockService.NO_TOKEN) { // done at another member: that comes here, too
      asked.remove(write.number);
    } else if (fenced.contains(granted.token()) || log.holds(granted.token())) {
      env.reached(Moment.LOCK_LOST_BEFORE_IT_WAS_USED);
    } else {
      Request request = write.request;
      store(
          write,
          new Ordered(
              granted.token(),
              granted.time(),
              request.client(),
              request.sequence(),
              request.operation()));
    }
  }

  /** Has every member hold what was written with a token that this member was not granted. */
  public void complete(Ordered ordered) {
    if (!byToken.containsKey(ordered.position())) {
      store(new Write(0, null, null, 0), ordered);
    }
  }

  private void store(Write write, Ordered ordered) {
    write.ordered = ordered;
    write.missing.addAll(env.view().members());
    byToken.put(ordered.position(), write);
    retry.startIfIdle(Retry.INTERVAL_NANOS);
    env.broadcast(new Store(env.view().epoch(), ordered));
    take(ordered);
    if (log.holds(ordered.position())) {
      holds(write, env.self());
    }
  }

  private void take(Ordered ordered) {
    performed.take(ordered);
    acknowledgements.holds(env.self(), log.last());
    if (performed.position() < log.last()) {
      retry.startIfIdle(Retry.INTERVAL_NANOS);
    }
  }

  private void holds(Write write, NodeId member) {
    boolean isNews = write.missing.remove(member);
    if (isNews && write.missing.isEmpty()) {
      sayComplete(write);
    }
    performSettled();
  }

  private void sayComplete(Write write) {
    long token = ordered(write).position();
    send.accept(env.view().primary(), new Complete(env.view().epoch(), token));
  }

  private static Ordered ordered(Write write) {
    return requireNonNull(write.ordered, "a write that has its token");
  }

  /** Takes a message; tells whether it was one of these. */
  public boolean onMessage(NodeId from, Message message) {
    if (message instanceof Store store) {
      onStore(from, store.ordered());
    } else if (message instanceof Granted granted) {
      onGranted(granted);
    } else {
      return false;
    }
    return true;
  }

  private void onStore(NodeId from, Ordered ordered) {
    take(ordered);
    if (log.holds(ordered.position())) { // else there was no room for it before its turn
      env.send(from, new Stored(env.view().epoch(), ordered.position(), log.last()));
    }
    performSettled();
  }

  /** A member says what it holds. */
  public void onStored(NodeId from, Stored stored) {
    acknowledgements.holds(from, stored.upTo());
    Write write = byToken.get(stored.token());
    if (write != null) {
      holds(write, from);
    } else {
      performSettled();
    }
  }

  /** Whether something written with a token is still on its way from here. */
  public boolean isOpen(long token) {
    return byToken.containsKey(token);
  }

  /** Every member, as the lock service knows, holds everything up to here: it is performed. */
  public void settle(long upTo) {
    settled = Math.max(settled, upTo);
    for (NodeId member : env.view().members()) {
      acknowledgements.holds(member, upTo);
    }
    performSettled();
  }

  private void performSettled() {
    if (performed.performUpTo(acknowledgements.settled())) {
      performed.forget(false);
      fenced.headSet(performed.position(), true).clear();
      asked.values().removeIf(this::isPerformed);
      onPerformed.run();
    }
    byToken.headMap(Math.min(settled, performed.position()), true).clear();
    if (!isBusy()) {
      retry.stop();
    }
  }

  private boolean isBusy() {
    return performed.position() < log.last() || !asked.isEmpty() || !byToken.isEmpty();
  }

  private boolean isPerformed(Write write) {
    return write.request != null && performed.has(write.request.client(), write.request.sequence());
  }

  /** If this member has not written with a token yet, it never will. */
  public void fence(long token) {
    if (token > performed.position()) {
      fenced.add(token);
    }
  }

  /** What this member holds of a token; null if that is nothing, or settled. */
  public @Nullable Ordered heldWith(long token) {
    Write own = byToken.get(token);
    if (own != null) {
      return own.ordered;
    }
    return token > performed.position() && log.holds(token) ? log.at(token) : null;
  }

  private void repeat() {
    List.copyOf(asked.values()).forEach(each -> ask(each, requireNonNull(each.request)));
    int left = Retry.batch(env);
    for (Write each : List.copyOf(byToken.values())) {
      if (left-- > 0) {
        repeat(each);
      }
    }
    long last = log.last();
    if (performed.position() < last && !env.view().primary().equals(env.self())) {
      // Is all of it settled by now?
      env.send(env.view().primary(), new Stored(env.view().epoch(), last, last));
    }
    if (!asked.isEmpty()) {
      service.complainIfSilent(env.view().primary());
    }
    if (isBusy()) {
      retry.start(Retry.interval(env));
    }
  }

  private void repeat(Write write) {
    Ordered ordered = ordered(write);
    if (write.missing.isEmpty()) {
      sayComplete(write);
    }
    for (NodeId member : List.copyOf(write.missing)) {
      if (member.equals(env.self())) {
        take(ordered);
        if (log.holds(ordered.position())) {
          holds(write, member);
        }
      } else {
        env.send(member, new Store(env.view().epoch(), ordered));
        if (performed.isStuck() && ordered.position() == performed.position() + 1) {
          env.reached(Moment.LAGGARD_ACCUSED);
          env.suspect(member);
        }
      }
    }
  }

  // Reconfiguration

  /** Writes nothing more in this view. */
  public void stop() {
    retry.stop();
  }

  /** All members of a view hold the same, and perform it: what is not in it is written again. */
  public void restart() {
    byToken.clear();
    fenced.clear();
    settled = log.last();
    acknowledgements.restart(env.view(), env.view().members().size(), log.last());
    List<Write> before = new ArrayList<>(asked.values());
    asked.clear();
    for (Write each : before) {
      if (each.reply != null && !each.reply.isAbandoned() && !isPerformed(each)) {
        Write again = new Write(each.number, each.request, each.reply, each.since);
        asked.put(again.number, again);
      }
    }
    repeat();
  }
}
