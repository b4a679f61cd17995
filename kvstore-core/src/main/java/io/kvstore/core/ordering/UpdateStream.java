package io.kvstore.core.ordering;

import static java.util.Objects.requireNonNull;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.core.spi.Timer;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.VectorClock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Tells every other member what this one has written: each update once, and in the order in which
 * it was written.
 *
 * <pre>
 *   writer ── Update 1 ──▶ member        an update is repeated until its receipt is here;
 *   writer ── Update 2 ──▶ member        one that comes early waits for those before it
 *   writer ◀─ Received 2 ─ member
 * </pre>
 *
 * <p>What has not been received by all is kept, up to a limit. A member that has fallen behind
 * further than that gets a copy of everything instead.
 */
public final class UpdateStream {
  /** The entries that one operation has changed, and what its client was answered. */
  public record Update(
      long epoch,
      long number,
      Ordered origin,
      Answer answer,
      List<Pair> changed,
      @Nullable VectorClock context)
      implements Message {}

  /** All updates up to this one have come. */
  public record Received(long epoch, long upTo) implements Message {}

  /** All entries, and what clients were answered, instead of the updates up to this number. */
  public record Everything(
      long epoch,
      long upTo,
      Contents contents,
      @Nullable VectorClock seen,
      @Nullable RememberedAnswers answers)
      implements Message {}

  private static final int KEPT_LIMIT = 100_000;
  private static final int EARLY_LIMIT = 4_096;

  private record WhenHeld(long number, int members, Runnable then) {}

  private static final class Incoming {
    private long received;
    private final TreeMap<Long, Update> early = new TreeMap<>();
  }

  private final Env env;
  private final BiConsumer<NodeId, Update> onNext;
  private final Consumer<NodeId> sendEverything;
  private final Timer retry;
  private final Holders holders;
  private final PositionRing<Update> kept = new PositionRing<>(); // of this view, by number
  private final ArrayDeque<WhenHeld> whenHeld = new ArrayDeque<>();
  private @Nullable Incoming[] incoming = new @Nullable Incoming[0]; // by the number of the member
  private long firstKept = 1;
  private long last;
  private int beingWritten;

  /**
   * A stream in which nothing has been said yet.
   *
   * @param onNext takes the other members' updates, in their order
   * @param sendEverything asked to send {@link Everything} to a member that is too far behind
   */
  public UpdateStream(Env env, BiConsumer<NodeId, Update> onNext, Consumer<NodeId> sendEverything) {
    this.env = env;
    this.onNext = onNext;
    this.sendEverything = sendEverything;
    this.retry = env.timer(this::repeat);
    this.holders = new Holders(env.self());
  }

  /** Begins anew in the present view, with nothing said yet. */
  public void restart() {
    kept.clear();
    incoming = new @Nullable Incoming[0];
    firstKept = 1;
    last = 0;
    retry.stop();
    holders.restart(env.view(), env.view().members().size(), 0);
    List<WhenHeld> waiting = new ArrayList<>(whenHeld);
    whenHeld.clear();
    waiting.forEach(each -> each.then().run()); // whoever is in the new view has it
  }

  // Telling

  /** A write of this member's own has its version, and is being performed: it is yet to be told. */
  public void beginWrite() {
    beingWritten++;
  }

  /** It has been performed; if that has changed anything, it is told next. */
  public void endWrite() {
    beingWritten--;
  }

  /**
   * Tells the others of an update, and runs a task once so many members, this one included, hold
   * it.
   */
  public void tell(
      Ordered origin,
      Answer answer,
      List<Pair> changed,
      @Nullable VectorClock context,
      int members,
      Runnable then) {
    long number = ++last;
    Update update = new Update(env.view().epoch(), number, origin, answer, changed, context);
    kept.put(number, update);
    forgetUpTo(number - KEPT_LIMIT);
    holders.holds(env.self(), number);
    whenHeld(members, then);
    env.broadcast(update);
    forgetReceived();
    if (holders.heldByAll() < last) {
      retry.startIfIdle(Retry.INTERVAL_NANOS);
    }
  }

  /**
   * Runs a task once so many members, this one included, hold all that this one has told so far: an
   * answer must not show what a crash can still take away.
   */
  public void whenHeld(int members, Runnable then) {
    if (members <= 1 || holders.holdersOf(last) >= members) {
      then.run();
    } else {
      whenHeld.addLast(new WhenHeld(last, members, then));
    }
  }

