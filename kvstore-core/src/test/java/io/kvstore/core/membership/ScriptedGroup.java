package io.kvstore.core.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.Failover;
import io.kvstore.Faults;
import io.kvstore.Limits;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.loop.EventLoop;
import io.kvstore.core.loop.SimulatedDriver;
import io.kvstore.core.machine.Fabric;
import io.kvstore.core.machine.Recipient;
import io.kvstore.core.membership.Control.Activate;
import io.kvstore.core.membership.Control.Beat;
import io.kvstore.core.membership.Control.Freeze;
import io.kvstore.core.membership.Control.Frozen;
import io.kvstore.core.membership.Control.Heard;
import io.kvstore.core.membership.Control.Install;
import io.kvstore.core.membership.Control.Installed;
import io.kvstore.core.membership.Control.Stage;
import io.kvstore.core.replication.Cell;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.spi.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes with a coordinator in virtual time: members say what a script has them say, and all
 * that the coordinator sends is taken down; once, where it says something until it is answered.
 *
 * <pre>
 *   beat n0 n1          these members beat, as they are
 *   alive n0 n1 700ms   the same again and again for so long; answers are not taken down
 *   freeze n0           says how it stands, as it was asked to last
 *   take n0             says that it has taken its place in the view that it was told last
 *   serve n0            serves from now on, as it says with its next beat
 *   restart n0          is another incarnation that knows nothing
 *   damage n0           is another incarnation, whose files are damaged
 *   suspect n0 n2       n0 complains of n2 with its next beat
 *   want n0 n1          is called by an administrator
 *   set n0 n1           sets a view of these members
 *   expel n2            takes n2 out of its view
 *   leave n2            asks the others to go on without n2
 *   stay n2             takes that back
 *   keeper n0 n2        which coordinator keeps their views
 *   replace             another coordinator goes on with what is on record
 *   pass 100ms          nothing is said for so long
 * </pre>
 */
final class ScriptedGroup implements Members {
  /** How a member stands: it holds something, once it has been in a view. */
  private record Standing(boolean isBlank) implements MemberReport {}

  private final SimulatedDriver driver = new SimulatedDriver(1);
  private final EventLoop loop = driver.newLoop("group");
  private final List<NodeId> nodes = IntStream.range(0, 3).mapToObj(NodeId::of).toList();
  private final List<ScriptedMember> members = nodes.stream().map(ScriptedMember::new).toList();
  private final List<Throwable> failures = new ArrayList<>();
  private final List<String> said = new ArrayList<>();
  private final Set<NodeId> suspected = new TreeSet<>();
  private final Settings settings;
  private final Coordinators coordinators;
  private final Rest rest;
  private boolean hearsAreSilent;

  ScriptedGroup(Consistency consistency, Replication replication) {
    settings =
        new Settings(
            consistency,
            replication,
            3,
            1,
            1,
            Limits.DEFAULT,
            Optional.empty(),
            Optional.empty(),
            Failover.DEFAULT);
    Fabric fabric = new Fabric(() -> nodes, Faults.NONE, () -> {}, null);
    rest = new Rest(this, loop, fabric, false, true);
    coordinators =
        new Coordinators(this, loop, fabric, Cell.firstView(settings, nodes), decided -> {}, 1);
    run(() -> coordinators.first().start());
  }

  /** Does what a line of a script says; returns what that has led to. */
  List<String> obey(String line) {
    said.clear();
    String[] words = line.split(" ");
    List<String> rest = Arrays.asList(words).subList(1, words.length);
    switch (words[0]) {
      case "beat" -> each(rest, ScriptedMember::beat);
      case "alive" -> alive(rest.subList(0, rest.size() - 1), timeOf(rest.get(rest.size() - 1)));
      case "freeze" -> each(rest, ScriptedMember::freeze);
      case "take" -> each(rest, ScriptedMember::take);
      case "serve" -> each(rest, member -> member.stage = Stage.SERVING);
      case "restart" -> each(rest, ScriptedMember::restart);
      case "damage" -> each(rest, ScriptedMember::damage);
      case "suspect" -> member(rest.get(0)).suspects = List.of(member(rest.get(1)).self);
      case "want" ->
          run(
              () ->
                  coordinators.first().want(rest.stream().map(each -> member(each).self).toList()));
      case "set" ->
          run(() -> coordinators.setView(rest.stream().map(each -> member(each).self).toList()));
      case "expel" -> each(rest, member -> coordinators.expel(member.self));
      case "leave" -> each(rest, member -> coordinators.leave(member.self, member.self));
      case "succeed" -> succeed(member(rest.get(0)).self, member(rest.get(1)).self);
      case "stay" -> each(rest, member -> coordinators.stay(member.self));
      case "keeper" -> each(rest, member -> note(member.self + " " + keeperOf(member.self)));
      case "replace" -> run(() -> coordinators.replace(coordinators.first()).start());
      case "pass" -> pass(timeOf(rest.get(0)));
      default -> throw new IllegalArgumentException("no such command: " + line);
    }
    return List.copyOf(said);
  }

  private void succeed(NodeId replacement, NodeId leaver) {
    run(() -> coordinators.leave(leaver, replacement));
  }

