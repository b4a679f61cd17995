package io.kvstore.examples.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.Consistency;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A promise that was not kept is told so. */
class JudgementTest {
  /** Somebody reads nothing after a write was answered. */
  private static History staleRead() {
    History.Builder history = History.builder();
    int write = history.invoke(0, Kind.WRITE, "x", "1", 0);
    history.ok(write, history.values().of(null), 10_000);
    int read = history.invoke(1, Kind.READ, "x", null, 20_000);
    history.ok(read, history.values().of(null), 30_000);
    return history.build();
  }

  private static Judgement judge(Consistency level, Optional<String> disagreement) {
    return Judgement.of(new Outcome(level, staleRead(), List.of(), disagreement));
  }

  @Test
  void anOldReadBreaksTheLinearizablePromiseAndNoOther() {
    Judgement linearizable = judge(Consistency.LINEARIZABLE, Optional.empty());

    assertThat(linearizable.isPromiseKept()).isFalse();
    assertThat(linearizable.promiseInASentence())
        .startsWith("the promise of the linearizable store did not hold: ")
        .contains("x");
    assertThat(Tables.verdicts(List.of(linearizable)).get(1))
        .containsExactly("linearizable", "broken", "holds", "holds", "agree", "not held");
    assertThat(judge(Consistency.SEQUENTIAL, Optional.empty()).isPromiseKept()).isTrue();
    assertThat(judge(Consistency.EVENTUAL, Optional.empty()).isPromiseKept()).isTrue();
  }

  /** Two writes, each answered by a replica that did not know the other; no client is told. */
  @Test
  void whatNoClientSawBreaksNothing() {
    History.Builder recorded = History.builder();
    for (int client = 0; client < 2; client++) {
      int write = recorded.invoke(client, Kind.WRITE, "x", "of " + client, client * 20_000L);
      recorded.ok(write, recorded.values().of(null), client * 20_000L + 10_000);
      recorded.version(write, 2 - client);
    }
    Judgement eventual =
        Judgement.of(
            new Outcome(Consistency.EVENTUAL, recorded.build(), List.of(), Optional.empty()));

    assertThat(Tables.verdicts(List.of(eventual)).get(1))
        .containsExactly("eventual", "holds", "holds", "holds", "agree", "held");
    assertThat(eventual.outcome().history().operation(1).toString()).doesNotContain("replaced");
  }

  @Test
  void replicasThatDifferInTheEndBreakEveryPromise() {
    Judgement eventual = judge(Consistency.EVENTUAL, Optional.of("x is {n0=1, n1=nothing}"));

    assertThat(eventual.promiseInASentence())
        .isEqualTo(
            "the promise of the eventual store did not hold:"
                + " the replicas do not agree in the end: x is {n0=1, n1=nothing}");
    assertThat(Tables.verdicts(List.of(eventual)).get(1)).endsWith("differ", "not held");
  }

  @Test
  void latenciesAreThoseOfTheHistory() {
    Figures figures = Figures.of(staleRead());

    assertThat(figures.operations()).isEqualTo(2);
    assertThat(figures.seconds()).isEqualTo(30e-6);
    assertThat(figures.latency(Kind.WRITE).orElseThrow().max()).isBetween(10.0, 10.1);
    assertThat(figures.latency(Kind.DELETE)).isEmpty();
  }
}
