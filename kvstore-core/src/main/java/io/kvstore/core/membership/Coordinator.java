package io.kvstore.core.membership;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.machine.Courier;
import io.kvstore.core.machine.Fabric;
import io.kvstore.core.machine.Pause;
import io.kvstore.core.machine.Recipient;
import io.kvstore.core.membership.Control.Activate;
import io.kvstore.core.membership.Control.Beat;
import io.kvstore.core.membership.Control.Freeze;
import io.kvstore.core.membership.Control.Frozen;
import io.kvstore.core.membership.Control.Heard;
import io.kvstore.core.membership.Control.Install;
import io.kvstore.core.membership.Control.Installed;
import io.kvstore.core.membership.Control.Installing;
import io.kvstore.core.membership.Control.Stage;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.replication.Retry;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Timer;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the view of one group: hears who lives, and leads every change.
 *
 * <pre>
 *   replica                    coordinator                     every replica asked
 *     │ ── Beat ────────────────▶ │                                │
 *     │ ◀──────────────── Heard ─ │   a member is silent, or new:  │
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
 * last, or of all of its members. And a member that is left out does not hold a lease any more.
 *
 * <p>It may be slow, cut off or lost at any moment: what it must not forget is in its {@link
 * Register}, and the rest it hears again.
 */
public final class Coordinator implements Recipient {
  private static final Logger logger = LoggerFactory.getLogger(Coordinator.class);
  private static final int DETECTIONS_BEFORE_NOTHING = 4;

  private final Members group;
  private final EventLoop loop;
  private final Courier courier;
  private final Register register;
  private final Timer timer;
  private final Pause pause;
  private final FailureDetector detector;
  private final ViewChoice views;
  private @Nullable ViewChange change;
  private long nothingLeftSince = Long.MAX_VALUE; // with those who are heard
  private boolean isStopped;
  private boolean hasFailed;
  @Nullable Coordinator successor; // once this one has failed

