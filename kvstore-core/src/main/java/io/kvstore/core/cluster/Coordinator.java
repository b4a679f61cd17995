package io.kvstore.core.cluster;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.cluster.Control.Activate;
import io.kvstore.core.cluster.Control.Beat;
import io.kvstore.core.cluster.Control.Freeze;
import io.kvstore.core.cluster.Control.Frozen;
import io.kvstore.core.cluster.Control.Heard;
import io.kvstore.core.cluster.Control.Install;
import io.kvstore.core.cluster.Control.Installed;
import io.kvstore.core.cluster.Control.Installing;
import io.kvstore.core.cluster.Control.Stage;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.ordering.Retry;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Timer;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the view of one group: hears who lives, and leads every change.
 *
 * <pre>
 *   replica                    coordinator                     every replica asked
 *     │ ── Beat ────────────────▶ │                                │
 *     │ ◀──────────────── Heard ─ │   somebody is silent, or new:  │
 *                                 │ ── Freeze ───────────────────▶ │  stops, says how it stands
 *                                 │ ◀──────────────────── Frozen ─ │
 *                                 │ ── Install ──────────────────▶ │  takes its place
 *                                 │ ◀───────────────── Installed ─ │
 *                  now decided    │ ── Activate ─────────────────▶ │  serves
 * </pre>
 *
 * <p>Invariants: a number is given to one change only, and a replica takes part only in the highest
 * that it has heard of. A view is decided when all its members have installed it, so that what one
 * of them answers none has to learn. The next one needs the word of one who was in the view decided
 * last, or of all of its members. And whoever is left out does not hold a lease any more.
 *
 * <p>It may be slow, cut off or lost at any moment: what it must not forget is in its {@link
 * Register}, and the rest it hears again.
 */
final class Coordinator implements Recipient {
  private static final Logger logger = LoggerFactory.getLogger(Coordinator.class);

  private final Group group;
  private final EventLoop loop;
  private final Courier courier;
  private final Register register;
  private final Timer timer;
  private final Pause pause;
  private final long detection;
  private final long interval;
  private final Map<NodeId, PeerHealth> known = new TreeMap<>();
  private @Nullable ViewChange change;
  private long awakeSince;
  private long lastLeaseOfForgotten = Long.MIN_VALUE;
  private long lastTick;
  private boolean isStopped;
  private boolean hasFailed;
  @Nullable Coordinator successor; // once this one has failed

  Coordinator(Group group, EventLoop loop, Fabric fabric, Register register, long seed) {
    this.group = group;
    this.loop = loop;
    this.register = register;
    courier =
        new Courier(
            NodeId.COORDINATOR, loop, fabric, new SplittableRandom(seed), (to, lost, why) -> {});
    timer = loop.timer(this, this::tick);
    pause = new Pause(loop, this, group.settings().limits().owedBytes());
    detection = group.settings().failover().detection().toNanos();
    interval = Membership.intervalFor(detection);
  }

