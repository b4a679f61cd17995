package io.kvstore.recipes;

import static io.kvstore.recipes.Threads.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.KVStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LeaderElectionTest {
  private static final Duration LEASE = Duration.ofSeconds(3);

  private final List<String> events = Collections.synchronizedList(new ArrayList<>());
  private final List<Hold> terms = Collections.synchronizedList(new ArrayList<>());
  private KVStore<String, String> store;
  private Recipes recipes;

  @BeforeEach
  void open() {
    store = KVStore.builder().open();
    recipes = Recipes.over(store, LEASE);
  }

  @AfterEach
  void close() {
    recipes.close();
    store.close();
  }

  private LeadershipListener noting(String candidate) {
    return new LeadershipListener() {
      @Override
      public void onElected(Hold leadership) {
        terms.add(leadership);
        events.add(candidate + " leads");
      }

      @Override
      public void onDeposed() {
        events.add(candidate + " is deposed");
      }
    };
  }

  @Test
  void oneLeadsAndTheNextFollowsWhenItResigns() throws InterruptedException {
    LeaderElection ana = recipes.election("it", "ana", noting("ana"));
    await(ana::isLeader);
    LeaderElection bob = recipes.election("it", "bob", noting("bob"));
    assertThat(ana.leader()).contains("ana");
    assertThat(bob.isLeader()).isFalse();
    assertThat(bob.leader()).contains("ana");
    ana.close();
    ana.close();

    await(bob::isLeader);
    await(() -> events.size() == 2);
    assertThat(ana.isLeader()).isFalse();
    assertThat(bob.leader()).contains("bob");
    assertThat(bob).hasToString("bob, which leads");
    assertThat(events).containsExactly("ana leads", "bob leads");
    assertThat(terms.get(1).token()).isPositive();
    bob.close();
    assertThat(bob.leader()).isEmpty();
  }

  @Test
  void aLeaderWhoseClaimIsGoneIsDeposedAndStandsAgain() throws InterruptedException {
    LeaderElection ana = recipes.election("it", "ana", noting("ana"));
    await(ana::isLeader);
    store.remove("election/it");

    await(() -> events.size() == 3);
    assertThat(events).containsExactly("ana leads", "ana is deposed", "ana leads");
    assertThat(terms.get(0).isHeld()).isFalse();
    assertThat(terms.get(1).isHeld()).isTrue();
  }

  @Test
  void aLeaderThatResignsByItsHoldStandsAgainBehindTheOthers() throws InterruptedException {
    LeaderElection ana = recipes.election("it", "ana", noting("ana"));
    await(() -> terms.size() == 1);
    LeaderElection bob = recipes.election("it", "bob", noting("bob"));
    await(() -> store.get("election/it").orElseThrow().contains("\n"));
    terms.get(0).close();
    await(() -> events.contains("bob leads"));
    bob.close();

    await(ana::isLeader);
    await(() -> events.size() == 3);
    assertThat(events).containsExactly("ana leads", "bob leads", "ana leads");
  }

  @Test
  void aCandidateOfAnotherProcessTakesOverWhenTheLeaderIsGone() throws InterruptedException {
    Recipes another = Recipes.over(store, LEASE);
    LeaderElection ana = another.election("it", "ana", noting("ana"));
    await(ana::isLeader);
    LeaderElection bob = recipes.election("it", "bob", noting("bob"));
    another.close();

    await(bob::isLeader);
    assertThat(ana.isLeader()).isFalse();
  }
}
