package io.kvstore.core.replication;

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
 * <p>What has not been received by all is kept, up to a limit of number and of bytes. A member that
 * has fallen behind further than that gets a copy of everything instead, and no more updates until
 * it has taken that over.
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
      implements Message {
    /** What its writer had seen, and itself. */
    public VectorClock seen() {
      return context == null ? VectorClock.ZERO : context;
    }

    @Override
    public long footprint() {
      return Footprint.of(changed) + Footprint.of(context) + Footprint.of(origin);
    }
  }

  /** All updates up to this one have come. */
  public record Received(long epoch, long upTo) implements Message {}

  /** All entries, and what clients were answered, instead of the updates up to this number. */
  public record Everything(
      long epoch,
      long upTo,
      Contents contents,
      @Nullable VectorClock seen,
      @Nullable RememberedAnswers answers)
      implements Message {
    @Override
    public long footprint() {
      return Footprint.of(contents);
    }
  }

  /** Takes the updates of other members. */
  public interface Listener {
    /** The next update of a member. */
    void onNext(NodeId from, Update update);

    /** Whether there is room for it; it comes again if not. */
    default boolean hasRoomFor(NodeId from, Update update) {
      return true;
    }
  }

  private static final int WAITING_LIMIT = 20_000;

  private record WhenHeld(long number, int members, long since, Runnable then) {}

  private final Env env;
  private final Listener listener;
  private final Consumer<NodeId> sendEverything;
  private final Timer retry;
  private final Acknowledgements acknowledgements;
  private final Laggards laggards;
  private final long bytesLimit;
  private final PositionRing<Update> kept = new PositionRing<>(); // of this view, by number
  private final ArrayDeque<WhenHeld> whenHeld = new ArrayDeque<>();
  // By the number of the member.
  private @Nullable InOrderInbox<Update>[] incoming = noneYet();
  private long firstKept = 1;
  private long last;
  private long keptBytes;
  private int beingWritten;

  /**
   * A stream in which nothing has been said yet.
   *
   * @param listener takes the other members' updates, in their order
   * @param sendEverything asked to send {@link Everything} to a member that is too far behind
   */
  public UpdateStream(Env env, Listener listener, Consumer<NodeId> sendEverything) {
    this.env = env;
    this.listener = listener;
    this.sendEverything = sendEverything;
    this.retry = env.timer(this::repeat);
    this.acknowledgements = new Acknowledgements(env.self());
    this.laggards = new Laggards(env, acknowledgements);
    this.bytesLimit = env.settings().limits().owedBytes();
  }

  /** Begins anew in the present view, with nothing said yet. */
  public void restart() {
    kept.clear();
    keptBytes = 0;
    incoming = noneYet();
    firstKept = 1;
    last = 0;
    retry.stop();
    acknowledgements.restart(env.view(), env.view().members().size(), 0);
    laggards.restart();
    List<WhenHeld> waiting = new ArrayList<>(whenHeld);
    whenHeld.clear();
    waiting.forEach(each -> each.then().run()); // every member of the new view has it
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
    keptBytes += update.footprint();
    forgetUpTo(number - env.bounds().kept());
    while (keptBytes > bytesLimit && firstKept < last) {
      forgetFirst();
    }
    acknowledgements.holds(env.self(), number);
    whenHeld(members, then);
    laggards.broadcast(update, firstKept);
    forgetReceived();
    if (acknowledgements.heldByAll() < last) {
      retry.startIfIdle(Retry.INTERVAL_NANOS);
    }
  }

  /**
   * Runs a task once so many members, this one included, hold all that this one has told so far: an
   * answer must not show what a crash can still take away.
   */
  public void whenHeld(int members, Runnable then) {
    if (members <= 1 || acknowledgements.holdersOf(last) >= members) {
      then.run();
    } else {
      whenHeld.addLast(new WhenHeld(last, members, env.elapsed(), then));
      if (whenHeld.size() > WAITING_LIMIT) {
        whenHeld.removeFirst(); // whose caller has waited longest, and learns that it is unknown
      }
    }
  }

  /**
   * Since when, by the node's stopwatch, the oldest of these tasks waits; {@link Long#MAX_VALUE} if
   * none does.
   */
  public long waitsSince() {
    return whenHeld.isEmpty() ? Long.MAX_VALUE : whenHeld.getFirst().since();
  }

  /** Takes a receipt. */
  void onReceived(NodeId from, Received received) {
    acknowledgements.holds(from, Math.min(received.upTo(), last));
    forgetReceived();
  }

  private void forgetReceived() {
    forgetUpTo(acknowledgements.heldByAll());
    if (firstKept > last && retry.isRunning()) {
      retry.stop();
      laggards.forgive();
    }
    while (!whenHeld.isEmpty()
        && acknowledgements.holdersOf(whenHeld.getFirst().number())
            >= whenHeld.getFirst().members()) {
      whenHeld.removeFirst().then().run();
    }
  }

  private void forgetUpTo(long number) {
    while (firstKept <= Math.min(number, last)) {
      forgetFirst();
    }
  }

  private void forgetFirst() {
    Update forgotten = kept.remove(firstKept++);
    keptBytes -= forgotten == null ? 0 : forgotten.footprint();
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
    long first = env.isUnusual() ? Long.MAX_VALUE : firstKept; // copies may always be sent instead
    laggards.catchUp(first, last, this::sendFrom, this::sendCopyTo);
    if (firstKept <= last) {
      retry.start(Retry.interval(env));
    }
  }

  private void sendFrom(NodeId member, long next) {
    keptFrom(next, Retry.batch(env)).forEach(update -> env.send(member, update));
  }

  private void sendCopyTo(NodeId member) {
    if (laggards.isDueACopy(member)) {
      sendEverything.accept(member);
    }
  }

  /** How many updates this member has told. */
  public long last() {
    return last;
  }

  /**
   * What not every member is known to have received; null when some of that is no longer kept.
   * Asked for before the next view begins.
   */
  public @Nullable List<Update> unreceived() {
    return firstKept <= acknowledgements.heldByAll() + 1
        ? keptFrom(firstKept, Integer.MAX_VALUE)
        : null;
  }

  @SuppressWarnings({"unchecked", "rawtypes"}) // arrays know no type parameters
  private static @Nullable InOrderInbox<Update>[] noneYet() {
    return new @Nullable InOrderInbox[0];
  }

  /** How many of them every member has received. */
  long receivedByAll() {
    return acknowledgements.heldByAll();
  }

  /** Whether every member has received everything that this one has written. */
  public boolean isReceivedByAll() {
    return beingWritten == 0 && acknowledgements.heldByAll() == last;
  }

  /** How many things are kept, with requests of the same member, and updates, that wait. */
  public KeptSizes sizes(PendingRequests requests, int undelivered) {
    int early = 0;
    for (InOrderInbox<Update> inbox : incoming) {
      early += inbox == null ? 0 : inbox.early();
    }
    return new KeptSizes()
        .with("requests that wait", requests.size())
        .with("updates that wait for others", undelivered)
        .with("updates that others lack", (int) (last - firstKept + 1))
        .with("updates that came early", early)
        .with("answers until others hold them", whenHeld.size());
  }

  /** How many updates a member of the view has not yet acknowledged. May be asked any time. */
  public long owedTo(NodeId member) {
    return Math.max(0, last - acknowledgements.heldAtLeastBy(member, last));
  }

  /** Whether a member of the view has not come nearer to that for long. May be asked any time. */
  public boolean hasFallenBehind(NodeId member) {
    return owedTo(member) > 0 && laggards.hasFallenBehind(member);
  }

  // Listening

  /** Takes a message; tells whether it was an update or a receipt. */
  public boolean onMessage(NodeId from, Message message) {
    if (message instanceof Update update) {
      onUpdate(from, update);
    } else if (message instanceof Received received) {
      onReceived(from, received);
    } else {
      return false;
    }
    return true;
  }

  /** Takes an update of another member. */
  void onUpdate(NodeId from, Update update) {
    InOrderInbox<Update> inbox = incomingFrom(from);
    boolean isEarly = inbox.offer(update.number(), update, next -> accept(from, next));
    if (isEarly) {
      env.reached(Moment.UPDATE_EARLY);
    }
    confirm(from, inbox.received());
  }

  private InOrderInbox<Update> incomingFrom(NodeId member) {
    if (member.number() >= incoming.length) {
      incoming = Arrays.copyOf(incoming, member.number() + 1);
    }
    InOrderInbox<Update> inbox = incoming[member.number()];
    if (inbox == null) {
      inbox = new InOrderInbox<>(env.bounds().early(), bytesLimit, Update::footprint);
      incoming[member.number()] = inbox;
    }
    return inbox;
  }

  /** What has been confirmed may be forgotten elsewhere: so it must not go away here. */
  private void confirm(NodeId from, long upTo) {
    Received received = new Received(env.view().epoch(), upTo);
    if (!env.isUnusual()) { // what is not confirmed is told again
      env.storage().whenDurable(() -> env.send(from, received));
    }
  }

  /** How many updates of each member are here, its own included. */
  public VectorClock heard() {
    long[] counts = new long[Math.max(incoming.length, env.self().number() + 1)];
    for (int member = 0; member < incoming.length; member++) {
      InOrderInbox<Update> inbox = incoming[member];
      counts[member] = inbox == null ? 0 : inbox.received();
    }
    counts[env.self().number()] = last;
    return VectorClock.of(counts);
  }

  /** What these updates of other members bring is here by another way. */
  public void heardElsewhere(VectorClock heard) {
    for (NodeId member : env.view().members()) {
      if (!member.equals(env.self())) {
        incomingFrom(member).skipTo(heard.get(member.number()));
      }
    }
  }

  private boolean accept(NodeId from, Update update) {
    boolean hasRoom = listener.hasRoomFor(from, update);
    if (hasRoom) {
      listener.onNext(from, update);
    } else {
      env.reached(Moment.UPDATE_WITHOUT_ROOM);
    }
    return hasRoom;
  }

  /**
   * Notes that a copy of everything has made good for the updates up to a number. Tells whether it
   * brought anything new.
   */
  public boolean onEverything(NodeId from, Everything everything) {
    InOrderInbox<Update> inbox = incomingFrom(from);
    boolean isNews = everything.upTo() > inbox.received();
    if (isNews) {
      env.reached(Moment.EVERYTHING_BROUGHT_NEWS);
      inbox.skipTo(everything.upTo());
    }
    // What it brings is taken over after this returns.
    env.storage().whenDurable(() -> confirm(from, inbox.received()));
    return isNews;
  }
}
