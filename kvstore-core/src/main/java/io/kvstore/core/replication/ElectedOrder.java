package io.kvstore.core.replication;

import io.kvstore.View;
import io.kvstore.core.replication.OrderReport.Terms;
import io.kvstore.core.replication.RememberedAnswers.Remembered;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Tick;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The one order of a group whose leader is elected: entries have the term in which they were
 * ordered, and what is not committed may be taken back when the log of a later leader has something
 * else in its place (Ongaro and Ousterhout 2014, 5.3).
 *
 * <p>Invariant: two logs that have an entry of the same term at the same position are alike up to
 * there.
 *
 * <p>A request whose entry is taken back is not answered by it, and is shown to the protocol again.
 * A request that is in the log already is not put there twice, and what is taken back is no longer
 * in it.
 *
 * <p>At the end of a view, the log with the highest term goes on, of two with the same term the
 * longer one, as in an election. All members of the next view begin with it, and it counts as of
 * the term in which that view begins.
 */
public final class ElectedOrder {
  /** An operation with the term in which it was ordered. */
  public record Entry(long term, Ordered ordered) {}

  private record Asked(Request request, Reply reply) {}

  private final Env env;
  private final PendingRequests pendingRequests;
  private final PerformedOrder performed;
  private final OrderedLog log;
  private final LogTerms terms = new LogTerms();
  private final BiConsumer<Request, Reply> askAgain;
  private final PositionRing<Asked> asked = new PositionRing<>(); // of entries not performed
  private long[] held = {}; // by client, the last sequence in the log

  /**
   * Nothing has been ordered yet.
   *
   * @param pendingRequests requests that wait for this member to perform more
   * @param askAgain takes a request whose entry was taken back
   */
  public ElectedOrder(
      Env env,
      PendingRequests pendingRequests,
      Acknowledgements acknowledgements,
      BiConsumer<Request, Reply> askAgain) {
    this.env = env;
    this.pendingRequests = pendingRequests;
    this.askAgain = askAgain;
    performed = new PerformedOrder(env, pendingRequests, acknowledgements);
    log = performed.log();
  }

  /** What of it is performed. */
  public PerformedOrder performed() {
    return performed;
  }

  /** The term of an entry. */
  public long termAt(long position) {
    return terms.at(position);
  }

  /** The term of the last entry. */
  public long lastTerm() {
    return terms.last();
  }

  // Ordering

  /** Whether a request is in the order already. */
  public boolean has(Request request) {
    return performed.has(request.client(), request.sequence()) || holds(request);
  }

  private boolean holds(Request request) {
    int client = request.client();
    return client >= 0 && client < held.length && held[client] >= request.sequence();
  }

  /** Answers a request that is in the order already, once it is performed. */
  public void answerAgain(Request request, Reply reply) {
    pendingRequests.until(
        () -> answerTo(request) != null || !has(request),
        reply,
        "this request, which is under way",
        () -> {
          Remembered answer = answerTo(request);
          if (answer == null) {
            askAgain.accept(request, reply);
          } else {
            reply.answer(answer.answer(), answer.position());
          }
        });
  }

  private @Nullable Remembered answerTo(Request request) {
    return performed.answers().find(request.client(), request.sequence());
  }

  /** The leader of a term gives a request the next position. */
  public Entry append(long term, Request request, Reply reply) {
    asked.put(log.last() + 1, new Asked(request, reply));
    return append(term, request.client(), request.sequence(), request.operation());
  }

  /** The leader of a term begins it with an entry that does nothing. */
  public Entry beginTerm(long term) {
    return append(term, Ordered.NO_CLIENT, 0, new Tick());
  }

  /** The leader of a term renews its {@linkplain LogLease lease} with such an entry. */
  public Entry renewLease(long term) {
    return beginTerm(term);
  }

  private Entry append(long term, int client, long sequence, Operation operation) {
    boolean isFirst = log.last() < log.first();
    long time = isFirst ? env.now() : Math.max(log.at(log.last()).time(), env.now());
    Entry entry = new Entry(term, performed.next(time, client, sequence, operation));
    add(entry);
    return entry;
  }

  private void add(Entry entry) {
    performed.take(entry.ordered());
    terms.append(entry.ordered().position(), entry.term());
    noteHeld(entry.ordered());
  }

