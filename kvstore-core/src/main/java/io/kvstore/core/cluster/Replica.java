package io.kvstore.core.cluster;

import io.kvstore.Faults;
import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.loop.Receiver;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Standing;
import io.kvstore.core.spi.Storage;
import io.kvstore.core.spi.Timer;
import io.kvstore.core.trace.Trace;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.spi.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One controlet with its datalet, on one loop: between two crashes of its node. */
public final class Replica implements Env, Receiver {
  private static final Logger logger = LoggerFactory.getLogger(Replica.class);
  private static final int KEPT_MESSAGES_LIMIT = 10_000;
  private static final long REORDERED_WITHIN_NANOS = 1_000_000;

  private enum State {
    FROZEN,
    SERVING,
    STOPPED
  }

  private record Kept(NodeId from, Message message) {}

  private final NodeId self;
  private final Group group;
  private final Fabric fabric;
  private final NodeClock clock;
  private final EventLoop loop;
  private final RandomGenerator random;
  private final @Nullable Trace trace;
  private final Storage storage;
  private final Runnable closeStorage;
  private final Controlet controlet;
  private final OpenRequests open;
  private final long[] lastDelivery; // by receiver: links keep their order unless told otherwise
  private final List<Kept> keptMessages = new ArrayList<>(); // of epochs that are yet to come
  private final List<ClientRequest> keptRequests = new ArrayList<>(); // that came while frozen
  private final List<Runnable> keptTimers = new ArrayList<>(); // that were due while frozen
  private final Pause pause;
  private View view;
  private volatile State state = State.FROZEN; // set on the loop
  private @Nullable Consumer<Optional<Standing>> awaitsStanding;
  private long lastNow = Long.MIN_VALUE;

  Replica(NodeId self, Group group, Place place, Place.Parts parts, long seed) {
    this.self = self;
    this.group = group;
    this.fabric = place.fabric();
    this.clock = place.clock();
    this.loop = place.loop();
    this.trace = place.trace();
    this.random = new SplittableRandom(seed);
    this.view = group.view();
    this.open = new OpenRequests(loop);
    this.pause = new Pause(loop);
    this.lastDelivery = new long[place.nodes()];
    this.storage = parts.storage(loop, trace, group.shard(), self, this::fail);
    this.closeStorage = parts::close;
    this.controlet = group.protocol().create(this);
  }

  // Env

  @Override
  public NodeId self() {
    return self;
  }

  @Override
  public View view() {
    return view;
  }

  @Override
  public Settings settings() {
    return group.settings();
  }

  @Override
  public long now() {
    lastNow = Math.max(lastNow, clock.at(loop.now()));
    return lastNow;
  }

  @Override
  public RandomGenerator random() {
    return random;
  }

  @Override
  public Storage storage() {
    return storage;
  }

  @Override
  public Timer timer(Runnable task) {
    return new Alarm(task).timer;
  }

  /**
   * A timer of the controlet. One that is due in a pause is due at its end, unless it is stopped.
   */
  private final class Alarm {
    private final Runnable task;
    private final Timer timer;

    Alarm(Runnable task) {
      this.task = task;
      timer = loop.timer(this::onDue);
    }

    private void onDue() {
      if (pause.isOn()) {
        timer.start(pause.left());
      } else if (state == State.FROZEN) {
        keptTimers.add(task);
      } else if (state == State.SERVING) {
        runTimer(task);
      }
    }
  }

  private void runTimer(Runnable task) {
    if (trace != null) {
      tell(trace, new TraceEvent.TimerRan(loop.now(), group.shard(), self));
    }
    if (state == State.SERVING) {
      guarded(task);
    }
  }

  @Override
  public void send(NodeId to, Message message) {
    if (trace != null) {
      tell(trace, new TraceEvent.Sent(loop.now(), group.shard(), self, to, message));
      if (state == State.STOPPED) {
        return;
      }
    }
    Replica receiver = group.replica(to);
    Fabric.Conditions conditions = fabric.conditions();
    if (conditions == null) {
      receiver.loop.deliver(receiver, self, message);
    } else if (conditions.isCut(self, to)) {
      dropped(self, to, message, "the link is cut");
    } else {
      sendOverFaultyLink(receiver, message, conditions.faults(self, to));
    }
  }

  private void sendOverFaultyLink(Replica receiver, Message message, Faults faults) {
    if (happens(faults.loss())) {
      dropped(self, receiver.self, message, "lost on the link");
      return;
    }
    transmit(receiver, message, faults);
    if (happens(faults.duplication())) {
      transmit(receiver, message, faults);
    }
  }

  private void transmit(Replica receiver, Message message, Faults faults) {
    long arrival = loop.now() + faults.delay().nextNanos(random);
    if (happens(faults.reordering())) {
      arrival += random.nextLong(REORDERED_WITHIN_NANOS);
    } else {
      arrival = Math.max(arrival, lastDelivery[receiver.self.number()]);
      lastDelivery[receiver.self.number()] = arrival;
    }
    if (arrival <= loop.now()) {
      receiver.loop.deliver(receiver, self, message);
    } else {
      receiver.loop.executeAt(arrival, () -> receiver.receive(self, message));
    }
  }

