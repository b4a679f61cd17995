package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.core.replication.LockTable.Claim;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Timer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * Grants the locks of a shard to its members: read locks until it calls them back, write locks with
 * a token, for a lease (Gray and Cheriton, SOSP 1989; Burrows, OSDI 2006).
 *
 * <pre>
 *   member                          lock service
 *     │ ───────────── Lock ────────────▶ │   again and again, which renews the lease
 *     │ ◀─────────── Granted ─────────── │   to write: with a token, the next position
 *     │ ──────────── Complete ─────────▶ │   every member holds what was written under it
 *     │ ◀─────────── Granted ─────────── │   to read: until
 *     │ ◀─────────── Recall ──────────── │   another waits to write
 *     │ ──────────── Released ─────────▶ │
 * </pre>
 *
 * <p>Tokens count the write locks of the shard: of two that are granted, the later one has the
 * greater token. A write lock is free again once all is performed here up to its token, and so
 * certainly held by every member. Of one whose lease has run out {@link Settlement} finds out what
 * was written under it.
 */
public final class LockService {
  /**
   * Asks for locks, or says that they are still wanted.
   *
   * @param number which of the member's claims it is
   * @param since the epoch in which the member has asked for the first time
   * @param client whose request needs them, when it is a command
   * @param sequence which of the client's requests it is
   */
  public record Lock(long epoch, long number, LockSet set, long since, int client, long sequence)
      implements Message {
    @Override
    public long footprint() {
      return set.footprint();
    }
  }

  /**
   * The receiver has the locks.
   *
   * @param number of its claim
   * @param token to write with, {@link #NO_TOKEN} to read, or when it is written already
   * @param time of the write
   * @param after what it is to have performed before it reads
   */
  public record Granted(long epoch, long number, long token, long time, long after)
      implements Message {}

  /** Another waits for what the receiver has a read lock of. */
  public record Recall(long epoch, long number) implements Message {}

  /** The sender reads no more under this lock. */
  public record Released(long epoch, long number) implements Message {}

  /** Every member holds what was written with this token. */
  public record Complete(long epoch, long token) implements Message {}

  /** Every member holds everything up to here: it may be performed. */
  public record Settled(long epoch, long upTo) implements Message {}

  /** Of a lock to read. */
  public static final long NO_TOKEN = 0;

  private static final long LEASE_NANOS = 10 * Retry.INTERVAL_NANOS;
  private static final long UNUSUAL_LEASE_NANOS = 100_000; // less than a hop and back

  /** A write lock that is held. */
  private static final class Lease {
    private final Claim claim;
    private final Granted granted;
    private long end;
    private boolean isComplete;

    Lease(Claim claim, Granted granted) {
      this.claim = claim;
      this.granted = granted;
    }
  }

  private final Env env;
  private final PerformedOrder performed;
  private final BiConsumer<NodeId, Message> send;
  private final Consumer<Granted> expired;
  private final LockTable table = new LockTable();
  private final TreeMap<Long, Lease> leases = new TreeMap<>(); // by token
  private final Map<Claim, Long> recalled = new LinkedHashMap<>(); // since when
  private final Deque<Claim> ready = new ArrayDeque<>(); // to be told
  private final Timer retry;
  private boolean isGranting;
  private long lastToken;
  private long lastTime;
  private long told; // up to where the others know that everything is settled

  /**
   * Of the member that grants locks.
   *
   * @param performed the writes, in the order of their tokens
   * @param send sends a message to a member, or hands it to this one
   * @param expired settles what was written under a lock whose lease has run out
   */
  public LockService(
      Env env,
      PerformedOrder performed,
      BiConsumer<NodeId, Message> send,
      Consumer<Granted> expired) {
    this.env = env;
    this.performed = performed;
    this.send = send;
    this.expired = expired;
    retry = env.timer(this::repeat);
  }

  /** How many write locks are held, and read locks called back. */
  public KeptSizes sizes() {
    return new KeptSizes().with("locks", leases.size() + recalled.size());
  }

  /** Takes a message; tells whether it was one for the lock service. */
  public boolean onMessage(NodeId from, Message message) {
    if (message instanceof Lock lock) {
      onLock(from, lock);
    } else if (message instanceof Released released) {
      onReleased(from, released);
    } else {
      return false;
    }
    return true;
  }

  private void onLock(NodeId from, Lock lock) {
    Claim claim = table.find(from, lock.number());
    boolean isCommand = lock.set().isExclusive();
    if (claim != null) {
      onRepeated(claim);
    } else if (isCommand
        && performed.answers().mayHaveForgotten(lock.client(), lock.sequence(), lock.since())) {
      env.reached(Moment.ASKED_OF_THE_FORGETFUL);
      tell(from);
    } else {
      claim = table.add(from, lock);
      if (claim.isGranted()) {
        ready.add(claim);
        grantReady();
      } else {
        table.readersBefore(claim).forEach(this::recall);
      }
    }
  }