  @Override
  public NodeId self() {
    return NodeId.COORDINATOR;
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  // Life, on the loop

  void start() {
    awakeSince = loop.clockNow(); // the one before it has given no lease after this
    lastTick = loop.now();
    group.rest().end();
    timer.start(interval);
  }

  /**
   * One of its events has thrown. Whatever that has left half done is forgotten: another goes on
   * with what is on record.
   */
  @Override
  public void fail(Throwable cause) {
    if (hasFailed || (isStopped && successor == null)) {
      return;
    }
    Coordinator next = successor == null ? group.coordinators().replace(this) : successor;
    stop();
    next.start();
    group.announceFailure(NodeId.COORDINATOR, cause);
    hasFailed = true;
    logger.error("the coordinator of shard {} has failed, and is replaced", group.shard(), cause);
  }

  void stop() {
    isStopped = true;
    timer.stop();
    pause.cancel();
  }

  void pause(long nanos) {
    pause.begin(nanos);
  }

  /** It has slept, like everyone: nobody is to blame for that. */
  void wake(long now) {
    if (!isStopped) {
      awakeSince = Math.max(awakeSince, now);
      lastTick = now;
      known.values().forEach(each -> each.excuse(now));
      timer.startIfIdle(interval);
    }
  }

  /** Whether there is nothing that another look could bring to light. */
  boolean isContent() {
    View view = register.view();
    List<NodeId> running = group.runningNodes().stream().filter(this::isMine).toList();
    List<NodeId> wanted = running.stream().filter(register::wants).toList();
    return isStopped
        || (change == null
            && !pause.isOn()
            && wanted.stream().allMatch(node -> group.isServingIn(node, view))
            && cellAmong(wanted, view).isOf(view)
            && membersAmong(new LinkedHashSet<>(wanted), view).size() == view.members().size());
  }

  /** What it never forgets. */
  Register register() {
    return register;
  }

  /** From now on, who is wanted in the view. */
  void want(List<NodeId> members) {
    register.want(members);
    change = null;
    group.rest().end();
    if (!isStopped) {
      decide();
    }
  }

  /** From now on, in which cell of the matrix the group is to be. */
  void want(Cell cell) {
    register.want(cell);
    group.rest().end();
    if (!isStopped && change == null) {
      decide();
    }
  }

  /** Somebody has gone elsewhere, or comes from there: nothing is known of them. */
  void forget(NodeId node) {
    PeerHealth forgotten = known.remove(node);
    if (forgotten != null) {
      lastLeaseOfForgotten = Math.max(lastLeaseOfForgotten, forgotten.leaseGivenAt());
    }
    if (change != null && change.includes(node)) {
      change = null;
    }
  }

  private boolean isAutomatic() {
    return group.settings().failover().isAutomatic();
  }

  // Messages

  @Override
  public void receive(NodeId from, Message message) {
    if (isStopped || !isMine(from)) {
      return;
    }
    if (pause.isOn()) {
      pause.keep(message, () -> receive(from, message)); // it is said again
    } else if (message instanceof Beat beat) {
      onBeat(from, beat);
    } else if (message instanceof Frozen frozen) {
      onFrozen(from, frozen);
    } else if (message instanceof Installed installed) {
      onInstalled(from, installed);
    } else if (message instanceof Installing going && change != null) {
      change.onInstalling(going, loop.now());
    }
  }

  private void onBeat(NodeId from, Beat beat) {
    PeerHealth replica = replicaOn(from);
    boolean isAnother = replica.isKnown() && beat.incarnation() > replica.incarnation();
    if (replica.isKnown() && beat.incarnation() < replica.incarnation()) {
      loop.reached(Moment.BEAT_FROM_BEFORE_A_CRASH);
      return;
    }
    boolean isNews = replica.onBeat(beat, loop.now(), interval);
    ViewChange underWay = change;
    if (isAnother && underWay != null && underWay.includes(from)) {
      loop.reached(Moment.RESTARTED_DURING_A_CHANGE);
      change = null; // who has said how it stands is no more
    }
    View view = register.view();
    boolean mayHaveLease =
        view.members().contains(from) && (change == null || change.includes(from));
    if (mayHaveLease) {
      replica.givesLease(loop.clockNow());
    }
    send(from, new Heard(beat.sentAt(), mayHaveLease ? view.epoch() : Control.NO_EPOCH));
    if (beat.stage() == Stage.INSTALLED && beat.installed() == view.epoch()) {
      send(from, new Activate(view.epoch()));
    }
    if (isNews && change == null) {
      decide();
    }
  }

  private void send(NodeId to, Control message) {
    Replica receiver = group.replicaOrNull(to);
    if (receiver != null) {
      courier.send(receiver, message);
    }
  }

  // Deciding

  private void tick() {
    if (isStopped || group.rest().isOn()) {
      return;
    }
    if (pause.isOn()) {
      timer.start(pause.left());
      return;
    }
    long now = loop.now();
    if (now - lastTick > 2 * interval + detection / 4) {
      loop.reached(Moment.COORDINATOR_SLEPT);
      awakeSince = now; // it has been asleep itself, and suspects nobody for it
    }
    lastTick = now;
    if (change != null) {
      goOn(change);
    } else {
      decide();
    }
    group.rest().beginIfContent();
    if (!group.rest().isOn()) {
      timer.start(change == null ? interval : Math.min(interval, Retry.INTERVAL_NANOS));
    }
  }

  private boolean isSilent(NodeId node) {
    if (!isAutomatic()) {
      return !group.isRunning(node);
    }
    return replicaOn(node).isSilent(loop.now(), awakeSince, detection);
  }

  private PeerHealth replicaOn(NodeId node) {
    return known.computeIfAbsent(node, first -> new PeerHealth());
  }

  /** Begins a change if there is a reason for one. */
  private void decide() {
    View view = register.view();
    Set<NodeId> staying = new LinkedHashSet<>();
    for (NodeId member : view.members()) {
      if (!isMine(member) || isSilent(member)) {
        group.onSuspicion(member, "nobody hears from it");
        continue;
      }
      if (!replicaOn(member).isKnown()) {
        return; // it is not too late to hear of this one
      }
      staying.add(member);
    }
    if (isAutomatic()) {
      leaveOutAccused(view, staying);
    }
    List<NodeId> named = register.wanted().orElse(List.of());
    if (named.stream()
        .anyMatch(node -> isMine(node) && !replicaOn(node).isKnown() && !isSilent(node))) {
      return;
    }
    Set<NodeId> asked = new LinkedHashSet<>(staying);
    asked.addAll(comers(view));
    List<NodeId> next = membersAmong(asked, view);
    boolean isStale = staying.stream().anyMatch(node -> mustBeInstalledAgain(node, view));
    Cell cell = cellAmong(next, view);
    boolean isOther = !next.equals(view.members()) || !cell.isOf(view);
    if (next.isEmpty() || !(isStale || isOther) || !mayGoOnWith(staying, view)) {
      return;
    }
    ViewChange begun = new ViewChange(register.nextEpoch(), view, asked, next, cell, loop.now());
    change = begun;
    group.rest().end();
    goOn(begun);
  }

  private boolean isMine(NodeId node) {
    return group.coordinatorOf(node) == this;
  }

  /** Who is not in the view, and could be. */
  private Set<NodeId> comers(View view) {
    Set<NodeId> comers = new LinkedHashSet<>();
    known.forEach(
        (node, replica) -> {
          boolean isOut = isMine(node) && replica.isKnown() && !view.members().contains(node);
          boolean mayCome = register.wants(node) && !group.isLeaving(node);
          if (isOut && mayCome && !isSilent(node) && !replica.isShunned(loop.now())) {
            comers.add(node);
          }
        });
    return comers;
  }

  /** Who is to be in the next view, in its order. */
  private List<NodeId> membersAmong(Set<NodeId> asked, View view) {
    List<NodeId> ordered =
        register.wanted().orElseGet(() -> isAutomatic() ? List.copyOf(asked) : view.members());
    return ordered.stream()
        .filter(node -> !isAutomatic() || asked.contains(node))
        .filter(node -> isMine(node) && !group.isLeaving(node))
        .toList();
  }

  /**
   * The cell of the next view: another only with everybody in it, so that nobody comes back later
   * with what the new protocol cannot read, or has forgotten.
   */
  private Cell cellAmong(List<NodeId> next, View view) {
    return next.containsAll(group.nodes()) ? register.cell() : Cell.of(view);
  }

  private boolean mustBeInstalledAgain(NodeId node, View view) {
    PeerHealth replica = replicaOn(node);
    return replica.stage() == Stage.FRESH
        || replica.stage() == Stage.FROZEN // perhaps by being taken out of the view, and put back
        || replica.promised() > view.epoch()
        || replica.installed() < view.epoch();
  }

  private boolean mayGoOnWith(Set<NodeId> staying, View view) {
    boolean hasWitness =
        view.epoch() > 0
            && staying.stream().anyMatch(node -> replicaOn(node).installed() >= view.epoch());
    return !staying.isEmpty()
        && (hasWitness || Cell.of(view).letsAnyGoOn() || staying.containsAll(view.members()));
  }

  /** Leaves out whom most complain of; for longer each time. */
  private void leaveOutAccused(View view, Set<NodeId> staying) {
    Complaints.worst(view, staying, this::replicaOn)
        .ifPresent(
            worst -> {
              loop.reached(Moment.ACCUSED_LEFT_OUT);
              group.onSuspicion(worst, "others complain of it");
              replicaOn(worst).shun(loop.now(), detection);
              staying.remove(worst);
            });
  }

  // Changing

  private void goOn(ViewChange underWay) {
    Install install = underWay.install();
    boolean isOverdue = underWay.isOverdue(loop.now(), detection);
    if (install != null) {
      if (underWay.awaited().stream().anyMatch(this::isSilent) || (isOverdue && isAutomatic())) {
        loop.reached(Moment.CHANGE_BEGUN_ANEW);
        change = null;
        decide();
      } else {
        underWay.notInstalled().forEach(node -> send(node, install));
      }
      return;
    }
    for (NodeId node : underWay.silent()) {
      if (isSilent(node) || (isOverdue && isAutomatic())) {
        loop.reached(Moment.MEMBER_GIVEN_UP);
        underWay.giveUp(node);
      } else {
        PeerHealth replica = known.get(node);
        if (replica != null) {
          send(node, new Freeze(replica.incarnation(), underWay.epoch(), underWay.from()));
        }
      }
    }
    installIfReady(underWay);
  }

  private void onFrozen(NodeId from, Frozen frozen) {
    ViewChange underWay = change;
    PeerHealth replica = known.get(from);
    if (underWay != null
        && replica != null
        && frozen.next() == underWay.epoch()
        && frozen.incarnation() == replica.incarnation()) {
      replica.onFrozen(frozen.next());
      underWay.onFrozen(from, frozen);
      if (underWay.install() == null) {
        installIfReady(underWay);
      }
    }
  }

  private void installIfReady(ViewChange underWay) {
    if (!underWay.silent().isEmpty()) {
      return;
    }
    boolean isLost = underWay.from().members().stream().allMatch(group::hasLostAll);
    boolean mayGoOn =
        !isLost && (underWay.hasEverything() || Cell.of(underWay.from()).letsAnyGoOn());
    if (!underWay.hasTargets() || !mayGoOn) {
      loop.reached(Moment.CHANGE_WITHOUT_WITNESS);
      change = null; // those who know what was answered are away
      return;
    }
    long leaseLeft = leaseLeft(underWay);
    if (leaseLeft > 0) {
      loop.reached(Moment.LEASE_WAITED_OUT);
      timer.start(Math.min(leaseLeft, interval));
      return;
    }
    View from = underWay.from();
    List<NodeId> members = isAutomatic() ? underWay.going() : underWay.targets();
    boolean isEveryoneHere = underWay.going().containsAll(group.nodes());
    Cell cell = isEveryoneHere ? underWay.cell() : Cell.of(from);
    View next = cell.view(underWay.epoch(), members);
    Install install =
        group
            .losses()
            .reports(Cell.of(from), underWay.isAllBlank())
            .map(afterLoss -> underWay.install(next, afterLoss))
            .orElseGet(() -> underWay.install(next));
    underWay.going().forEach(node -> send(node, install));
  }

  /** How long the primary of the view before may go on answering by itself. */
  private long leaseLeft(ViewChange underWay) {
    View from = underWay.from();
    if (from.consistency() != Consistency.LINEARIZABLE
        || from.epoch() == 0
        || underWay.hasAnswered(from.primary())) {
      return 0;
    }
    PeerHealth replica = known.get(from.primary());
    long given = replica == null ? lastLeaseOfForgotten : replica.leaseGivenAt();
    return Math.max(awakeSince, given) + detection - loop.now();
  }

  private void onInstalled(NodeId from, Installed installed) {
    ViewChange underWay = change;
    if (underWay == null || installed.next() != underWay.epoch()) {
      return;
    }
    replicaOn(from).onInstalled(installed.next());
    underWay.onInstalled(from);
    Install install = underWay.install();
    if (install != null && underWay.notInstalled().isEmpty()) {
      change = null;
      View next = install.next();
      View before = register.view();
      register.decide(next);
      group.onDecided(before, next);
      group.coordinators().onDecided(this);
      logger.info("shard {}: {} after {}", group.shard(), next, before.members());
      underWay.going().forEach(node -> send(node, new Activate(next.epoch())));
    }
  }
}