  private String keeperOf(NodeId node) {
    Coordinator its = coordinators.of(node);
    return its == null
        ? "is in no view"
        : "is kept by coordinator "
            + coordinators.all().indexOf(its)
            + " of "
            + coordinators.all().size();
  }

  private ScriptedMember member(String name) {
    return members.get(Integer.parseInt(name.substring(1)));
  }

  private void each(List<String> names, Consumer<ScriptedMember> action) {
    names.forEach(name -> run(() -> action.accept(member(name))));
  }

  private static Duration timeOf(String text) {
    return Duration.ofMillis(Long.parseLong(text.replace("ms", "")));
  }

  private void alive(List<String> names, Duration time) {
    hearsAreSilent = true;
    long interval = MemberAgent.intervalFor(settings.failover().detection().toNanos());
    for (long passed = 0; passed < time.toNanos(); passed += interval) {
      each(names, ScriptedMember::beat);
      pass(Duration.ofNanos(interval));
    }
    hearsAreSilent = false;
  }

  private void pass(Duration time) {
    driver.runFor(time.toNanos());
    assertThat(failures).isEmpty();
  }

  private void run(Runnable task) {
    loop.execute(failures::add, task);
    pass(Duration.ZERO);
  }

  /** A member that does nothing by itself. */
  private final class ScriptedMember implements Recipient {
    private final NodeId self;
    private long incarnation = 1;
    private Stage stage = Stage.FRESH;
    private long asked;
    private long promised;
    private long told;
    private long installed;
    private List<NodeId> suspects = List.of();
    private boolean hasLostAll;

    ScriptedMember(NodeId self) {
      this.self = self;
    }

    private void say(Control message) {
      Coordinator its = coordinators.of(self);
      if (its != null) {
        its.receive(self, message);
      }
    }

    private void beat() {
      say(new Beat(incarnation, stage, promised, installed, loop.now(), 0, suspects));
      suspects = List.of();
    }

    private void freeze() {
      stage = Stage.FROZEN;
      promised = asked;
      say(new Frozen(incarnation, promised, installed, hasLostAll, new Standing(installed == 0)));
    }

    private void take() {
      stage = Stage.INSTALLED;
      installed = told;
      say(new Installed(installed));
    }

    private void damage() {
      restart();
      hasLostAll = true;
    }

    private void restart() {
      incarnation++;
      hasLostAll = false;
      stage = Stage.FRESH;
      promised = 0;
      installed = 0;
    }

    @Override
    public void receive(NodeId from, Message message) {
      if (message instanceof Freeze freeze) {
        asked = freeze.next();
        note(self + " freeze for " + asked + ", after " + inWords(freeze.decided()));
      } else if (message instanceof Install install) {
        told = install.next().epoch();
        note(
            "%s install %s, of %d members and %d joiners"
                .formatted(
                    self,
                    inWords(install.next()),
                    install.members().size(),
                    install.joiners().size()));
      } else if (message instanceof Activate activate) {
        note(self + " activate " + activate.next());
      } else if (message instanceof Heard heard && !hearsAreSilent) {
        String lease = heard.leaseEpoch() < 0 ? "no lease" : "a lease in " + heard.leaseEpoch();
        note(self + " heard, " + lease);
      }
    }

    @Override
    public void fail(Throwable cause) {
      failures.add(cause);
    }

    @Override
    public NodeId self() {
      return self;
    }

    @Override
    public EventLoop loop() {
      return loop;
    }
  }

  /** What is said again until it is answered is taken down once. */
  private void note(String line) {
    if (!said.contains(line)) {
      said.add(line);
    }
  }

  private static String inWords(View view) {
    return view.epoch() + " " + view.members();
  }

  @Override
  public int shard() {
    return 0;
  }

  @Override
  public Settings settings() {
    return settings;
  }

  @Override
  public List<NodeId> holders() {
    return nodes;
  }

  @Override
  public @Nullable Recipient replicaOrNull(NodeId node) {
    return members.get(node.number());
  }

  @Override
  public void forEach(Consumer<? super Rest.Resting> action) {}

  @Override
  public void stopServing(List<NodeId> stopping, Runnable then) {
    stopping.forEach(node -> note(node + " is stopped by hand"));
    then.run();
  }

  @Override
  public void start(NodeId node) {
    note(node + " is started, or stopped if it is in no view");
  }

  @Override
  public boolean isRunning(NodeId node) {
    return true;
  }

  @Override
  public Coordinators coordinators() {
    return coordinators;
  }

  @Override
  public Rest rest() {
    return rest;
  }

  @Override
  public Optional<List<MemberReport>> reportsAfterLoss(Cell cell, boolean isAllBlank) {
    return Optional.empty();
  }

  @Override
  public void onDecided(View before, View next) {
    suspected.clear();
    note("decided " + inWords(next));
  }

  @Override
  public void onSuspicion(NodeId node, String why) {
    if (suspected.add(node)) { // told once in a view
      note("suspects " + node + ": " + why);
    }
  }

  @Override
  public void announceFailure(NodeId node, Throwable cause) {
    failures.add(cause);
  }
}
