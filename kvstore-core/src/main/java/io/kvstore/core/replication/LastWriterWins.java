package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.TombstoneCollector.Settled;
import io.kvstore.core.replication.UpdateStream.Everything;
import io.kvstore.core.replication.UpdateStream.Update;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.OptimisticRead;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.spi.Storage.Contents;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The entries of a replica that takes writes by itself, tells the others, and takes over what is
 * newer (Thomas 1979).
 */
public final class LastWriterWins {
  /**
   * What a member has.
   *
   * @param hasForgotten whether its entries are of a time of which it remembers no answers
   */
  record Holdings(
      UpdatesReport share,
      Contents contents,
      long count,
      @Nullable RememberedAnswers answers,
      boolean hasForgotten)
      implements UpdatesReport.Shared {}

  private static final String HELD = "as many replicas to hold it as the store asks for";

  private final Env env;
  private final @Nullable RememberedAnswers answers;
  private final LamportClock clock = new LamportClock();
  private final UpdateStream stream;
  private final TombstoneCollector collector;
  private final MergingEntries entries;
  private final MergingEntries.Written<Consumer<Answer>> written;
  private boolean hasServed;

  /** The entries of this replica's datalet, where no request is ever asked twice. */
  public LastWriterWins(Env env) {
    this(env, null);
  }

  /**
   * The entries of this replica's datalet.
   *
   * @param answers where to note what clients were answered: wherever the effect of a request gets
   *     to, its answer gets to as well
   */
  public LastWriterWins(Env env, @Nullable RememberedAnswers answers) {
    this.env = env;
    this.answers = answers;
    stream = new UpdateStream(env, this::onNext, this::sendEverything);
    collector = new TombstoneCollector(env, clock, stream, () -> true);
    entries = new MergingEntries(env, clock, collector, stream, env::now);
    written = this::onWritten;
  }

  /** Performs a request here, and tells the others. */
  public void perform(Request request, Reply reply) {
    if (request.operation() instanceof Query query) {
      reply.waitFor(HELD);
      env.storage().query(query, env.now(), answer -> whenHeld(() -> reply.answer(answer)));
    } else if (reply.begin()) {
      reply.waitFor(HELD);
      write(request, reply::answer);
    }
  }

  /** Answers a query from this replica if a look is enough; null if not. */
  public @Nullable OptimisticRead optimisticRead(Query query) {
    Answer answer = acks() == 1 ? env.storage().optimisticRead(query) : null;
    return answer == null ? null : new OptimisticRead(answer, 0, VectorClock.ZERO);
  }

  /**
   * Performs a command here, tells the others, and answers once as many members hold it as the
   * store asks for.
   */
  public void write(Request request, Consumer<Answer> then) {
    entries.write(request, null, then, written);
  }

  private void onWritten(
      Ordered ordered, Answer answer, List<Pair> changed, VectorClock zero, Consumer<Answer> then) {
    remember(ordered, answer);
    if (changed.isEmpty()) {
      whenHeld(() -> then.accept(answer));
    } else {
      stream.tell(ordered, answer, changed, null, acks(), () -> then.accept(answer));
    }
  }

  /**
   * A version is about to be given, or was and is not told yet: until {@link #endWrite} no member
   * forgets a tombstone that may be outdated by less.
   */
  public long beginWrite() {
    stream.beginWrite();
    return clock.nextVersion(env.self());
  }

  /** It is told, or will not be. */
  public void endWrite() {
    stream.endWrite();
  }

  /** Another member has given this version: the next one is higher. */
  public void observeVersion(long version) {
    clock.observeVersion(version);
  }

  /**
   * Takes over what members have decided together, perhaps long ago, and tells the others.
   *
   * @param origin with the number that {@link #beginWrite} gave
   */
  public void tell(Ordered origin, Answer answer, List<Pair> decided, Runnable then) {
    List<Pair> changed = collector.notOutdated(decided);
    env.storage()
        .merge(
            origin,
            changed,
            () -> {
              stream.endWrite();
              collector.onChange(changed);
              remember(origin, answer);
              stream.tell(origin, answer, changed, null, 1, then);
            });
  }

  /** Takes over copies that other members hold, where they are newer than what is here. */
  public void repair(List<Pair> copies) {
    List<Pair> news = collector.notOutdated(copies);
    if (!news.isEmpty()) {
      entries.take(news);
    }
  }

  /** How many updates of each member are here, its own included. */
  public VectorClock heard() {
    return stream.heard();
  }