  private boolean happens(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  private void dropped(NodeId from, NodeId to, Message message, String why) {
    if (trace != null) {
      tell(trace, new TraceEvent.Dropped(loop.now(), group.shard(), from, to, message, why));
    }
  }

  // Events

  @Override
  public void receive(NodeId from, Message message) {
    if (pause.isOn()) {
      pause.keep(() -> receive(from, message));
      return;
    }
    long epoch = message.epoch();
    if (state == State.STOPPED || epoch < view.epoch()) {
      dropped(
          from,
          self,
          message,
          state == State.STOPPED ? "the receiver is down" : "of an older epoch");
    } else if (epoch > view.epoch() || state == State.FROZEN) {
      if (keptMessages.size() < KEPT_MESSAGES_LIMIT) {
        keptMessages.add(new Kept(from, message));
      }
    } else {
      if (trace != null) {
        tell(trace, new TraceEvent.Delivered(loop.now(), group.shard(), from, self, message));
        if (state == State.STOPPED) {
          return;
        }
      }
      try {
        controlet.onMessage(from, message);
      } catch (RuntimeException | Error thrown) {
        fail(thrown);
      }
    }
  }

  /** Takes a client's request, on this replica's loop. */
  public void accept(ClientRequest request) {
    if (trace != null) {
      tell(
          trace,
          new TraceEvent.Requested(
              loop.now(),
              group.shard(),
              self,
              request.client(),
              request.sequence(),
              request.operation(),
              request.level()));
    }
    if (state == State.STOPPED) {
      request.refuse("node " + self + " is down");
      return;
    }
    open.add(request);
    takeUp(request);
  }

  private void takeUp(ClientRequest request) {
    if (pause.isOn()) {
      request.waitFor("its node, which is paused");
      pause.keep(() -> takeUp(request));
    } else if (state == State.FROZEN) {
      request.waitFor("its replica to take its place in the next view");
      keptRequests.add(request);
    } else {
      serve(request);
    }
  }

  private void serve(ClientRequest request) {
    try {
      controlet.onRequest(request, request);
    } catch (RuntimeException | Error thrown) {
      fail(thrown);
    }
  }

  /** A request that this replica has taken is over. */
  public void over(ClientRequest request) {
    open.remove(request);
    if (trace != null) {
      tell(trace, request.endAsEvent(loop.now(), group.shard(), self));
    }
  }

  /** Where this replica's events happen. */
  public EventLoop loop() {
    return loop;
  }

  /** Tells the listener. When it throws, its node has failed, as by any other of its parts. */
  private void tell(Trace listener, TraceEvent event) {
    try {
      listener.on(event);
    } catch (RuntimeException | Error thrown) {
      fail(thrown);
    }
  }

  private void guarded(Runnable task) {
    try {
      task.run();
    } catch (RuntimeException | Error thrown) {
      fail(thrown);
    }
  }

  private void fail(Throwable cause) {
    if (state != State.STOPPED) {
      stop("has failed: " + cause); // before anything else that may fail in turn
      logger.error("node {} has failed and stops: shard {}", self, group.shard(), cause);
      group.onFailure(self);
    }
  }

  // Life, on the loop

  void pause(long nanos) {
    pause.begin(nanos);
  }

  void stop(String why) {
    if (state == State.STOPPED) {
      return;
    }
    state = State.STOPPED;
    if (trace != null) {
      tell(trace, new TraceEvent.Stopped(loop.now(), group.shard(), self, why));
    }
    pause.cancel();
    keptMessages.clear();
    keptRequests.clear();
    open.failAll("node " + self + " " + why);
    stands(Optional.empty());
    try {
      closeStorage.run();
    } catch (RuntimeException | Error thrown) {
      logger.error("the datalet of node {} could not be closed", self, thrown);
    }
  }

  boolean isStopped() {
    return state == State.STOPPED;
  }

  /** Freezes, and says how this replica stands; nothing if it stops instead. */
  void freeze(Consumer<Optional<Standing>> then) {
    if (state == State.STOPPED) {
      then.accept(Optional.empty());
      return;
    }
    awaitsStanding = then;
    if (pause.isOn()) {
      pause.keep(this::freezeNow);
    } else {
      freezeNow();
    }
  }

  private void freezeNow() {
    state = State.FROZEN;
    guarded(() -> controlet.freeze(standing -> stands(Optional.of(standing))));
  }

  private void stands(Optional<Standing> standing) {
    Consumer<Optional<Standing>> waiting = awaitsStanding;
    awaitsStanding = null;
    if (waiting != null) {
      waiting.accept(standing);
    }
  }

  void install(View next, List<Standing> standings) {
    if (state == State.STOPPED) {
      return;
    }
    if (pause.isOn()) {
      pause.keep(() -> install(next, standings));
      return;
    }
    guarded(
        () -> {
          view = next;
          controlet.install(next, standings);
          state = State.SERVING;
          if (trace != null) {
            tell(trace, new TraceEvent.Activated(loop.now(), group.shard(), self, next));
          }
          if (state == State.SERVING) {
            controlet.activate();
            resume();
          }
        });
  }

  private void resume() {
    List<Kept> messages = new ArrayList<>(keptMessages);
    keptMessages.clear();
    messages.forEach(kept -> receive(kept.from(), kept.message()));
    List<ClientRequest> requests = new ArrayList<>(keptRequests);
    keptRequests.clear();
    requests.forEach(this::serve);
    List<Runnable> timers = new ArrayList<>(keptTimers);
    keptTimers.clear();
    timers.forEach(this::runTimer);
  }
}
