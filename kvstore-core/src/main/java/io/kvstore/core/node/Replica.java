package io.kvstore.core.node;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.machine.Courier;
import io.kvstore.core.machine.NodeClock;
import io.kvstore.core.machine.Pause;
import io.kvstore.core.machine.Recipient;
import io.kvstore.core.membership.Control;
import io.kvstore.core.membership.MemberAgent;
import io.kvstore.core.membership.Rest;
import io.kvstore.core.node.ReplicaSlot.Parts;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.DamagedFileException;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.OptimisticRead;
import io.kvstore.core.spi.UnknownMessageError;
import io.kvstore.core.storage.ReplicaStorage;
import io.kvstore.core.watch.ChangeLog;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One controlet with its datalet, on one loop: between two crashes of its node. */
public final class Replica implements Recipient, Rest.Resting {
  private static final Logger logger = LoggerFactory.getLogger(Replica.class);
  private static final String IN_NO_VIEW = "is in no view: ask another, or set one that names it";

  private enum State {
    FROZEN,
    SERVING,
    STOPPED
  }

  private final NodeId self;
  private final ReplicaGroup group;
  private final NodeClock clock;
  private final EventLoop loop;
  private final RandomGenerator random;
  private final Instrumentation instrumentation;
  private final ReplicaStorage storage;
  private final Parts parts;
  private final LoggedChanges changes;
  private ControletEnv env; // of the controlet
  private Controlet controlet;
  private final OpenRequests open;
  private final Transport transport;
  private final Transfers transfers;
  private final ViewChangeParticipant participant;
  private final MemberAgent membership;
  private final Backlog backlog;
  private final Pause pause;
  private final Shutdown shutdown;
  private volatile View view; // in the cell of the controlet
  private volatile State state = State.FROZEN; // set on the loop
  private volatile boolean isExpelled;
  private long lastNow = Long.MIN_VALUE;

  public Replica(
      NodeId self, ReplicaGroup group, ReplicaSlot slot, Parts parts, long incarnation, long seed) {
    this.self = self;
    this.group = group;
    this.clock = slot.clock();
    this.loop = slot.loop();
    this.random = new SplittableRandom(seed);
    this.instrumentation = new Instrumentation(slot, group.shard(), parts.evictor());
    this.view = group.view();
    this.open = new OpenRequests(loop, this);
    this.pause = new Pause(loop, this, group.settings().limits().owedBytes());
    this.backlog = new Backlog(group.settings().limits().owedBytes());
    this.transport = new Transport(group, slot, random, instrumentation);
    RandomGenerator chance = group.hasSlowDatalets() ? new SplittableRandom(seed + 1) : null;
    this.storage = parts.storage(slot, chance, cause -> loop.execute(this, () -> fail(cause)));
    this.parts = parts;
    this.changes = parts.changes(loop, this);
    Courier ofCopies = transport.courier(new SplittableRandom(seed + 2));
    this.transfers = new Transfers(this, storage, group, ofCopies);
    this.participant =
        new ViewChangeParticipant(
            this, storage, transfers, open, backlog, group.protocol(), parts.damage());
    Courier toCoordinator = transport.courierToCoordinator(new SplittableRandom(~seed));
    this.membership =
        new MemberAgent(this, participant, group, clock, toCoordinator, pause, incarnation);
    this.shutdown =
        new Shutdown(
            self,
            group,
            instrumentation,
            open,
            storage,
            parts,
            pause::cancel,
            backlog::forget,
            () -> env.end(),
            transfers::stop,
            membership::stop);
    this.env = newEnv();
    this.controlet = group.protocol().create(env);
  }

  private ControletEnv newEnv() {
    return new ControletEnv(
        this,
        group,
        membership,
        random,
        storage,
        open,
        task -> new GuardedTimer(this, task, loop, pause, this::onDue));
  }

  // For the environment of its controlet

  @Override
  public NodeId self() {
    return self;
  }

  /** What its group is, as far as it has heard. */
  public View view() {
    return view;
  }

  long now() {
    lastNow = Math.max(lastNow, clock.at(loop.now()));
    return lastNow;
  }

  void onDue(GuardedTimer alarm) {
    if (state == State.FROZEN) {
      backlog.keep(alarm);
    } else if (state == State.SERVING) {
      runTimer(alarm.task());
    }
  }

  private void runTimer(Runnable task) {
    instrumentation.timerRan();
    if (state == State.SERVING) { // an earlier timer of the same backlog may have ended that
      task.run();
    }
  }

  void send(NodeId to, Message message) {
    if (state != State.STOPPED) {
      transfers.onSent(message);
      transport.send(to, message);
    }
  }

  // Events

  @Override
  public void receive(NodeId from, Message message) {
    if (pause.isOn()) {
      if (!pause.keep(message, () -> receive(from, message))) {
        instrumentation.dropped(from, self, message, "too much waits for the end of the pause");
      }
      return;
    }
    long epoch = message.epoch();
    if (epoch < view.epoch() && message instanceof Control control && state != State.STOPPED) {
      if (!transfers.obey(from, control)) {
        membership.obey(control);
      }
    } else if (state == State.STOPPED || epoch < view.epoch()) {
      instrumentation.dropped(
          from,
          self,
          message,
          state == State.STOPPED ? "the receiver is down" : "of an older epoch");
    } else if (epoch > view.epoch() || state == State.FROZEN) {
      backlog.keep(from, message);
      membership.activateIf(epoch); // its sender knows that all have installed it
    } else {
      transfers.deliver(from, message);
    }
  }

