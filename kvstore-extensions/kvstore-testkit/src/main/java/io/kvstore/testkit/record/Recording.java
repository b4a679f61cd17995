package io.kvstore.testkit.record;

import io.kvstore.Bytes;
import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Position;
import io.kvstore.core.spi.Ordered;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Connection;
import io.kvstore.spi.Operation;
import io.kvstore.testkit.history.Disturbance;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** All that was taken down of one store. */
final class Recording {
  private final LongSupplier clock;
  private final boolean isSimulated;
  private final Consistency consistency;
  private final int shards;
  private final Supplier<String> caller;
  private volatile boolean hasOneOrder; // of which positions tell
  private volatile Effects effects;
  private final AtomicInteger processes = new AtomicInteger();
  private final Queue<Note> notes = new ConcurrentLinkedQueue<>();
  private final Queue<Disturbance> disturbances; // of a table also those of its store
  private final Map<List<Object>, Eviction> evictions = new LinkedHashMap<>(); // in simulations
  private final Map<Position, Note> handedOut = new HashMap<>(); // guarded by itself
  private final Map<String, Recording> tables = new ConcurrentHashMap<>();

  /**
   * Of a store that is opened.
   *
   * @param consistency what it promises
   * @param shards into how many parts its keys are split
   * @param caller who asks for the operation that begins
   */
  Recording(
      LongSupplier clock,
      boolean isSimulated,
      Consistency consistency,
      int shards,
      Supplier<String> caller) {
    this(clock, isSimulated, consistency, shards, caller, new ConcurrentLinkedQueue<>());
  }

  private Recording(
      LongSupplier clock,
      boolean isSimulated,
      Consistency consistency,
      int shards,
      Supplier<String> caller,
      Queue<Disturbance> disturbances) {
    this.clock = clock;
    this.isSimulated = isSimulated;
    this.consistency = consistency;
    this.shards = shards;
    this.caller = caller;
    this.disturbances = disturbances;
    effects = new Effects(consistency.isAtLeast(Consistency.CAUSAL));
    hasOneOrder = shards == 1 && consistency.isAtLeast(Consistency.SEQUENTIAL);
  }

  /** A table of this store, which is taken down by itself; the last one that has this name. */
  Recording beginTable(String name, Consistency its, int itsShards) {
    Recording table = new Recording(clock, isSimulated, its, itsShards, caller, disturbances);
    tables.put(name, table);
    return table;
  }

  Optional<Recording> table(String name) {
    return Optional.ofNullable(tables.get(name));
  }

  /** The store changes its promise: from now on there may be no one order. */
  void changes() {
    hasOneOrder = false;
    effects = new Effects(false);
  }

  /** What the store has promised first. */
  Consistency consistency() {
    return consistency;
  }

  int shards() {
    return shards;
  }

  /** The notes in the order of their invocations. */
  List<Note> notes() {
    List<Note> sorted = new ArrayList<>(notes);
    sorted.sort((one, other) -> Long.compare(one.invoked, other.invoked));
    return sorted;
  }

  List<String> wrongAnswers() {
    return notes().stream().map(note -> note.misfit).filter(Objects::nonNull).toList();
  }

  /** A replica has performed an operation of a bounded store for which others had to go. */
  void evicted(int shard, Ordered ordered) {
    long now = clock.getAsLong();
    for (Bytes key : ordered.victims()) {
      evictions.merge(
          List.of(shard, ordered.position(), key),
          new Eviction(key, ordered.position(), now, now),
          (before, again) -> before.until(now));
    }
  }

  List<Eviction> evictions() {
    return List.copyOf(evictions.values());
  }

  List<Disturbance> disturbances() {
    return List.copyOf(disturbances);
  }

  /** Whether the clocks by which the store measures lifetimes go as the one that notes go by. */
  boolean hasRightClocks() {
    return isSimulated
        && disturbances.stream().noneMatch(each -> each.kind() == Disturbance.Kind.CLOCK);
  }

  void disturb(Disturbance.Kind kind, String what, List<NodeId> nodes) {
    disturbances.add(new Disturbance(clock.getAsLong(), kind, what, nodes));
  }

  /** A session that has seen what another one had when it told its position. */
  Session session(Position after) {
    synchronized (handedOut) {
      return new Session(handedOut.get(after));
    }
  }

  /**
   * One session. Operations that overlap have no order among them, and are written down as those of
   * different processes.
   */
  final class Session {
    private final Deque<Integer> idle = new ArrayDeque<>();
    private @Nullable Note follows;
    private @Nullable Note last;
    private int open;

    Session(@Nullable Note follows) {
      this.follows = follows;
    }

    synchronized Note begin(Operation operation, Consistency level, @Nullable NodeId node) {
      int process = idle.isEmpty() ? processes.getAndIncrement() : idle.pop();
      Note note =
          new Note(process, operation, level, node, clock.getAsLong(), follows, caller.get());
      follows = null;
      open++;
      notes.add(note);
      return note;
    }

    /** An answer of the wrong kind tells nothing: the outcome is as unknown as without any. */
    void answered(Note note, @Nullable Answer answer, Connection connection) {
      if (Fit.fits(note.operation, answer)) {
        note.answer = answer;
        note.misfit = effects.contradiction(note.operation, answer).orElse(null);
      } else {
        note.misfit = Fit.misfit(note.operation, answer);
        note.mayHaveBeenApplied = true;
      }
      end(note, connection);
    }

    void failed(Note note, boolean mayHaveBeenApplied) {
      note.mayHaveBeenApplied = mayHaveBeenApplied;
      end(note, null);
    }

    private synchronized void end(Note note, @Nullable Connection connection) {
      note.returned = clock.getAsLong();
      open--;
      if (connection != null) {
        last = note;
        if (hasOneOrder && open == 0) {
          note.position = connection.position().in(0).get(0);
        }
      }
      note.ended = true;
      idle.push(note.process);
    }

    synchronized void tell(Position position) {
      if (last != null) {
        synchronized (handedOut) {
          handedOut.put(position, last);
        }
      }
    }
  }
}