  Coordinator(Members group, EventLoop loop, Fabric fabric, Register register, long seed) {
    this.group = group;
    this.loop = loop;
    this.register = register;
    courier =
        new Courier(
            NodeId.COORDINATOR,
            loop,
            fabric,
            new SplittableRandom(seed),
            TracedCoordination.ofCoordinator(fabric.trace(), loop, group.shard()));
    timer = loop.timer(this, this::tick);
    pause = new Pause(loop, this, group.settings().limits().owedBytes());
    detector = new FailureDetector(loop, group.settings().failover(), group::isRunning);
    views = new ViewChoice(group, loop, register, detector, this::isMine);
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

  public void start() {
    detector.start();
    group.rest().end();
    timer.start(detector.interval());
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

  /** It has slept, like everyone: no member is to blame for that. */
  void wake(long now) {
    if (!isStopped) {
      detector.wake(now);
      timer.startIfIdle(detector.interval());
    }
  }

  /** Whether there is nothing that another look could bring to light. */
  boolean isContent() {
    return isStopped || (change == null && !pause.isOn() && views.isMade());
  }

  /** What it never forgets. */
  public Register register() {
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

  /** A member has gone elsewhere, or comes from there: nothing is known of it. */
  void forget(NodeId node) {
    detector.forget(node);
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
    PeerHealth replica = detector.of(from);
    boolean isAnother = replica.isKnown() && beat.incarnation() > replica.incarnation();
    if (replica.isKnown() && beat.incarnation() < replica.incarnation()) {
      loop.reached(Moment.BEAT_FROM_BEFORE_A_CRASH);
      return;
    }
    if (replica.isKnown() && detector.isSilent(from)) {
      group.rest().end(); // which may have begun while this was on its way
    }
    boolean isNews = replica.onBeat(beat, loop.now(), detector.interval());
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
    Recipient receiver = group.replicaOrNull(to);
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
    detector.tick();
    if (change != null) {
      goOn(change);
    } else {
      decide();
    }
    group.rest().beginIfContent();
    if (!group.rest().isOn()) {
      long interval = detector.interval();
      timer.start(change == null ? interval : Math.min(interval, Retry.INTERVAL_NANOS));
    }
  }

  /** Begins a change if there is a reason for one. */
  private void decide() {
    ViewChange begun = views.next();
    if (begun != null) {
      change = begun;
      group.rest().end();
      goOn(begun);
    }
  }

  private boolean isMine(NodeId node) {
    return group.coordinatorOf(node) == this;
  }

  // Changing

  private void goOn(ViewChange underWay) {
    Install install = underWay.install();
    boolean isOverdue = underWay.isOverdue(loop.now(), detector.detection());
    if (install != null) {
      if (underWay.awaited().stream().anyMatch(detector::isSilent)
          || (isOverdue && isAutomatic())) {
        loop.reached(Moment.CHANGE_BEGUN_ANEW);
        change = null;
        decide();
      } else {
        underWay.notInstalled().forEach(node -> send(node, install));
      }
      return;
    }
    for (NodeId node : underWay.silent()) {
      if (detector.isSilent(node) || (isOverdue && isAutomatic())) {
        loop.reached(Moment.MEMBER_GIVEN_UP);
        underWay.giveUp(node);
      } else {
        PeerHealth replica = detector.ofOrNull(node);
        if (replica != null) {
          send(node, new Freeze(replica.incarnation(), underWay.epoch(), underWay.from()));
        }
      }
    }
    installIfReady(underWay);
  }

  private void onFrozen(NodeId from, Frozen frozen) {
    ViewChange underWay = change;
    PeerHealth replica = detector.ofOrNull(from);
    if (underWay != null
        && replica != null
        && frozen.next() == underWay.epoch()
        && frozen.incarnation() == replica.incarnation()) {
      replica.onFrozen(frozen.next());
      underWay.onFrozen(from, frozen, loop.clockNow());
      if (underWay.install() == null) {
        installIfReady(underWay);
      }
    }
  }

  private void installIfReady(ViewChange underWay) {
    if (!underWay.silent().isEmpty()) {
      return;
    }
    boolean mayGoOn =
        !underWay.isAllLost()
            && (underWay.hasEverything() || Cell.of(underWay.from()).letsAnyGoOn());
    if (!underWay.hasTargets() || !mayGoOn) {
      loop.reached(Moment.CHANGE_WITHOUT_WITNESS);
      change = null; // those who know what was answered are away
      return;
    }
    if (mayHearOfMore(underWay)) {
      loop.reached(Moment.NOTHING_LEFT_YET);
      change = null;
      return;
    }
    long leaseLeft = leaseLeft(underWay);
    if (leaseLeft > 0) {
      loop.reached(Moment.LEASE_WAITED_OUT);
      timer.start(Math.min(leaseLeft, detector.interval()));
      return;
    }
    View from = underWay.from();
    List<NodeId> members = isAutomatic() ? underWay.going() : underWay.targets();
    boolean isEveryoneHere = underWay.going().containsAll(group.holders());
    Cell cell = isEveryoneHere ? underWay.cell() : Cell.of(from);
    View next = cell.view(underWay.epoch(), members);
    Install install =
        group
            .reportsAfterLoss(Cell.of(from), underWay.isAllBlank())
            .map(afterLoss -> underWay.install(next, afterLoss))
            .orElseGet(() -> underWay.install(next));
    underWay.going().forEach(node -> send(node, install));
  }

  /**
   * Whether nothing is left with those who have answered, while another may yet be heard: what it
   * knows is of an older view, but that is better than nothing.
   */
  private boolean mayHearOfMore(ViewChange underWay) {
    boolean hasNothing = isAutomatic() && underWay.hasNothingWithout(group.holders());
    nothingLeftSince = hasNothing ? Math.min(nothingLeftSince, loop.now()) : Long.MAX_VALUE;
    return hasNothing
        && loop.now() - nothingLeftSince < DETECTIONS_BEFORE_NOTHING * detector.detection();
  }

  /** How long members of the view before may go on answering by themselves. */
  private long leaseLeft(ViewChange underWay) {
    long longest = underWay.logLeaseLeft(loop.now(), detector.detection());
    for (NodeId holder : Cell.leaseHolders(underWay.from())) {
      if (!underWay.hasAnswered(holder)) {
        longest = Math.max(longest, detector.leaseLeft(holder));
      }
    }
    return longest;
  }

  private void onInstalled(NodeId from, Installed installed) {
    ViewChange underWay = change;
    if (underWay == null || installed.next() != underWay.epoch()) {
      return;
    }
    detector.of(from).onInstalled(installed.next());
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
