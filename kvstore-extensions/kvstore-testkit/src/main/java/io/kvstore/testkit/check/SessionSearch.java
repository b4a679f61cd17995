package io.kvstore.testkit.check;

import io.kvstore.testkit.check.Trails.Known;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.LongTable;
import io.kvstore.testkit.history.Values;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The search for an operation that breaks a session guarantee: session by session, each operation
 * against what the session itself, or another that it has seen writes of, had come by before.
 */
final class SessionSearch {
  private static final int NONE = Observed.NONE;

  /**
   * What should have been seen or followed.
   *
   * @param known the newer write, and the operation by which another session knew of it
   * @param seen the read by which this session has seen a later write of that other one
   */
  private record Missed(Known known, int seen) {}

  private final Observed observed;
  private final History history;
  private final WriteOrder order;
  private final Sessions sessions;
  private final Spending spending;
  private final SessionSentences sentences;
  private final Trails written;
  private final Trails read;

  /** By session and key: the position of the first ambiguous read. */
  private final LongTable firstDoubt = new LongTable();

  /** By session: how far this one has seen it, and by which read; those that it has seen at all. */
  private final int[] seen;

  private final int[] seenBy;
  private final int[] seenSessions;
  private int seenCount;

  SessionSearch(Observed observed, Spending spending) {
    this.observed = observed;
    this.spending = spending;
    history = observed.history;
    order = new WriteOrder(observed);
    sentences = new SessionSentences(observed);
    sessions = order.sessions;
    written = new Trails(order, spending);
    read = new Trails(order, spending);
    seen = new int[sessions.count];
    seenBy = new int[sessions.count];
    seenSessions = new int[sessions.count];
    for (int row = 0; row < history.size(); row++) {
      spending.checkTimeSometimes();
      if (sessions.session[row] != NONE && observed.reads(row)) {
        int source = observed.source(row);
        read.add(source, order.versionRead(row, source), row);
        if (source == Observed.AMBIGUOUS && firstDoubt.get(nameOfKey(row)) == LongTable.ABSENT) {
          firstDoubt.put(nameOfKey(row), sessions.position[row]);
        }
      }
      if (observed.writes(row)) {
        written.add(row, order.versionOf(row), row);
      }
    }
  }

  /** An operation that breaks the guarantee, whatever the ambiguous reads are from. */
  Optional<Broken> find(SessionGuarantee guarantee) {
    for (int row = 0; row < history.size(); row++) {
      checkTime(row);
      if (observed.reads(row) && order.sourcesOf(row).length == 0) {
        return Optional.of(sentences.ofNobody(row));
      }
    }
    for (int session = 0; session < sessions.count; session++) {
      Optional<Broken> found = find(session, guarantee);
      if (found.isPresent()) {
        return found;
      }
    }
    return Optional.empty();
  }

  /** Decides of each ambiguous read, as far as can be seen, the oldest write that explains it. */
  void guess() {
    Trails guessed = new Trails(order, spending);
    for (int session = 0; session < sessions.count; session++) {
      forget();
      int first = 1;
      while (first <= sessions.length(session)) {
        int last = seeAtOnce(session, first);
        for (int position = first; position <= last; position++) {
          guess(sessions.at(session, position), guessed);
        }
        first = last + 1;
      }
    }
  }

  private void guess(int row, Trails guessed) {
    checkTime(row);
    int source = observed.source(row) == Observed.AMBIGUOUS ? likely(row, guessed) : NONE;
    if (source != NONE) {
      observed.decide(row, source);
      guessed.add(source, order.versionRead(row, source), row);
      see(row);
    }
  }

  /** The oldest source that explains a read, if there is one of those that ask for nothing more. */
  private int likely(int row, Trails guessed) {
    int upTo = sessions.position[row] - 1;
    int likely = NONE;
    int best = -1;
    for (int source : order.candidatesOf(row)) {
      int points = 0;
      if (newerOwn(row, source, upTo) == null
          && newer(guessed, sessions.session[row], upTo, row, source) == null) {
        boolean missesNothing =
            missedOfOthers(written, row, source) == null
                && missedOfOthers(read, row, source) == null
                && missedOfOthers(guessed, row, source) == null;
        points = 1 + (missesNothing ? 4 : 0);
        points += madeSomething(source) ? 0 : 2;
        points += isSeen(row, source) ? 1 : 0;
      }
      if (points > best) {
        best = points;
        likely = source;
      }
    }
    return likely;
  }

  /** Whether it is not known what a write wrote, so that it explains almost any read. */
  private boolean madeSomething(int write) {
    return write >= 0
        && (history.kind(write) == Kind.APPEND || history.kind(write) == Kind.ADD)
        && history.result(write) == Values.NONE;
  }

  /** Whether a session that reads this write sees no session further than before. */
  private boolean isSeen(int row, int source) {
    if (source < 0) {
      return true;
    }
    int operation = sessions.session[source] == NONE ? sessions.previous[source] : source;
    operation = sessions.anchor(source) == NONE ? operation : sessions.anchor(source);
    int session = operation == NONE ? NONE : sessions.session[operation];
    return session == NONE
        || session == sessions.session[row]
        || sessions.position[operation] <= seen[session];
  }

  /** There may be many that an ambiguous read is from, and each is looked at. */
  private void checkTime(int row) {
    if (observed.source(row) == Observed.AMBIGUOUS) {
      spending.checkTime();
    } else {
      spending.checkTimeSometimes();
    }
  }

  /** An answered write of the key that is newer for sure than what was read. */
  Optional<Broken> findLost(int row) {
    Known lost = null;
    for (int source : order.sourcesOf(row)) {
      lost = newerAnswered(row, source);
      if (lost == null) {
        return Optional.empty();
      }
    }
    return Optional.of(lost == null ? sentences.ofNobody(row) : sentences.lost(row, lost));
  }