  /** How many updates this member has told. */
  long lastTold() {
    return stream.last();
  }

  /** How many of them every member has received. */
  long receivedByAll() {
    return stream.receivedByAll();
  }

  /** What these updates bring is here by another way. */
  public void heardElsewhere(VectorClock heard) {
    stream.heardElsewhere(heard);
  }

  /**
   * Since when, by the node's stopwatch, the oldest answer waits until enough members hold what it
   * tells; {@link Long#MAX_VALUE} if none does.
   */
  public long waitsSince() {
    return stream.waitsSince();
  }

  /** Once enough members hold all that an answer may show. */
  private void whenHeld(Runnable then) {
    stream.whenHeld(acks(), then);
  }

  private int acks() {
    return Cell.acks(env.settings(), env.view());
  }

  private void remember(Ordered ordered, Answer answer) {
    if (answers != null) {
      answers.remember(ordered, answer);
    }
  }

  private void remember(@Nullable RememberedAnswers others) {
    if (answers != null && others != null) {
      answers.merge(others);
    }
  }

  /** Takes a message; tells whether it was one of these. */
  public boolean onMessage(NodeId from, Message message) {
    if (message instanceof Settled settled) {
      collector.onSettled(from, settled);
    } else if (message instanceof Everything everything) {
      if (stream.onEverything(from, everything)) {
        remember(everything.answers());
        entries.takeCopy(everything.contents());
      }
    } else {
      return stream.onMessage(from, message);
    }
    return true;
  }

  private void onNext(NodeId from, Update update) {
    remember(update.origin(), update.answer());
    entries.perform(update);
  }

  private void sendEverything(NodeId to) {
    long upTo = stream.last();
    env.storage()
        .snapshot(
            contents ->
                env.send(
                    to, new Everything(env.view().epoch(), upTo, contents, null, copyOfAnswers())));
  }

  /** Says what is here. */
  public void freeze(Consumer<MemberReport> then) {
    entries.freeze();
    env.storage()
        .still(
            contents -> {
              boolean hasForgotten = !hasServed && !contents.entries().isEmpty();
              then.accept(
                  new Holdings(
                      entries.share(), contents, clock.count(), copyOfAnswers(), hasForgotten));
            });
  }

  private @Nullable RememberedAnswers copyOfAnswers() {
    return answers == null ? null : answers.copy();
  }

  /** Takes over what any of the members has, and who joins them, for the next view. */
  public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    install(next, members, joiners, List.of());
  }

  /**
   * The same.
   *
   * @param decided what they have decided together, and perhaps not shown
   */
  public void install(
      View next, List<MemberReport> members, List<MemberReport> joiners, List<Pair> decided) {
    entries.takeOver(next, read(members), read(joiners), holdings -> note(holdings, next));
    if (!decided.isEmpty()) {
      entries.take(decided);
    }
    entries.settle(next, true);
    hasServed = true;
  }

  private static List<Holdings> read(List<MemberReport> reports) {
    return reports.stream().map(Holdings.class::cast).toList();
  }

  private void note(Holdings holdings, View next) {
    remember(holdings.answers());
    if (answers != null && holdings.hasForgotten()) {
      answers.forgetBefore(next.epoch());
    }
  }

  /**
   * What comes after this view, if another protocol does: the members have taken over from each
   * other what they had, and there were no writes since.
   */
  public void handOver(Consumer<MemberReport> then) {
    stream.restart();
    env.storage().still(contents -> then.accept(entries.handOver(copyOfAnswers())));
  }

  /** Goes on from what another protocol has left. */
  public void inherit(HandOver handOver, View next) {
    hasServed = true;
    entries.inherit(handOver);
    entries.settle(next, true);
  }

  /** Begins to tell and to listen in the present view. */
  public void activate() {
    clock.beginEpoch(env.view().epoch());
    stream.restart();
    collector.restart();
  }

  /** How far the clock has counted. */
  public long position() {
    return clock.count();
  }

  /** How many things are kept, with requests of the same member that wait. */
  public KeptSizes sizes(PendingRequests requests) {
    return stream.sizes(requests, 0);
  }

  /** How many updates are not known to have come to a member. */
  public long owedTo(NodeId member) {
    return stream.owedTo(member);
  }

  /** Whether a member has not come nearer to that for long. */
  public boolean hasFallenBehind(NodeId member) {
    return stream.hasFallenBehind(member);
  }
}
