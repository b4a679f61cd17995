package io.kvstore.testkit.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.Replication;
import io.kvstore.testkit.explore.Exploration.Outcome;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All that can happen in small stores is explored, and what was found can be played again. */
class ExplorerTest {
  private static final Explorer ONE_WRITE =
      Explorer.of(Consistency.LINEARIZABLE, Replication.PRIMARY)
          .nodes(2)
          .client(0, "put x 1")
          .client(1, "get x");

  @Test
  void aRightProtocolIsExploredToTheEnd() {
    Exploration explored = ONE_WRITE.crashes(1).check();
    assertThat(explored.outcome()).isEqualTo(Outcome.NONE_WITHIN_THESE_BOUNDS);
    assertThat(explored.progress().states()).isGreaterThan(100);
    assertThat(explored.toString()).contains("within these bounds", "1 crash");
  }

  @ParameterizedTest
  @CsvSource({
    "CHAIN, LINEARIZABLE",
    "TOTAL_ORDER, SEQUENTIAL",
    "BROADCAST, CAUSAL",
    "LOCKING, LINEARIZABLE"
  })
  void otherProtocolsAreExploredToTheEnd(Replication replication, Consistency consistency) {
    Explorer.of(consistency, replication).nodes(2).client(0, "put x 1").client(1, "get x").check();
  }

  @Test
  void itIsTheSameOnAnyNumberOfThreads() {
    Exploration one = ONE_WRITE.explore();
    Exploration three = ONE_WRITE.threads(3).explore();
    assertThat(three.progress().states()).isEqualTo(one.progress().states());
    assertThat(three.progress().depth()).isEqualTo(one.progress().depth());
  }

  /** A read at a member that may lag is no linearizable one: the shortest trace shows that. */
  @Test
  void theShortestTraceIsFoundAndPlayedAgain() {
    Explorer explorer = staleReads();
    Exploration explored = explorer.explore();
    assertThat(explored.outcome()).isEqualTo(Outcome.BROKEN);
    Finding found = explored.finding().orElseThrow();
    assertThat(found.promise()).isEqualTo("linearizable");
    assertThat(found.isShortest()).isTrue();
    assertThat(found.trace()).isEqualTo("start c0; deliver n0>n1; deliver n1>n0; start c1");
    assertThat(found.toString()).contains("4 decisions", "put x 1 at n0", "--replay");
    Replayed again = explorer.replay(found.trace());
    assertThat(again.finding().orElseThrow().promise()).isEqualTo("linearizable");
    assertThat(again.story()).isEqualTo(found.story());
    assertThatThrownBy(explorer::check)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("linearizable");
  }

  /** One decision changed, and all is well. */
  @Test
  void anotherTraceCanBePlayedToo() {
    Replayed other =
        staleReads().replay("start c0; deliver n0>n1; deliver n1>n0; deliver n0>n1; start c1");
    assertThat(other.finding()).isEmpty();
    assertThat(other.choices()).isEmpty();
    assertThat(other.toString()).contains("c1 is answered");
  }

  /** Where a cell promises less, but is held to more. */
  private static Explorer staleReads() {
    return Explorer.of(Consistency.SEQUENTIAL, Replication.PRIMARY)
        .nodes(2)
        .client(0, "put x 1")
        .client(1, "get x")
        .timeouts(0)
        .against(Consistency.LINEARIZABLE);
  }

  /** A member that is not heard of for long is left out, and goes on reading what it has. */
  @Test
  void timeThatGoesOnEarlyMakesAShorterOne() {
    Finding found = staleReads().timeouts(1).explore().finding().orElseThrow();
    assertThat(found.trace()).isEqualTo("start c0; time; start c1");
  }

  @Test
  void aTraceThatIsNotPossibleIsRefusedWithWhatIs() {
    assertThatThrownBy(() -> ONE_WRITE.replay("start c0; crash n0"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("crash n0 is no choice here, only start c1; deliver n0>n1");
    assertThatThrownBy(() -> ONE_WRITE.replay("go on"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("found go on");
  }

  @Test
  void aLimitIsSaidHonestly() {
    Exploration explored = ONE_WRITE.crashes(1).depth(3).explore();
    assertThat(explored.outcome()).isEqualTo(Outcome.BOUNDS_NOT_EXHAUSTED);
    assertThat(explored.toString()).contains("not exhausted");
    Explorer few = ONE_WRITE.crashes(1).states(10);
    assertThat(few.explore().outcome()).isEqualTo(Outcome.BOUNDS_NOT_EXHAUSTED);
    assertThatThrownBy(few::check).isInstanceOf(IllegalStateException.class);
  }

  @Test
  void progressIsTold() {
    List<Progress> told = new ArrayList<>();
    ONE_WRITE.progress(told::add).explore();
    assertThat(told).isNotEmpty();
    assertThat(told.get(told.size() - 1).open()).isZero();
    assertThat(told.get(0).toString()).contains("states", "runs");
  }

  @Test
  void boundsThatMakeNoSenseAreRefused() {
    Explorer none = Explorer.of(Consistency.LINEARIZABLE, Replication.RAFT);
    assertThatThrownBy(none::explore).hasMessageContaining("without a client");
    Explorer one = none.client(0, "get x");
    assertThatThrownBy(one.crashes(2)::explore)
        .hasMessage(
            "RAFT-LINEARIZABLE on 3 nodes keeps its promise through 1 crashes, and 2 are asked for");
    assertThatThrownBy(one.nodes(0)::explore).hasMessage("expected 1 to 7 nodes, not 0");
    assertThatThrownBy(none.client(3, "get x")::explore).hasMessageContaining("nodes are n0 to n2");
    assertThatThrownBy(one.restarts(1)::explore).hasMessageContaining("only what is down");
    assertThatThrownBy(() -> none.client(0, "got x")).hasMessageContaining("found got x");
    assertThatThrownBy(() -> none.client(0, "get x", "at n1")).hasMessageContaining("last step");
    assertThatThrownBy(() -> one.threads(0)).hasMessageContaining("at least one");
    assertThatThrownBy(() -> one.within(Duration.ZERO)).hasMessageContaining("at least one");
  }

  @Test
  void theCommandExploresAndReplays() {
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    PrintStream out = new PrintStream(said, true, StandardCharsets.UTF_8);
    String[] options = {"--cell", "PRIMARY-LINEARIZABLE", "--nodes", "2", "--client", "n1: get x"};
    assertThat(Explore.run(options, out, out)).isZero();
    assertThat(said.toString(StandardCharsets.UTF_8))
        .contains("PRIMARY-LINEARIZABLE on 2 nodes", "No promise is broken within these bounds");
    String[] misused = {"--cell", "PRIMARY-LINEARIZABLE", "--nodes", "many"};
    assertThat(Explore.run(misused, out, out)).isEqualTo(4);
    String[] replay = {
      "--cell",
      "PRIMARY-LINEARIZABLE",
      "--client",
      "n1: get x",
      "--replay",
      "start c0; deliver n1>n0"
    };
    assertThat(Explore.run(replay, out, out)).isZero();
    assertThat(said.toString(StandardCharsets.UTF_8)).contains("next could be: deliver n0>n1");
  }
}