  /** Takes a receipt. */
  public void onReceived(NodeId from, Received received) {
    holders.holds(from, Math.min(received.upTo(), last));
    forgetReceived();
  }

  private void forgetReceived() {
    forgetUpTo(holders.heldByAll());
    if (!keepsAny()) {
      retry.stop();
    }
    while (!whenHeld.isEmpty()
        && holders.holdersOf(whenHeld.getFirst().number()) >= whenHeld.getFirst().members()) {
      whenHeld.removeFirst().then().run();
    }
  }

  private void forgetUpTo(long number) {
    while (firstKept <= Math.min(number, last)) {
      kept.remove(firstKept++);
    }
  }

  private boolean keepsAny() {
    return firstKept <= last;
  }

  /** Those that are kept from a number on, at most so many. */
  private List<Update> keptFrom(long number, int most) {
    List<Update> found = new ArrayList<>();
    for (long n = Math.max(number, firstKept); n <= last && found.size() < most; n++) {
      found.add(requireNonNull(kept.get(n), "an update that is kept"));
    }
    return found;
  }

  private void repeat() {
    for (NodeId member : env.view().members()) {
      long next = holders.heldBy(member) + 1;
      if (next > last) {
        continue;
      }
      if (next < firstKept) {
        sendEverything.accept(member);
      } else {
        keptFrom(next, Retry.BATCH).forEach(update -> env.send(member, update));
      }
    }
    if (keepsAny()) {
      retry.start(Retry.INTERVAL_NANOS);
    }
  }

  /** How many updates this member has told. */
  public long last() {
    return last;
  }

  /**
   * What not every member is known to have received; null when some of that is no longer kept.
   * Asked before the next view begins.
   */
  public @Nullable List<Update> unreceived() {
    return firstKept <= holders.heldByAll() + 1 ? keptFrom(firstKept, Integer.MAX_VALUE) : null;
  }

  /** Whether every member has received everything that this one has written. */
  public boolean isReceivedByAll() {
    return beingWritten == 0 && holders.heldByAll() == last;
  }

  /** How many updates a member of the view has not yet acknowledged. May be asked any time. */
  public long owedTo(NodeId member) {
    return Math.max(0, last - holders.heldAtLeastBy(member, last));
  }

  // Listening

  /** Takes an update of another member. */
  public void onUpdate(NodeId from, Update update) {
    Incoming stream = incomingFrom(from);
    if (update.number() == stream.received + 1) {
      accept(from, stream, update);
      while (!stream.early.isEmpty() && stream.early.firstKey() == stream.received + 1) {
        accept(from, stream, stream.early.pollFirstEntry().getValue());
      }
    } else if (update.number() > stream.received && stream.early.size() < EARLY_LIMIT) {
      stream.early.put(update.number(), update);
    }
    confirm(from, stream.received);
  }

  private Incoming incomingFrom(NodeId member) {
    if (member.number() >= incoming.length) {
      incoming = Arrays.copyOf(incoming, member.number() + 1);
    }
    Incoming stream = incoming[member.number()];
    if (stream == null) {
      stream = new Incoming();
      incoming[member.number()] = stream;
    }
    return stream;
  }

  /** What has been confirmed may be forgotten elsewhere: so it must not go away here. */
  private void confirm(NodeId from, long upTo) {
    Received received = new Received(env.view().epoch(), upTo);
    env.storage().whenDurable(() -> env.send(from, received));
  }

  private void accept(NodeId from, Incoming stream, Update update) {
    stream.received = update.number();
    onNext.accept(from, update);
  }

  /**
   * Notes that a copy of everything has made good for the updates up to a number. Tells whether it
   * brought anything new.
   */
  public boolean onEverything(NodeId from, Everything everything) {
    Incoming stream = incomingFrom(from);
    boolean isNews = everything.upTo() > stream.received;
    if (isNews) {
      stream.received = everything.upTo();
      stream.early.headMap(stream.received, true).clear();
    }
    // What it brings is taken over after this returns.
    env.storage().whenDurable(() -> confirm(from, stream.received));
    return isNews;
  }
}
