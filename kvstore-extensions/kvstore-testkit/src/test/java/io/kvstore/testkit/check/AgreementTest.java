package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.check.RandomHistory.Shape;
import io.kvstore.testkit.history.Format;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Both engines say of small random histories what the definition says. */
class AgreementTest {
  private static final int HISTORIES = 15_000;

  /** What the histories are of; no values at all: each is written once. */
  record Store(
      String name, Object initial, int values, List<Kind> kinds, double together, double told) {
    Store(String name, Object initial, int values, List<Kind> kinds) {
      this(name, initial, values, kinds, 0, 0);
    }

    Store withGroups() {
      return new Store(name + ", in groups", initial, values, kinds, 0.5, 0);
    }

    Store withAnswers() {
      return new Store(name + ", telling what was there", initial, values, kinds, together, 0.8);
    }

    History history(RandomGenerator random) {
      Shape shape =
          new Shape(
              kinds,
              2 + random.nextInt(6),
              1 + random.nextInt(4),
              1 + random.nextInt(2),
              values,
              random.nextInt(3) * 0.15,
              random.nextInt(3) * 0.05,
              random.nextInt(3) * 0.15,
              together,
              told);
      return RandomHistory.of(random, shape, initial);
    }

    Model model() {
      return new Model(initial);
    }

    @Override
    public String toString() {
      return name;
    }
  }

  private static final Store CAS_REGISTER =
      new Store("register with cas", 0L, 3, List.of(Kind.READ, Kind.WRITE, Kind.CAS, Kind.CAS));

  private static final Store MAP =
      new Store("map", null, 4, List.of(Kind.READ, Kind.WRITE, Kind.CAS, Kind.DELETE));
  private static final Store DISTINCT_MAP =
      new Store("distinct map", null, 0, List.of(Kind.READ, Kind.READ, Kind.WRITE, Kind.DELETE));
  private static final Store TEXTS =
      new Store(
          "texts", "", 3, List.of(Kind.READ, Kind.READ, Kind.WRITE, Kind.APPEND, Kind.DELETE));
  private static final Store COUNTER =
      new Store("counter", 0L, 3, List.of(Kind.READ, Kind.ADD, Kind.ADD));

  private static final Store TEXTS_THAT_GO =
      new Store("texts that go", null, 3, List.of(Kind.READ, Kind.WRITE, Kind.APPEND, Kind.DELETE));
  private static final Store DISTINCT_TEXTS =
      new Store(
          "distinct texts that go",
          null,
          0,
          List.of(Kind.READ, Kind.READ, Kind.WRITE, Kind.APPEND, Kind.APPEND, Kind.DELETE));
  private static final Store COMPARED_TEXTS =
      new Store("texts with cas", null, 3, List.of(Kind.READ, Kind.CAS, Kind.APPEND, Kind.DELETE));
  private static final Store COUNTER_THAT_GOES =
      new Store(
          "counter that goes", null, 3, List.of(Kind.READ, Kind.ADD, Kind.WRITE, Kind.DELETE));

  static List<Store> stores() {
    return List.of(
        CAS_REGISTER,
        new Store("distinct register", null, 0, List.of(Kind.READ, Kind.READ, Kind.WRITE)),
        new Store("register", null, 3, List.of(Kind.READ, Kind.READ, Kind.WRITE)),
        TEXTS,
        new Store("distinct texts", null, 0, List.of(Kind.READ, Kind.APPEND)),
        COUNTER,
        MAP,
        MAP.withAnswers(),
        TEXTS.withAnswers(),
        MAP.withGroups(),
        MAP.withGroups().withAnswers(),
        DISTINCT_MAP.withGroups(),
        DISTINCT_MAP.withGroups().withAnswers(),
        TEXTS.withGroups(),
        TEXTS_THAT_GO.withAnswers(),
        TEXTS_THAT_GO.withGroups().withAnswers(),
        DISTINCT_TEXTS.withAnswers(),
        DISTINCT_TEXTS.withGroups().withAnswers(),
        COMPARED_TEXTS.withAnswers(),
        COUNTER_THAT_GOES.withAnswers(),
        COUNTER_THAT_GOES.withGroups().withAnswers(),
        COUNTER.withGroups());
  }

  @ParameterizedTest
  @MethodSource("stores")
  void theEnginesSayWhatTheDefinitionSays(Store store) throws IOException {
    int linearizable = 0;
    for (int seed = 0; seed < HISTORIES; seed++) {
      History history = store.history(new SplittableRandom(seed));
      boolean expected = BruteForce.isLinearizable(history, store.model());
      for (Linearizability.Engine engine : Linearizability.Engine.values()) {
        Verdict verdict = Linearizability.check(history, store.model(), Budget.DEFAULT, engine);
        assertThat(verdict.holds())
            .as("seed %d, %s, %s:%n%s%s", seed, store, engine, text(history), verdict)
            .isEqualTo(expected);
      }
      linearizable += expected ? 1 : 0;
    }
    assertThat(linearizable).isBetween(HISTORIES / 10, HISTORIES * 95 / 100);
  }

  @Test
  void aCompareAndSetThatDoesNotSayWhetherItTookPlaceMayHave() throws IOException {
    int linearizable = 0;
    for (int seed = 0; seed < HISTORIES; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Store store = seed % 3 == 0 ? MAP : CAS_REGISTER;
      History told = store.history(random);
      History history =
          told.only(row -> true, row -> told.kind(row) == Kind.CAS && random.nextBoolean());
      boolean expected = BruteForce.isLinearizable(history, store.model());
      Verdict verdict = Linearizability.check(history, store.model());
      assertThat(verdict.holds())
          .as("seed %d, %s:%n%s%s", seed, store, text(history), verdict)
          .isEqualTo(expected);
      linearizable += expected ? 1 : 0;
    }
    assertThat(linearizable).isBetween(HISTORIES / 10, HISTORIES * 95 / 100);
  }

  @Test
  void aBrokenHistoryShowsAnOrderThatIsPossibleAsFarAsItGoes() {
    for (int seed = 0; seed < 1_000; seed++) {
      History history = CAS_REGISTER.history(new SplittableRandom(seed));
      if (Linearizability.check(history, CAS_REGISTER.model()) instanceof Verdict.Broken broken) {
        assertThat(broken.conflict()).as("seed %d", seed).isNotEmpty();
        assertThat(broken.order()).as("seed %d", seed).doesNotHaveDuplicates();
        assertThat(broken.order())
            .as("seed %d", seed)
            .allMatch(operation -> operation.key().equals(broken.key()));
      }
    }
  }

  private static String text(History history) throws IOException {
    StringBuilder text = new StringBuilder();
    Format.write(history, text);
    return text.toString();
  }
}
