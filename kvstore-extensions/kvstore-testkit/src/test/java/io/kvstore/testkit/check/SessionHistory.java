package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A history of sessions that wander between replicas, and of a store that sees to it that a replica
 * has what a session needs before it serves the session, but for what one flaw forgets.
 */
final class SessionHistory {
  private static final int REPLICAS = 10;
  private static final int SESSIONS = 4;
  private static final int RECENT = 3;
  private static final int KEYS = 8;
  private static final int OPERATIONS = 120;

  /** A write, with the earlier writes that must be wherever it is. */
  private record Write(int number, int key, Set<Write> needs) {
    @Override
    public boolean equals(Object other) {
      return this == other;
    }

    @Override
    public int hashCode() {
      return number;
    }
  }

  /** What a session has written and read so far. */
  private static final class Session {
    final Set<Write> written = new HashSet<>();
    final Set<Write> read = new HashSet<>();
  }

  private final RandomGenerator random;
  private final @Nullable SessionGuarantee forgotten;
  private final History.Builder history = History.builder();
  private final List<Set<Write>> replicas = new ArrayList<>();
  private final List<Session> sessions = new ArrayList<>();
  private final List<Write> writes = new ArrayList<>();

  private SessionHistory(RandomGenerator random, @Nullable SessionGuarantee forgotten) {
    this.random = random;
    this.forgotten = forgotten;
  }

  /** A history of a store that forgets to see to one of the guarantees, or to none. */
  static History of(RandomGenerator random, @Nullable SessionGuarantee forgotten) {
    return new SessionHistory(random, forgotten).make();
  }

  private History make() {
    for (int i = 0; i < REPLICAS; i++) {
      replicas.add(new HashSet<>());
    }
    for (int i = 0; i < SESSIONS; i++) {
      sessions.add(new Session());
    }
    for (int time = 0; time < OPERATIONS; time++) {
      int number = random.nextInt(sessions.size());
      Session session = sessions.get(number);
      Set<Write> replica = replicas.get(random.nextInt(REPLICAS));
      if (!writes.isEmpty() && random.nextInt(3) == 0) {
        int recent = Math.min(RECENT, writes.size());
        apply(writes.get(writes.size() - 1 - random.nextInt(recent)), replica);
      }
      bringWhatIsNeeded(session, replica);
      int key = random.nextInt(KEYS);
      if (random.nextInt(3) == 0) {
        write(number, session, replica, key, time);
      } else {
        read(number, session, replica, key, time);
      }
    }
    return history.build();
  }

  private boolean sees(SessionGuarantee guarantee) {
    return guarantee != forgotten;
  }

  private void bringWhatIsNeeded(Session session, Set<Write> replica) {
    if (sees(SessionGuarantee.READ_YOUR_WRITES)) {
      session.written.forEach(each -> apply(each, replica));
    }
    if (sees(SessionGuarantee.MONOTONIC_READS)) {
      session.read.forEach(each -> apply(each, replica));
    }
  }

  private static void apply(Write write, Set<Write> replica) {
    replica.add(write);
    replica.addAll(write.needs());
  }

  private void write(int number, Session session, Set<Write> replica, int key, long time) {
    Set<Write> needs = new HashSet<>();
    if (sees(SessionGuarantee.MONOTONIC_WRITES)) {
      session.written.forEach(each -> apply(each, needs));
    }
    if (sees(SessionGuarantee.WRITES_FOLLOW_READS)) {
      session.read.forEach(each -> apply(each, needs));
    }
    Write write = new Write(writes.size() + 1, key, Set.copyOf(needs));
    writes.add(write);
    apply(write, replica);
    session.written.add(write);
    int row = history.invoke(number, Kind.WRITE, "k" + key, (long) write.number(), time);
    history.ok(row, Values.NONE, time);
    history.version(row, write.number());
  }

  private void read(int number, Session session, Set<Write> replica, int key, long time) {
    Write newest = null;
    for (Write each : replica) {
      boolean isNewer = newest == null || each.number() > newest.number();
      newest = each.key() == key && isNewer ? each : newest;
    }
    int row = history.invoke(number, Kind.READ, "k" + key, null, time);
    history.ok(
        row, newest == null ? Values.NIL : history.values().of((long) newest.number()), time);
    if (newest != null) {
      history.version(row, newest.number());
      session.read.add(newest);
    }
  }
}
