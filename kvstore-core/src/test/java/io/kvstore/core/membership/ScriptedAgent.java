package io.kvstore.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.base.Splitter;
import io.kvstore.Consistency;
import io.kvstore.Faults;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.loop.SimulatedDriver;
import io.kvstore.core.machine.Courier;
import io.kvstore.core.machine.Fabric;
import io.kvstore.core.machine.NodeClock;
import io.kvstore.core.machine.Pause;
import io.kvstore.core.machine.Recipient;
import io.kvstore.core.membership.Control.Activate;
import io.kvstore.core.membership.Control.Beat;
import io.kvstore.core.membership.Control.Freeze;
import io.kvstore.core.membership.Control.Frozen;
import io.kvstore.core.membership.Control.Heard;
import io.kvstore.core.membership.Control.Install;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * A member's agent in virtual time: a script says what the coordinator tells it, and what it says
 * and has its replica do is taken down; once, where it does so again and again.
 *
 * <pre>
 *   start               begins to beat
 *   pass 100ms          nothing comes for so long
 *   heard 1             its last beat is answered, with a lease in view 1
 *   freeze 2 after 1    is told to stop for view 2, when the group is in view 1
 *   report              its replica has said how it stands
 *   install 2           is told to take its place in view 2
 *   further             its replica gets further with what it takes over
 *   kept                what it has taken over is kept
 *   activate 2          is told to serve in view 2
 *   suspect n1          its replica complains of n1
 *   expel               serves no more, until it is started again
 *   pause 300ms         its node does nothing for so long
 *   lease 1             whether it holds a lease in view 1
 * </pre>
 */
final class ScriptedAgent implements MemberAgent.Participant, Recipient {
  /** How the member stands. */
  private record Standing() implements MemberReport {}

  private static final Cell CELL = new Cell(Consistency.LINEARIZABLE, Replication.PRIMARY);
  private static final List<NodeId> NODES = IntStream.range(0, 3).mapToObj(NodeId::of).toList();

  private final SimulatedDriver driver = new SimulatedDriver(1);
  private final EventLoop loop = driver.newLoop("member");
  private final List<String> said = new ArrayList<>();
  private final List<Throwable> failures = new ArrayList<>();
  private final Pause pause = new Pause(loop, this, Limits.DEFAULT.owedBytes());
  private final MemberAgent agent;
  private Consumer<MemberReport> reporting = report -> {};
  private Runnable keeping = () -> {};
  private long steps;
  private long beatAt;

  ScriptedAgent() {
    Fabric fabric = new Fabric(() -> NODES, Faults.NONE, () -> {}, null);
    fabric.isolate(NODES.get(0)); // its coordinator is the script
    agent =
        new MemberAgent(
            this,
            this,
            new ScriptedGroup(CELL.consistency(), CELL.replication()),
            new NodeClock(),
            new Courier(self(), loop, fabric, new SplittableRandom(1), new Taken()),
            pause,
            /* incarnation= */ 1);
  }

  /** Does what a line of a script says; returns what that has led to. */
  List<String> obey(String line) {
    said.clear();
    List<String> words = Splitter.on(' ').splitToList(line);
    String with = words.size() > 1 ? words.get(1) : "";
    switch (words.get(0)) {
      case "start" -> run(agent::start);
      case "pass" -> pass(timeOf(with));
      case "heard" -> tell(new Heard(beatAt, Long.parseLong(with)));
      case "freeze" -> tell(new Freeze(1, Long.parseLong(with), viewOf(words.get(3))));
      case "report" -> run(() -> reporting.accept(new Standing()));
      case "install" -> tell(new Install(viewOf(with), List.of(new Standing()), List.of()));
      case "further" -> steps++;
      case "kept" -> run(keeping);
      case "activate" -> tell(new Activate(Long.parseLong(with)));
      case "suspect" -> run(() -> agent.suspect(NODES.get(1)));
      case "expel" -> run(agent::expel);
      case "pause" -> run(() -> pause.begin(timeOf(with).toNanos()));
      case "lease" -> run(() -> note(agent.holdsLease(viewOf(with)) ? "held" : "not held"));
      default -> throw new IllegalArgumentException("no such command: " + line);
    }
    return List.copyOf(said);
  }

  private static Duration timeOf(String text) {
    return Duration.ofMillis(Long.parseLong(text.replace("ms", "")));
  }

  private static View viewOf(String epoch) {
    return CELL.view(Long.parseLong(epoch), NODES);
  }

  private void tell(Control message) {
    run(() -> agent.obey(message));
  }

  private void run(Runnable task) {
    loop.execute(failures::add, task);
    pass(Duration.ZERO);
  }

  private void pass(Duration time) {
    driver.runFor(time.toNanos());
    assertThat(failures).isEmpty();
  }

  private void note(String line) {
    if (!said.contains(line)) {
      said.add(line);
    }
  }

  /** Takes down what is said to the coordinator. */
  private final class Taken implements Courier.Listener {
    @Override
    public void sent(NodeId to, Message message) {
      if (message instanceof Beat beat) {
        beatAt = beat.sentAt();
        note(
            "beats: %s, promised %d, installed %d%s%s"
                .formatted(
                    beat.stage(),
                    beat.promised(),
                    beat.installed(),
                    beat.deafNanos() > 0 ? ", deaf" : "",
                    beat.suspects().isEmpty() ? "" : ", complains of " + beat.suspects()));
      } else if (message instanceof Frozen frozen) {
        note("says: frozen for " + frozen.next() + ", was installed in " + frozen.installed());
      } else {
        note("says: " + message);
      }
    }

    @Override
    public void lost(NodeId to, Message message, String why) {}
  }

  // Its replica

  @Override
  public void freeze(View decided, Consumer<MemberReport> then) {
    note("stops");
    reporting = then;
  }

  @Override
  public boolean install(Install install, Runnable then) {
    note("begins to take its place in " + install.next().epoch());
    keeping = then;
    return true;
  }

  @Override
  public boolean hasLostAll() {
    return false;
  }

  @Override
  public long steps() {
    return steps;
  }

  @Override
  public void activate() {
    note("serves");
  }

  @Override
  public NodeId self() {
    return NODES.get(0);
  }

  @Override
  public EventLoop loop() {
    return loop;
  }

  @Override
  public void receive(NodeId from, Message message) {
    agent.obey((Control) message);
  }

  @Override
  public void fail(Throwable cause) {
    failures.add(cause);
  }
}
