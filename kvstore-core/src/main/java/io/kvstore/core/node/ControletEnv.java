package io.kvstore.core.node;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.membership.MemberAgent;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Storage;
import io.kvstore.core.spi.Timer;
import io.kvstore.core.storage.ReplicaStorage;
import io.kvstore.spi.Settings;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The environment of one controlet of a replica, until another controlet succeeds it or the replica
 * stops. From then on the controlet has no effect: nothing that it sends leaves the replica, its
 * timers do not run, and results of its datalet do not reach it.
 *
 * <p>Requests and messages need no such guard: the replica hands them to the present controlet. The
 * successor is shown all requests that are still open. Used on the replica's loop.
 */
final class ControletEnv implements Env {
  private final Replica replica;
  private final ReplicaGroup group;
  private final MemberAgent membership;
  private final RandomGenerator random;
  private final Storage storage;
  private final OpenRequests open;
  private final Function<Runnable, GuardedTimer> alarms;
  private final List<GuardedTimer> timers = new ArrayList<>();
  private final Map<String, Supplier<?>> shown = new LinkedHashMap<>();
  private @Nullable View last; // the view in which it has ended; null before
  private boolean isHandingOver;
  private boolean isMute;

  /**
   * A term that begins.
   *
   * @param open what clients have asked for here
   * @param alarms makes the timers
   */
  ControletEnv(
      Replica replica,
      ReplicaGroup group,
      MemberAgent membership,
      RandomGenerator random,
      ReplicaStorage storage,
      OpenRequests open,
      Function<Runnable, GuardedTimer> alarms) {
    this.replica = replica;
    this.group = group;
    this.membership = membership;
    this.random = random;
    this.storage = storage.answersLater() ? new ControletStorage(storage, this) : storage;
    this.open = open;
    this.alarms = alarms;
  }

  /** Its controlet has no effect from now on. */
  void end() {
    if (last == null) {
      last = replica.view();
      timers.forEach(GuardedTimer::stop);
      timers.clear();
    }
  }

  boolean isOver() {
    return last != null;
  }

  boolean isHandingOver() {
    return isHandingOver;
  }

  /** Its controlet hands over to the next: what it sends from now on is dropped. */
  void beginHandOver() {
    isHandingOver = true;
  }

  /**
   * Whether the view is in a cell of which its controlet knows nothing: what it sends is dropped,
   * for the others may have another controlet already.
   */
  void setMute(boolean isPast) {
    isMute = isPast;
  }

  @Override
  public NodeId self() {
    return replica.self();
  }

  @Override
  public View view() {
    View ended = last;
    return ended == null ? replica.view() : ended;
  }

  @Override
  public Settings settings() {
    return group.settings();
  }

  @Override
  public long now() {
    return replica.now();
  }

  @Override
  public long elapsed() {
    return membership.elapsed();
  }

  @Override
  public long stopwatch() {
    return membership.stopwatch();
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public void send(NodeId to, Message message) {
    if (!isHandingOver && !isMute && !isOver()) {
      replica.send(to, message);
    }
  }

  @Override
  public Timer timer(Runnable task) {
    GuardedTimer alarm = alarms.apply(task);
    timers.add(alarm);
    return alarm;
  }

  @Override
  public Storage storage() {
    return storage;
  }

  @Override
  public boolean holdsLease() {
    return !isOver() && membership.holdsLease(replica.view());
  }

  @Override
  public void suspect(NodeId member) {
    if (!isOver()) {
      membership.suspect(member);
    }
  }

  @Override
  public void moveOn() {
    if (!isOver()) {
      open.moveOn();
    }
  }

  @Override
  public void tellEpochs(SortedMap<Long, Long> starts) {
    if (!isOver()) {
      replica.changes().tell(log -> log.tellEpochs(starts));
    }
  }

  @Override
  public void show(String what, Supplier<?> now) {
    shown.put(what, now);
  }

  /** What its controlet shows, and the lease that its group's coordinator has given it. */
  Map<String, String> shown() {
    Map<String, String> now = new LinkedHashMap<>();
    if (Cell.leaseHolders(view()).contains(self())) {
      now.put("lease", holdsLease() ? "held" : "not held");
    }
    shown.forEach((what, its) -> now.put(what, Shown.inWords(its.get())));
    now.values().removeIf(String::isEmpty);
    return now;
  }

  @Override
  public void reached(Enum<?> moment) {
    replica.loop().reached(moment);
  }

  @Override
  public boolean isWhole() {
    return replica.view().members().size() == group.holders().size();
  }
}
