package io.kvstore.core.replication;

import io.kvstore.Bytes;
import io.kvstore.NodeId;
import io.kvstore.core.replication.LockService.Granted;
import io.kvstore.core.replication.LockService.Lock;
import io.kvstore.core.replication.LockService.Recall;
import io.kvstore.core.replication.LockService.Released;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Timer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The read locks of a member: it keeps them, and reads under them without asking, until the lock
 * service calls them back (callback locking: Howard and others, TOCS 1988).
 *
 * <p>What is recalled is given back at once: reads that were granted before need no more than what
 * was settled by then. A lock that is recalled before it has come is never used: its number is
 * gone.
 */
public final class ReadLocks {
  /** How many locks a member keeps that it does not need at the moment. */
  static final int MOST_KEPT = 1_000;

  private record Reader(Reply reply, LongConsumer then) {}

  private static final class Held {
    private final long number;
    private final LockSet set;
    private final List<Reader> readers = new ArrayList<>(); // that wait for it
    private boolean isGranted;
    private long after; // what was settled when it was granted

    Held(long number, LockSet set) {
      this.number = number;
      this.set = set;
    }
  }

  private final Env env;
  private final BiConsumer<NodeId, Message> send;
  private final LongSupplier numbers;
  private final Hearing service;
  private final Map<Long, Held> byNumber = new TreeMap<>();
  private final Map<LockSet, Held> asked = new LinkedHashMap<>(); // of those, not granted yet
  private final Map<Bytes, Held> byKey = new TreeMap<>(); // of those that are granted
  private @Nullable Held whole; // if it is granted
  private final Timer retry;

  /**
   * None yet.
   *
   * @param send sends a message to a member, or hands it to this one
   * @param numbers gives the member's claims their numbers
   * @param service when the lock service was heard
   */
  public ReadLocks(
      Env env, BiConsumer<NodeId, Message> send, LongSupplier numbers, Hearing service) {
    this.env = env;
    this.service = service;
    this.send = send;
    this.numbers = numbers;
    retry = env.timer(this::repeat);
  }

  /** How many reads wait for a lock. */
  public int size() {
    forgetAbandoned();
    return asked.values().stream().mapToInt(each -> each.readers.size()).sum();
  }

  /** What was settled when this member was granted these locks; empty if it does not have them. */
  public OptionalLong heldAfter(LockSet set) {
    if (whole != null) {
      return OptionalLong.of(whole.after);
    }
    long after = 0;
    for (Bytes key : set.keys()) {
      Held held = byKey.get(key);
      if (held == null) {
        return OptionalLong.empty();
      }
      after = Math.max(after, held.after);
    }
    return set.isWhole() ? OptionalLong.empty() : OptionalLong.of(after);
  }

  /**
   * Goes on once this member has these locks.
   *
   * @param then is told what it has to have performed before it reads
   */
  public void acquire(LockSet set, Reply reply, LongConsumer then) {
    OptionalLong held = heldAfter(set);
    if (held.isPresent()) {
      then.accept(held.getAsLong());
    } else {
      reply.waitFor("a read lock");
      Held claim = asked.get(set);
      Reader reader = new Reader(reply, then);
      if (claim == null) {
        claim(set, List.of(reader));
      } else {
        claim.readers.add(reader);
      }
    }
  }

  private void claim(LockSet set, List<Reader> readers) {
    Held claim = new Held(numbers.getAsLong(), set);
    claim.readers.addAll(readers);
    byNumber.put(claim.number, claim);
    asked.put(set, claim);
    ask(claim);
    service.begin(retry, Retry.INTERVAL_NANOS);
  }

  private void ask(Held claim) {
    long epoch = env.view().epoch();
    send.accept(
        env.view().primary(),
        new Lock(epoch, claim.number, claim.set, epoch, Ordered.NO_CLIENT, 0));
  }

  /** Takes a message; tells whether it was one for those who read. */
  public boolean onMessage(Message message) {
    if (message instanceof Granted granted && granted.token() == LockService.NO_TOKEN) {
      return onGranted(granted);
    } else if (message instanceof Recall recall) {
      onRecall(recall);
      return true;
    }
    return false;
  }

  private boolean onGranted(Granted granted) {
    Held claim = byNumber.get(granted.number());
    if (claim == null || claim.isGranted) {
      return claim != null;
    }
    claim.isGranted = true;
    claim.after = granted.after();
    asked.remove(claim.set);
    if (asked.isEmpty()) {
      retry.stop();
    }
    claim.set.keys().forEach(key -> byKey.put(key, claim));
    whole = claim.set.isWhole() ? claim : whole;
    List<Reader> readers = List.copyOf(claim.readers);
    claim.readers.clear();
    readers.forEach(each -> each.then().accept(claim.after));
    if (byNumber.size() - asked.size() > MOST_KEPT) {
      giveBack(eldest());
    }
    return true;
  }

  private Held eldest() {
    return byNumber.values().stream().filter(each -> each.isGranted).findFirst().orElseThrow();
  }

  private void onRecall(Recall recall) {
    Held held = byNumber.get(recall.number());
    if (held == null) {
      release(recall.number()); // that it was given back may have been lost
    } else {
      giveBack(held);
      if (!held.isGranted) {
        env.reached(Moment.LOCK_RECALLED_BEFORE_IT_CAME);
        asked.remove(held.set);
        claim(held.set, held.readers);
      }
    }
  }

  private void giveBack(Held held) {
    byNumber.remove(held.number);
    held.set.keys().forEach(key -> byKey.remove(key, held));
    whole = whole == held ? null : whole;
    release(held.number);
  }

  private void release(long number) {
    send.accept(env.view().primary(), new Released(env.view().epoch(), number));
  }

  /** This member is about to write: it gives back by itself what it would be asked for. */
  public void giveBackFor(LockSet writing) {
    List<Held> some = new ArrayList<>();
    if (whole != null && !writing.isEmpty()) {
      some.add(whole);
    }
    if (writing.isWhole()) {
      byNumber.values().stream().filter(each -> each.isGranted).forEach(some::add);
    }
    for (Bytes key : writing.keys()) {
      Held held = byKey.get(key);
      if (held != null) {
        some.add(held);
      }
    }
    some.stream().distinct().forEach(this::giveBack);
  }

  private void repeat() {
    forgetAbandoned();
    List.copyOf(asked.values()).forEach(this::ask);
    if (!asked.isEmpty()) {
      service.complainIfSilent(env.view().primary());
      retry.start(Retry.interval(env));
    }
  }

  private void forgetAbandoned() {
    asked.values().forEach(each -> each.readers.removeIf(reader -> reader.reply().isAbandoned()));
  }

  // Reconfiguration

  /** What this member has is worth nothing any more. */
  public void stop() {
    retry.stop();
    byKey.clear();
    whole = null;
  }

  /** A view begins, in which no lock is held: what reads wait for is asked for again. */
  public void restart() {
    List<Held> wanted = List.copyOf(asked.values());
    byNumber.clear();
    asked.clear();
    for (Held each : wanted) {
      each.readers.removeIf(reader -> reader.reply().isAbandoned());
      if (!each.readers.isEmpty()) {
        claim(each.set, each.readers);
      }
    }
  }
}
