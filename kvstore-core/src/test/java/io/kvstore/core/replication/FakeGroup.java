package io.kvstore.core.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.datalet.Datalets;
import io.kvstore.core.loop.Actor;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.loop.SimulatedDriver;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Storage;
import io.kvstore.core.spi.Timer;
import io.kvstore.core.storage.Applier;
import io.kvstore.core.storage.InlineStorage;
import io.kvstore.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;

/**
 * Members without controlets, in virtual time: their messages get lost, come twice and overtake
 * each other as a seed has it.
 */
final class FakeGroup {
  private static final long DELAY_NANOS = 1_000_000;

  private final SimulatedDriver driver = new SimulatedDriver(1);
  private final EventLoop loop = driver.newLoop("group");
  private final List<Throwable> failures = new ArrayList<>();
  private final SplittableRandom random;
  private final Consistency consistency;
  private final Replication replication;
  private final List<FakeEnv> envs = new ArrayList<>();
  private double loss;
  private double duplication;
  private BiPredicate<NodeId, Message> alwaysLost = (from, message) -> false;
  private View view;

  FakeGroup(int members, long seed, Consistency consistency, Replication replication) {
    this.random = new SplittableRandom(seed);
    this.consistency = consistency;
    this.replication = replication;
    view = viewOf(1, members);
    for (int i = 0; i < members; i++) {
      envs.add(new FakeEnv(NodeId.of(i)));
    }
  }

  private View viewOf(long epoch, int members) {
    List<NodeId> nodes = IntStream.range(0, members).mapToObj(NodeId::of).toList();
    return new View(epoch, nodes, nodes.get(0), consistency, replication);
  }

  /** From now on this part of all messages is lost, and this part comes twice. */
  void faults(double lost, double twice) {
    loss = lost;
    duplication = twice;
  }

  /** From now on these messages of these senders are lost, whatever happens to the others. */
  void lose(BiPredicate<NodeId, Message> lost) {
    alwaysLost = lost;
  }

  /** All go on to the next epoch: what is still under way is not delivered any more. */
  void nextEpoch() {
    view = viewOf(view.epoch() + 1, view.members().size());
  }

  FakeEnv env(int member) {
    return envs.get(member);
  }

  /** Does something on the members' loop. */
  void run(Runnable task) {
    loop.execute(failures::add, task);
    driver.runFor(0);
    assertThat(failures).isEmpty();
  }

  void pass(Duration time) {
    driver.runFor(time.toNanos());
    assertThat(failures).isEmpty();
  }

  /** What one member may know and do. */
  final class FakeEnv implements Env, Actor {
    private final NodeId self;
    private final Storage storage =
        new InlineStorage(
            new Applier(Datalets.hash().open(NodeId.of(0), 0), Limits.DEFAULT.valueBytes()));
    private BiConsumer<NodeId, Message> receiver = (from, message) -> {};
    private final Set<NodeId> suspected = new TreeSet<>();
    private int moves;
    private boolean isDown;
    private final long begun = loop.now();
    private double speed = 1;
    private long turnNanos;

    FakeEnv(NodeId self) {
      this.self = self;
    }

    void onMessage(BiConsumer<NodeId, Message> taker) {
      receiver = taker;
    }

    /** While it is, it neither sends nor receives. */
    void setDown(boolean down) {
      isDown = down;
    }

    /** How much faster than time its stopwatch runs. */
    void setSpeed(double times) {
      speed = times;
    }

    /** Its turn has taken so long when it looks at its stopwatch. */
    void setTurn(Duration time) {
      turnNanos = time.toNanos();
    }

    @Override
    public long elapsed() {
      return shownAt(loop.now());
    }

    @Override
    public long stopwatch() {
      return shownAt(loop.now() + turnNanos);
    }

    private long shownAt(long time) {
      return begun + (long) ((time - begun) * speed);
    }

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
      return new Settings(
          consistency,
          replication,
          view.members().size(),
          1,
          1,
          Limits.DEFAULT,
          Optional.empty(),
          Optional.empty(),
          Failover.DEFAULT);
    }

    @Override
    public long now() {
      return loop.now();
    }

    @Override
    public RandomGenerator random() {
      return random;
    }

    @Override
    public void send(NodeId to, Message message) {
      if (!isDown && random.nextDouble() >= loss && !alwaysLost.test(self, message)) {
        transmit(to, message);
        if (random.nextDouble() < duplication) {
          transmit(to, message);
        }
      }
    }

    private void transmit(NodeId to, Message message) {
      FakeEnv other = env(to.number());
      loop.executeAt(
          loop.now() + random.nextLong(DELAY_NANOS),
          other,
          () -> {
            if (!other.isDown && message.epoch() == view.epoch()) {
              other.receiver.accept(self, message);
            }
          });
    }

    @Override
    public boolean holdsLease() {
      return true;
    }

    /** Of whom it has complained. */
    Set<NodeId> suspected() {
      return suspected;
    }

    /** How often it has sent its clients elsewhere. */
    int moves() {
      return moves;
    }

    @Override
    public void suspect(NodeId member) {
      suspected.add(member);
    }

    @Override
    public void moveOn() {
      moves++;
    }

    @Override
    public void fail(Throwable cause) {
      failures.add(cause);
    }

    @Override
    public boolean isWhole() {
      return true;
    }

    @Override
    public Timer timer(Runnable task) {
      return loop.timer(this, task);
    }

    @Override
    public Storage storage() {
      return storage;
    }
  }
}