  private void onRepeated(Claim claim) {
    if (claim.isGranted() && !claim.lock().set().isExclusive()) {
      grantToRead(claim);
    } else if (claim.isGranted()) {
      Lease lease = leases.get(claim.token());
      if (lease != null) {
        renew(lease);
        send.accept(claim.member(), lease.granted);
      }
    } else if (!claim.member().equals(env.self())) {
      tell(claim.member()); // that it is heard
    }
  }

  private void onReleased(NodeId from, Released released) {
    Claim claim = table.find(from, released.number());
    if (claim != null) {
      free(claim);
      grantReady();
    }
  }

  private void free(Claim claim) {
    recalled.remove(claim);
    ready.addAll(table.remove(claim));
    if (leases.isEmpty() && recalled.isEmpty()) {
      retry.stop();
    }
  }

  // Grants

  /** One that is granted to this member itself may come back before this returns, and free more. */
  private void grantReady() {
    if (isGranting) {
      return;
    }
    isGranting = true;
    for (Claim next = ready.poll(); next != null; next = ready.poll()) {
      grant(next);
    }
    isGranting = false;
  }

  private void grant(Claim claim) {
    Lock lock = claim.lock();
    if (!lock.set().isExclusive()) {
      grantToRead(claim);
    } else if (performed.has(lock.client(), lock.sequence())) {
      env.reached(Moment.ASKED_AGAIN);
      free(claim);
      send.accept(claim.member(), granted(claim, NO_TOKEN, 0));
    } else {
      grantToWrite(claim);
    }
  }

  private Granted granted(Claim claim, long token, long time) {
    return new Granted(
        env.view().epoch(), claim.lock().number(), token, time, performed.position());
  }

  private void grantToRead(Claim claim) {
    send.accept(claim.member(), granted(claim, NO_TOKEN, 0));
    if (claim.isWaitedFor()) {
      recall(claim);
    }
  }

  private void grantToWrite(Claim claim) {
    lastTime = Math.max(Math.max(lastTime, performed.time()), env.now());
    Lease lease = new Lease(claim, granted(claim, ++lastToken, lastTime));
    claim.setToken(lastToken);
    leases.put(lastToken, lease);
    renew(lease);
    retry.startIfIdle(Retry.interval(env));
    send.accept(claim.member(), lease.granted);
  }

  private void renew(Lease lease) {
    lease.end = env.elapsed() + (env.isUnusual() ? UNUSUAL_LEASE_NANOS : LEASE_NANOS);
  }

  private void recall(Claim reader) {
    if (recalled.putIfAbsent(reader, env.elapsed()) == null) {
      retry.startIfIdle(Retry.INTERVAL_NANOS);
      send.accept(reader.member(), recallOf(reader));
    }
  }

  private Recall recallOf(Claim reader) {
    return new Recall(env.view().epoch(), reader.lock().number());
  }

  // What is written

  /** A member says that every member holds what was written with a token. */
  public void onComplete(NodeId from, long token) {
    Lease complete = leases.get(token);
    if (complete != null) {
      complete.isComplete = true;
    } else if (!from.equals(env.self())) { // that it is settled may have been lost
      tell(from);
    }
  }

  /** Up to where that is true of all tokens that were granted. */
  public long settled() {
    for (Map.Entry<Long, Lease> each : leases.entrySet()) {
      if (!each.getValue().isComplete) {
        return each.getKey() - 1;
      }
    }
    return lastToken;
  }

  /** More was performed here: the locks are free under which it was written, and all are told. */
  public void onPerformed() {
    while (!leases.isEmpty() && leases.firstKey() <= performed.position()) {
      free(leases.pollFirstEntry().getValue().claim);
    }
    if (told < performed.position()) {
      told = performed.position();
      env.broadcast(asSettled());
    }
    grantReady();
  }

  /** Tells a member up to where everything is settled. */
  public void tell(NodeId member) {
    env.send(member, asSettled());
  }

  private Settled asSettled() {
    return new Settled(env.view().epoch(), performed.position());
  }

  private void repeat() {
    long now = env.elapsed();
    for (Lease each : List.copyOf(leases.values())) {
      if (now > each.end && !each.isComplete) {
        env.reached(Moment.LOCK_EXPIRED);
        expired.accept(each.granted);
      }
    }
    for (Map.Entry<Claim, Long> each : List.copyOf(recalled.entrySet())) {
      NodeId reader = each.getKey().member();
      if (now - each.getValue() > Retry.SUSPECT_AFTER_NANOS && !reader.equals(env.self())) {
        env.reached(Moment.LAGGARD_ACCUSED);
        env.suspect(reader);
      }
      send.accept(reader, recallOf(each.getKey()));
    }
    if (!leases.isEmpty() || !recalled.isEmpty()) {
      retry.start(Retry.interval(env));
    }
  }

  // Reconfiguration

  /** Grants nothing more in this view. */
  public void stop() {
    retry.stop();
  }

  /** A view begins, in which no lock is held: tokens go on after all that was written before. */
  public void restart() {
    retry.stop();
    table.clear();
    leases.clear();
    recalled.clear();
    ready.clear();
    lastToken = performed.log().last();
    told = lastToken;
  }
}