  /** Hands a message to the controlet, with the copy that it brings at hand. */
  void handle(NodeId from, Message message) {
    instrumentation.delivered(from, message);
    try {
      controlet.onMessage(from, message);
    } catch (UnknownMessageError unknown) {
      logger.error("node {} drops what node {} has sent to it", self, from, unknown);
      instrumentation.dropped(from, self, message, "unknown to the protocol");
    }
  }

  /** Takes a client's request, on this replica's loop. */
  public void accept(ClientRequest request) {
    group.rest().onRequest();
    instrumentation.requested(request);
    if (state == State.STOPPED) {
      if (group.holders().contains(self) || !request.moveOn()) { // or else its shard has moved
        request.refuse("node " + self + " is down");
      }
      return;
    }
    if (isExpelled) {
      request.refuse("node " + self + " " + IN_NO_VIEW);
      return;
    }
    open.add(request);
    takeUp(request);
  }

  /** What a look shows; null when it takes more than that. See {@link OptimisticReads}. */
  @Nullable OptimisticRead optimisticRead(
      Query query, Consistency level, long position, VectorClock seen) {
    long epoch = view.epoch();
    if (state != State.SERVING || isExpelled || instrumentation.isTracing() || pause.isOn()) {
      return null;
    }
    OptimisticRead optimisticRead = controlet.optimisticRead(query, level, position, seen);
    return state == State.SERVING && view.epoch() == epoch ? optimisticRead : null;
  }

  private void takeUp(ClientRequest request) {
    request.isPostponed = pause.isOn();
    if (request.isPostponed) {
      request.waitFor("its node, which is paused");
      pause.keep(() -> takeUp(request));
    } else if (state == State.FROZEN) {
      request.waitFor("its replica to take its place in the next view");
      backlog.keep(request);
    } else {
      controlet.onRequest(request, request);
    }
  }

  /** A request that this replica has taken is over. */
  public void over(ClientRequest request) {
    open.remove(request);
    instrumentation.ended(request);
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  /** Something of its node has failed, so that all of it stops: at once, and whatever throws. */
  @Override
  public void fail(Throwable cause) {
    if (state != State.STOPPED) {
      state = State.STOPPED;
      shutdown.failure = cause; // nothing is called before both are set: its stack may have ended
    }
    shutdown.goOn();
  }

  // Life, on the loop

  public void pause(long nanos) {
    pause.begin(nanos);
  }

  public void stop(String why) {
    if (state != State.STOPPED) {
      state = State.STOPPED;
      shutdown.why = why;
    }
    shutdown.goOn();
  }

  /** Whether it serves in this view. */
  public boolean isServingIn(View current) {
    return state == State.SERVING && membership.installed() == current.epoch();
  }

  /** Whether it has taken part in a view since it started. */
  public boolean hasInstalled() {
    return membership.installed() > 0;
  }

  /** Whether it runs no more. */
  public boolean isStopped() {
    return state == State.STOPPED;
  }

  /** The group has decided on a view; a member that is left out holds no client up. */
  public void onDecided(View decided) {
    if (state != State.STOPPED && !decided.members().contains(self)) {
      backlog.forgetRequests();
      open.moveOn();
      changes.tell(ChangeLog::leaveOut);
    }
  }

  /** What is the matter with what its datalet had kept, as long as it has nothing else. */
  public Optional<DamagedFileException> damage() {
    return participant.damage();
  }

  public Counts counts() {
    return instrumentation.counts();
  }

  public int open() {
    return open.unanswered().size();
  }

  public Controlet controlet() {
    return controlet;
  }

  public Parts parts() {
    return parts;
  }

  /** What it changes, for those who watch it. */
  public LoggedChanges changes() {
    return changes;
  }

  // Changes, led by the coordinator

  /** Takes part from now on. */
  public void start() {
    isExpelled = false;
    membership.start();
  }

  /** Takes no request from now on. It is expelled soon; may be called by any thread. */
  public void refuseFromNowOn() {
    isExpelled = true;
  }

  /** Serves no client from now on, until it is started again. */
  public void expel() {
    if (state != State.STOPPED) {
      isExpelled = true;
      state = State.FROZEN;
      membership.expel();
      transfers.giveUp();
      backlog.forget();
      open.failAll("node " + self + " " + IN_NO_VIEW);
    }
  }

  public Optional<View> viewHere() {
    return isExpelled || membership.installed() == 0 ? Optional.empty() : Optional.of(view);
  }

  @Override
  public void rest(long now) {
    membership.rest(now);
  }

  @Override
  public void wake(long now) {
    if (state != State.STOPPED) {
      membership.wake(now);
    }
  }

  /** Serves no client for now. */
  void freeze() {
    state = State.FROZEN;
  }

  /** Its controlet is in this view from now on. */
  void enter(View next) {
    view = next;
  }

  /** The environment of its present controlet. */
  ControletEnv env() {
    return env;
  }

  /** A new controlet succeeds the present one in this view. */
  void renewControlet(View next) {
    env.end();
    backlog.forgetTimers();
    enter(next);
    env = newEnv();
    controlet = group.protocol().create(env);
  }

  /** Serves in the view that it has entered. */
  void serve() {
    state = State.SERVING;
    transfers.onView();
    instrumentation.activated(view);
    controlet.activate();
    group.noteBeginning(view, controlet.position(), changes);
    backlog.replay(this::receive, request -> controlet.onRequest(request, request), this::runTimer);
    group.onActivated(self, view);
  }
}
