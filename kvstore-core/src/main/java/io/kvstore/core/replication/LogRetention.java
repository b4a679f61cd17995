package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.replication.CompactedLog.Segment;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Ordered;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.LongPredicate;

/**
 * How much of its log a member keeps.
 *
 * <p>Where a group goes on with all of its members, that is what not all of them hold. Where it
 * goes on with any of them, one that lags behind may go on without the others: so all that it may
 * lack is kept, as long as it is in the view. What is too much for the log is compacted. The
 * primary knows how far each member is, and tells the others.
 */
public final class LogRetention {
  /**
   * How far the members are, as the primary has heard.
   *
   * @param byAll every member holds everything up to here
   * @param compacted the primary has compacted what comes up to here
   * @param laggards how far those may be that lack a part of that
   */
  public record Spread(long byAll, long compacted, List<Lag> laggards) {
    /** Nothing is known. */
    public static final Spread UNKNOWN = new Spread(0, 0, List.of());

    boolean mayEnd(long position) {
      for (int i = 0; i < laggards.size(); i++) {
        if (laggards.get(i).mayEnd(position)) {
          return true;
        }
      }
      return false;
    }
  }

  /**
   * How far a member may be.
   *
   * @param from it holds everything up to here, at least
   * @param to it holds no more, but for a copy
   * @param copies it may have a copy of everything up to one of these
   */
  public record Lag(long from, long to, List<Long> copies) {
    boolean mayEnd(long position) {
      return (from <= position && position <= to) || copies.contains(position);
    }
  }

  /** What a member was sent of which it is not known whether it has come. */
  private static final class Sent {
    private long upTo;
    private final TreeSet<Long> copies = new TreeSet<>();
    private int copiesUnheard; // since the member was heard of last

    Lag after(long held) {
      return new Lag(held, upTo, List.copyOf(copies.tailSet(held, true)));
    }
  }

  private static final int MOST_COPIES_UNHEARD = 8; // each begins another segment

  private final OrderedLog log;
  private final Acknowledgements acknowledgements;
  private final CompactedLog compacted = new CompactedLog();
  private final LongPredicate mayEnd = this::mayEnd;
  private final int keptForReturning; // members that come back with a part of what they had
  private View view;
  private boolean isForAny; // whether the group goes on with any member
  private Sent[] sent = {}; // by the number of the member
  private Spread spread = Spread.UNKNOWN;

  /**
   * Of a log.
   *
   * @param acknowledgements at the primary: how far each member is
   */
  public LogRetention(Env env, OrderedLog log, Acknowledgements acknowledgements) {
    this(
        log,
        acknowledgements,
        env.view(),
        env.storage().isDurable() ? env.bounds().keptForReturning() : 0);
  }

  LogRetention(OrderedLog log, Acknowledgements acknowledgements, View view, int kept) {
    this.log = log;
    this.acknowledgements = acknowledgements;
    this.view = view;
    keptForReturning = kept;
  }

  /**
   * Begins anew in a view of which every member has everything.
   *
   * @param goesOnWithAny whether the group goes on with any one of the members
   */
  public void restart(View next, boolean goesOnWithAny) {
    view = next;
    isForAny = goesOnWithAny;
    sent = new Sent[1 + next.members().stream().mapToInt(NodeId::number).max().orElse(0)];
    Arrays.setAll(sent, member -> new Sent());
    spread = Spread.UNKNOWN;
    compacted.clear();
  }

  /** Forgets what is compacted: the log goes on elsewhere. */
  public void clear() {
    compacted.clear();
  }

  /** All that is compacted. */
  public List<Segment> segments() {
    return compacted.segments();
  }

  /**
   * Forgets what need not be kept.
   *
   * @param committed up to where operations were handed to the datalet
   * @param applied up to where it is known what they did
   */
  public void forget(boolean isPrimary, long committed, long applied) {
    long known = isForAny ? applied : committed;
    if (isPrimary) {
      forgetAtPrimary(committed, known);
    } else {
      forgetAtBackup(committed, known);
    }
  }

  // At the primary

  private void forgetAtPrimary(long committed, long known) {
    forgetUpTo(Math.min(committed, acknowledgements.heldByAll()));
    long first = log.first();
    log.forgetSurplusUpTo(Math.min(known, acknowledgements.heldByAnother()), this::compact);
    if (isForAny && (first != log.first() || spread.byAll() != acknowledgements.heldByAll())) {
      look();
    }
  }

  /**
   * Whether the log of a primary is full of what must be kept: what its datalet has performed since
   * it last forgot something need not be.
   */
  public boolean isFull(long committed, long applied) {
    if (isForAny && log.isFull()) {
      forgetAtPrimary(committed, applied);
    }
    return log.isFull();
  }

  private void compact(Ordered ordered) {
    long before = ordered.position() - 1;
    if (!isForAny || acknowledgements.heldByAll() > before) {
      return;
    }
    for (NodeId member : view.members()) {
      if (acknowledgements.heldBy(member) == before) {
        sent[member.number()].upTo = log.last(); // from now on it is sent nothing but copies
        look();
      }
    }
    compacted.add(ordered, mayEnd);
  }

  private boolean mayEnd(long position) {
    return spread.mayEnd(position);
  }

  private void look() {
    boolean isAnyBehind = acknowledgements.heldByAll() < log.first() - 1;
    List<Lag> laggards = isAnyBehind ? laggards() : List.of();
    spread = new Spread(acknowledgements.heldByAll(), log.first() - 1, laggards);
  }

  private List<Lag> laggards() {
    return view.members().stream()
        .filter(member -> acknowledgements.heldBy(member) < log.first() - 1)
        .map(member -> sent[member.number()].after(acknowledgements.heldBy(member)))
        .toList();
  }

  /**
   * Whether one more copy may be sent to a member: not when many were sent, and nothing was heard
   * of it since.
   */
  public boolean allowsCopyTo(NodeId member) {
    return sent[member.number()].copiesUnheard < MOST_COPIES_UNHEARD;
  }

  /** A member is being sent a copy of everything up to a position. */
  public void sentCopy(NodeId member, long upTo) {
    Sent its = sent[member.number()];
    its.copiesUnheard++;
    its.copies.headSet(acknowledgements.heldBy(member)).clear();
    if (isForAny && its.copies.add(upTo)) {
      look();
    }
  }

  /** A member has said how far it is. */
  public void heardOf(NodeId member) {
    Sent its = sent[member.number()];
    its.copiesUnheard = Math.min(its.copiesUnheard, MOST_COPIES_UNHEARD - 1);
  }

  /** How far the members are, for the others. */
  public Spread spread() {
    return spread;
  }

  // At the others

  /** The primary tells how far the members are; perhaps it has told more since. */
  public void hear(Spread told) {
    if (told.byAll() >= spread.byAll() && told.compacted() >= spread.compacted()) {
      spread = told;
    }
  }

  private void forgetAtBackup(long committed, long known) {
    forgetUpTo(isForAny ? Math.min(committed, spread.byAll()) : committed);
    long surplus = isForAny ? Math.min(known, spread.compacted()) : known;
    log.forgetSurplusUpTo(surplus, this::compactAsToldBy);
  }

  private void compactAsToldBy(Ordered ordered) {
    if (isForAny && ordered.position() > spread.byAll()) {
      compacted.add(ordered, mayEnd);
    }
  }

  private void forgetUpTo(long position) {
    log.forgetUpTo(position - keptForReturning);
    compacted.forgetUpTo(position);
  }
}
