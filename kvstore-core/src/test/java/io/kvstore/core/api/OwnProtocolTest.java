package io.kvstore.core.api;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.core.importer.ClassFileImporter;
import io.kvstore.Consistency;
import io.kvstore.Faults;
import io.kvstore.IndeterminateException;
import io.kvstore.KVStore;
import io.kvstore.NodeId;
import io.kvstore.NodeStatus;
import io.kvstore.Session;
import io.kvstore.UnavailableException;
import io.kvstore.View;
import io.kvstore.core.InProcess;
import io.kvstore.core.Placement;
import io.kvstore.core.Simulation;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.core.trace.TraceEvent.Requested;
import io.kvstore.spi.Engine;
import io.kvstore.spi.Query;
import io.kvstore.spi.VectorClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A store whose protocol is the user's own. */
@Timeout(60)
class OwnProtocolTest {
  private static final NodeId N0 = NodeId.of(0); // the primary
  private static final NodeId N1 = NodeId.of(1);

  private static KVStore<String, String> open(Engine engine) {
    return KVStore.builder().timeout(Duration.ofSeconds(1)).engine(engine).open();
  }

  @Test
  void theUsersProtocolServesTheStore() {
    Simulation simulation = Simulation.withSeed(42).protocol(SynchronousCopies::new);
    try (KVStore<String, String> store = open(simulation)) {
      store.put("greeting", "hello");
      long version = store.getVersioned("greeting").orElseThrow().version();
      assertThat(store.replace("greeting", version, "hello, world")).isTrue();
      assertThat(store.replace("greeting", version, "too late")).isFalse();
      store.put("passing", "soon gone", Duration.ofMillis(30));
      store.remove("nothing");
      assertThat(store.get("greeting")).contains("hello, world");
      simulation.runFor(Duration.ofMillis(30));
      assertThat(store.get("passing")).isEmpty();
      assertThatThrownBy(() -> store.at(N1).get("greeting"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("only the primary serves: ask n0");
    }
  }

  @ParameterizedTest
  @EnumSource
  void itServesOnThreadsToo(Placement placement) {
    Engine engine = new InProcess().placement(placement).protocol(SynchronousCopies::new);
    try (KVStore<String, String> store = open(engine)) {
      for (int i = 1; i <= 1_000; i++) {
        assertThat(store.add("count", 1)).isEqualTo(i);
      }
      store.cluster().crash(N0);
      store.cluster().restart(N0);
      assertThat(store.get("count")).contains("1000");
    }
  }

  @Test
  void whatIsAnsweredIsNeverLost() {
    for (long seed = 0; seed < 100; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Simulation simulation = Simulation.withSeed(seed).protocol(SynchronousCopies::new);
      try (KVStore<String, String> store = open(simulation)) {
        store
            .cluster()
            .network()
            .faults(Faults.lossy(0.2).withDuplication(0.1).withReordering(0.3));
        int answered = 0;
        int unknown = 0;
        for (int i = 0; i < 60; i++) {
          NodeId node = NodeId.of(random.nextInt(3));
          if (!store.cluster().isRunning(node)) {
            store.cluster().restart(node);
          } else if (random.nextInt(3) == 0 && others(store, node) > 0) {
            store.cluster().crash(node);
          }
          try {
            store.add("count", 1);
            answered++;
          } catch (IndeterminateException perhaps) {
            unknown++;
          } catch (UnavailableException refused) {
            simulation.runFor(Duration.ofMillis(random.nextInt(20)));
          }
        }
        store.cluster().network().heal();
        store.cluster().nodes().forEach(store.cluster()::restart);
        simulation.runFor(Duration.ofSeconds(20));
        int count = store.get("count").map(Integer::parseInt).orElse(0);
        assertThat(count).as("seed %s", seed).isBetween(answered, answered + unknown);
      }
    }
  }

  /** How many of the others serve, and so have all that was answered. */
  private static long others(KVStore<String, String> store, NodeId node) {
    return store.cluster().view(0).members().stream()
        .filter(each -> !each.equals(node))
        .filter(each -> store.cluster().status(each) == NodeStatus.SERVING)
        .count();
  }

  @Test
  void theFactorySaysWhomClientsPrefer() {
    record ToThePrimary() implements ControletFactory {
      @Override
      public Controlet create(Env env) {
        return new SynchronousCopies(env);
      }

      @Override
      public boolean prefersPrimary(View view) {
        return true;
      }
    }
    Set<NodeId> asked = new TreeSet<>();
    Simulation simulation =
        Simulation.withSeed(42)
            .protocol(new ToThePrimary())
            .trace(
                event -> {
                  if (event instanceof Requested requested) {
                    asked.add(requested.node());
                  }
                });
    try (KVStore<String, String> store =
        KVStore.builder().consistency(Consistency.SEQUENTIAL).engine(simulation).open()) {
      for (int i = 0; i < 5; i++) {
        store.session().put("k", "v" + i);
      }
    }
    assertThat(asked).containsExactly(N0);
  }

  /** Each member serves from its own copy, and answers with a clock whatever the store is. */
  private record AnswersWithClocks(Env env) implements Controlet {
    private static final VectorClock SEEN = VectorClock.of(2, 1);

    @Override
    public void onRequest(Request request, Reply reply) {
      env.storage().query((Query) request.operation(), 0, answer -> reply.answer(answer, SEEN));
    }

    @Override
    public void onMessage(NodeId from, Message message) {}

    @Override
    public void freeze(Consumer<MemberReport> then) {
      then.accept(new MemberReport() {});
    }

    @Override
    public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {}

    @Override
    public void activate() {}
  }

  @Test
  void aClockIsAnAnswerOnlyWhereSessionsCountWithClocks() {
    try (KVStore<String, String> store =
        KVStore.builder()
            .consistency(Consistency.CAUSAL)
            .engine(Simulation.withSeed(42).protocol(AnswersWithClocks::new))
            .open()) {
      Session<String, String> session = store.session();
      assertThat(session.get("k")).isEmpty();
      assertThat(session.position().in(0)).isEqualTo(AnswersWithClocks.SEEN);
    }
    try (KVStore<String, String> store =
        KVStore.builder()
            .consistency(Consistency.SEQUENTIAL)
            .engine(Simulation.withSeed(42).protocol(AnswersWithClocks::new))
            .open()) {
      assertThatThrownBy(() -> store.get("k"))
          .isInstanceOf(UnavailableException.class)
          .hasMessageContaining("an answer with the vector clock [2,1]")
          .hasMessageContaining("answer with a position, or open the store with")
          .hasMessageContaining("CAUSAL");
    }
  }

  @Test
  void aProtocolThatCannotBeMadeKeepsItsStoreClosed() {
    List<NodeId> made = new ArrayList<>();
    ControletFactory broken =
        env -> {
          made.add(env.self());
          if (made.size() == 2) {
            throw new IllegalStateException("no room for " + env.self());
          }
          return new SynchronousCopies(env);
        };
    assertThatThrownBy(() -> open(new InProcess().protocol(broken)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessage("no room for n1");
    Threads.assertNoneLeft();
  }

  @Test
  void allThatItTakesIsExported() {
    classes()
        .should()
        .onlyDependOnClassesThat(
            resideInAnyPackage("java..", "org.jspecify..")
                .or(resideInAnyPackage("io.kvstore", "io.kvstore.spi", "io.kvstore.core.spi"))
                .or(nameMatching(".*SynchronousCopies.*")))
        .check(new ClassFileImporter().importClasses(SynchronousCopies.class));
  }
}