  private @Nullable Known newerAnswered(int row, int source) {
    for (int session = 0; session < sessions.count; session++) {
      Known newer = newer(written, session, Integer.MAX_VALUE, row, source);
      if (newer != null && !observed.isDetached(newer.write())) {
        return newer;
      }
    }
    return null;
  }

  // One session

  private Optional<Broken> find(int session, SessionGuarantee guarantee) {
    forget();
    int length = sessions.length(session);
    int first = 1;
    while (first <= length) {
      int last = seeAtOnce(session, first);
      for (int position = first; position <= last; position++) {
        int row = sessions.at(session, position);
        checkTime(row);
        boolean onlyReads = history.kind(row) == Kind.READ;
        Optional<Broken> found = judge(row, onlyReads ? last : position - 1, guarantee);
        if (found.isPresent()) {
          return found;
        }
      }
      first = last + 1;
    }
    return Optional.empty();
  }

  /** Sees all that is only read at one moment, and answers the position where that ends. */
  private int seeAtOnce(int session, int first) {
    int head = sessions.at(session, first);
    int last = first;
    see(head);
    while (last < sessions.length(session)
        && history.group(sessions.at(session, last + 1)) == history.group(head)
        && history.kind(sessions.at(session, last)) == Kind.READ
        && history.kind(sessions.at(session, last + 1)) == Kind.READ) {
      last++;
      see(sessions.at(session, last));
    }
    return last;
  }

  private void forget() {
    for (int i = 0; i < seenCount; i++) {
      seen[seenSessions[i]] = 0;
    }
    seenCount = 0;
  }

  private void see(int row) {
    int write = observed.source(row);
    if (write >= 0) {
      see(write, row);
      if (sessions.anchor(write) != NONE) {
        see(sessions.anchor(write), row);
      }
    }
  }

  private void see(int operation, int by) {
    int session = sessions.session[operation];
    if (session != NONE && sessions.position[operation] > seen[session]) {
      if (seen[session] == 0) {
        seenSessions[seenCount++] = session;
      }
      seen[session] = sessions.position[operation];
      seenBy[session] = by;
    }
  }

  // One operation

  private Optional<Broken> judge(int row, int upTo, SessionGuarantee guarantee) {
    Missed missed = observed.reads(row) ? missedByAll(row, upTo, guarantee) : null;
    if (missed != null) {
      return Optional.of(
          missed.seen() == NONE
              ? sentences.overlooked(row, missed.known())
              : sentences.overtaken(row, missed.known(), missed.seen()));
    }
    long version = observed.writes(row) ? order.versionOf(row) : NONE;
    Trails trails = guarantee == SessionGuarantee.MONOTONIC_WRITES ? written : read;
    if (version == NONE
        || guarantee == SessionGuarantee.READ_YOUR_WRITES
        || guarantee == SessionGuarantee.MONOTONIC_READS) {
      return Optional.empty();
    }
    int position = sessions.position[row];
    Known known =
        trails.newer(
            sessions.session[row], position, observed.key[row], Observed.AMBIGUOUS, version);
    return Optional.ofNullable(known).map(newer -> sentences.misplaced(row, newer));
  }

  /** What a read missed, if it did wherever it may be from. */
  private @Nullable Missed missedByAll(int row, int upTo, SessionGuarantee guarantee) {
    Missed missed = null;
    for (int source : order.sourcesOf(row)) {
      missed = missed(row, source, upTo, guarantee);
      if (missed == null) {
        return null;
      }
    }
    return missed;
  }

  private @Nullable Missed missed(int row, int source, int upTo, SessionGuarantee guarantee) {
    int own = sessions.session[row];
    return switch (guarantee) {
      case READ_YOUR_WRITES -> missed(newer(written, own, upTo, row, source), NONE);
      case MONOTONIC_READS -> missed(newer(read, own, upTo, row, source), NONE);
      case MONOTONIC_WRITES, WRITES_FOLLOW_READS -> {
        Trails trails = guarantee == SessionGuarantee.MONOTONIC_WRITES ? written : read;
        yield mayGoBack(row, source, upTo) ? null : missedOfOthers(trails, row, source);
      }
    };
  }

  private static @Nullable Missed missed(@Nullable Known known, int seen) {
    return known == null ? null : new Missed(known, seen);
  }

  private @Nullable Missed missedOfOthers(Trails trails, int row, int source) {
    for (int i = 0; i < seenCount; i++) {
      int other = seenSessions[i];
      Known known =
          other == sessions.session[row] ? null : newer(trails, other, seen[other], row, source);
      if (known != null) {
        return new Missed(known, seenBy[other]);
      }
    }
    return null;
  }

  /**
   * A read that goes back behind its own session breaks what that session is promised, and says
   * nothing of others. So may one after an ambiguous read of its key.
   */
  private boolean mayGoBack(int row, int source, int upTo) {
    int doubt = firstDoubt.get(nameOfKey(row));
    boolean isDoubtful =
        doubt != LongTable.ABSENT && doubt <= upTo && doubt != sessions.position[row];
    return isDoubtful || newerOwn(row, source, upTo) != null;
  }

  private long nameOfKey(int row) {
    return (long) sessions.session[row] * observed.keys.count() + observed.key[row];
  }

  private @Nullable Known newerOwn(int row, int source, int upTo) {
    int own = sessions.session[row];
    Known known = newer(written, own, upTo, row, source);
    return known == null ? newer(read, own, upTo, row, source) : known;
  }

  private @Nullable Known newer(Trails trails, int session, int upTo, int row, int source) {
    return trails.newer(session, upTo, observed.key[row], source, order.versionRead(row, source));
  }
}