  private void noteHeld(Ordered ordered) {
    int client = ordered.client();
    if (client != Ordered.NO_CLIENT) {
      if (client >= held.length) {
        held = Arrays.copyOf(held, Math.max(client + 1, 2 * held.length));
      }
      held[client] = Math.max(held[client], ordered.sequence());
    }
  }

  /** The entries from a position on, at most so many. */
  public List<Entry> from(long position, int most) {
    List<Entry> entries = new ArrayList<>();
    log.from(position, most)
        .forEach(each -> entries.add(new Entry(terms.at(each.position()), each)));
    return entries;
  }

  /**
   * Takes entries of a leader's log that follow each other, if what is here agrees with what comes
   * before them there. What is in the place of one of them, and is another, is taken back, with all
   * that follows.
   *
   * @param previous the position before them
   * @param previousTerm the term of the leader's entry there
   * @return up to where this log agrees with the leader's, as far as that is known now
   */
  public long take(long previous, long previousTerm, List<Entry> entries) {
    long committed = performed.position();
    if (previous > committed && !agrees(previous, previousTerm)) {
      return committed;
    }
    for (Entry entry : entries) {
      long position = entry.ordered().position();
      if (position > committed && !agrees(position, entry.term())) {
        takeBackAfter(position - 1);
        add(entry);
      }
    }
    return Math.max(committed, previous + entries.size());
  }

  private boolean agrees(long position, long term) {
    return position <= log.last() && terms.at(position) == term;
  }

  private void takeBackAfter(long position) {
    long last = log.last();
    if (position >= last) {
      return;
    }
    env.reached(Moment.ENTRIES_TAKEN_BACK);
    log.truncateAfter(position);
    terms.truncateAfter(position);
    Arrays.fill(held, 0);
    log.from(performed.position() + 1, Integer.MAX_VALUE).forEach(this::noteHeld);
    for (long p = position + 1; p <= last; p++) {
      Asked lost = asked.remove(p);
      if (lost != null) {
        askAgain.accept(lost.request(), lost.reply());
      }
    }
    pendingRequests.resumeReady();
  }

  // Performing

  /** Performs what the log has up to a position; tells whether there was anything. */
  public boolean performUpTo(long position) {
    long end = Math.min(position, log.last());
    for (long p = performed.position() + 1; p <= end; p++) {
      Asked of = asked.remove(p);
      if (of != null) {
        performed.replies().owe(p, of.reply());
      }
    }
    return performed.performUpTo(position);
  }

  /** Forgets what every member holds, and what is too much. */
  public void forget() {
    performed.forget(true);
    terms.forgetBefore(log.first() - 1);
  }

  /**
   * Takes a copy over, if this log does not hold all of it.
   *
   * @param lastTerm the term of the last entry in it
   */
  public void takeOver(CopyOfAll copy, long lastTerm) {
    if (copy.applied() > performed.position() && !agrees(copy.applied(), lastTerm)) {
      takeBackAfter(performed.position());
      performed.takeOver(copy);
      terms.restartAfter(copy.applied(), lastTerm);
    }
  }

  // Reconfiguration

  /** Reports how far this member is, and in which term, at the end of a view. */
  public void report(long term, Consumer<MemberReport> then) {
    performed.report(
        report -> then.accept(((OrderReport) report).in(new Terms(term, terms.last()))));
  }

  /**
   * Goes on in the next view. What this member was about to answer, and what does not go on, was
   * certainly not done: it is refused once the view is decided.
   *
   * @return the term after which it begins
   */
  public long install(View next, List<MemberReport> members, List<MemberReport> joiners) {
    for (long p = performed.position() + 1; p <= log.last(); p++) {
      Asked of = asked.remove(p);
      if (of != null) {
        performed.lose(of.request().client(), of.request().sequence(), of.reply());
      }
    }
    performed.install(next, members, joiners);
    long term =
        Stream.concat(members.stream(), joiners.stream())
            .filter(OrderReport.class::isInstance)
            .mapToLong(each -> ((OrderReport) each).termsOrNone().current())
            .max()
            .orElse(0);
    terms.restartAfter(log.last(), term);
    Arrays.fill(held, 0);
    log.from(performed.position() + 1, Integer.MAX_VALUE).forEach(this::noteHeld);
    return term;
  }
}
