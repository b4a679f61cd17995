package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.kvstore.Consistency;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.core.Simulation;
import io.kvstore.core.spi.Decider;
import io.kvstore.core.spi.Message;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;
import org.junit.jupiter.api.Test;

/** Messages arrive by priorities of links that are drawn. */
class PrioritiesTest {
  private static final Campaign CAMPAIGN =
      Campaign.of(Consistency.LINEARIZABLE, Replication.PRIMARY).threads(1).operations(30);

  @Test
  void theSameSeedGivesTheSameRun() {
    String digest = CAMPAIGN.priorities(3).trial(7).digest();
    assertThat(CAMPAIGN.priorities(3).trial(7).digest()).isEqualTo(digest);
    assertThat(CAMPAIGN.trial(7).digest()).isNotEqualTo(digest);
    assertThat(CAMPAIGN.priorities(0).trial(7).digest()).isEqualTo(CAMPAIGN.trial(7).digest());
  }

  @Test
  void promisesAreKept() {
    assertThat(CAMPAIGN.priorities(3).seeds(20).check().runs()).isEqualTo(20);
    assertThat(Command.endingWith(0, "--seeds 3 --cell chain-linearizable --priorities 2"))
        .contains("CHAIN-LINEARIZABLE");
  }

  @Test
  void whatFailsIsToldWithItsPrioritiesAndFailsAgainWithThem() {
    Verdict broken = new Broken("", "it is so", List.of(), List.of());
    Campaign failing = CAMPAIGN.judgedBy(played -> new Judgement(Map.of("mine", broken)));
    assertThatThrownBy(failing.priorities(4)::check)
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("--priorities 4 --seed 1")
        .hasMessageContaining(".priorities(4).replay(");
  }

  /** Some links are a hundred times slower than others, and each keeps its order. */
  @Test
  void aLinkIsSlowOrFastForLong() {
    Priorities priorities = Priorities.withSeed(5, 1, 1_000);
    List<Long> delays = new ArrayList<>();
    Set<NodeId> links = new HashSet<>();
    Decider noting =
        passage -> {
          links.add(passage.to());
          long sent = passage.sentAt();
          priorities.sent(new Arrival(passage, at -> delays.add(at - sent)));
        };
    Simulation simulation = Simulation.withSeed(1).decider(noting);
    try (KVStore<String, String> store = KVStore.builder().engine(simulation).open()) {
      for (int i = 0; i < 20; i++) {
        store.put("k", "v" + i);
      }
    }
    assertThat(links).hasSizeGreaterThan(2);
    long shortest = delays.stream().mapToLong(Long::longValue).min().orElseThrow();
    long longest = delays.stream().mapToLong(Long::longValue).max().orElseThrow();
    assertThat(shortest).isBetween(50_000L, 10_000_000L);
    assertThat(longest).isBetween(10 * shortest, 250_000_000L);
  }

  @Test
  void whatMakesNoSenseIsRefused() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> CAMPAIGN.priorities(-1))
        .withMessageContaining("-1");
    assertThatIllegalArgumentException().isThrownBy(() -> Priorities.withSeed(1, 0, 10));
    assertThatIllegalArgumentException().isThrownBy(() -> Priorities.withSeed(1, 2, 0));
  }

  /** A message whose arrival is noted. */
  private record Arrival(Decider.Passage passage, LongConsumer noted) implements Decider.Passage {
    @Override
    public NodeId from() {
      return passage.from();
    }

    @Override
    public NodeId to() {
      return passage.to();
    }

    @Override
    public Message message() {
      return passage.message();
    }

    @Override
    public long sentAt() {
      return passage.sentAt();
    }

    @Override
    public long due() {
      return passage.due();
    }

    @Override
    public boolean isUnderWay() {
      return passage.isUnderWay();
    }

    @Override
    public void arriveAt(long time) {
      noted.accept(time);
      passage.arriveAt(time);
    }

    @Override
    public void hold() {
      passage.hold();
    }

    @Override
    public void lose(String why) {
      passage.lose(why);
    }

    @Override
    public Decider.Passage copy() {
      return passage.copy();
    }
  }
}
