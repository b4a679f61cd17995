package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.check.WeakIsolation.Level;
import io.kvstore.testkit.history.Format;
import io.kvstore.testkit.history.History;
import org.junit.jupiter.api.Test;

/** The weak levels of isolation and what tells them apart, in AWDIT's notation. */
class WeakIsolationTest {
  private static final Model EMPTY = Model.keyValue(null);

  @Test
  void aReaderThatGoesBackIsNotReadCommitted() {
    String backwards =
        """
        w 1 1
        w 2 1
        ---
        w 1 2
        w 2 2
        ===
        r 1 2
        r 2 1
        """;

    assertThat(verdict(backwards, Level.READ_COMMITTED).toString())
        .contains("at the level read committed")
        .contains("process 1: read 1 = 2")
        .contains("process 1: read 2 = 1");
    assertThat(verdict(backwards.replace("r 1 2\nr 2 1", "r 1 1\nr 2 2"), Level.READ_COMMITTED))
        .isInstanceOf(Verdict.Holds.class);
  }

  @Test
  void aTransactionThatIsSeenInPartIsNotReadAtomic() {
    String fractured =
        """
        w 1 1
        w 2 1
        ---
        w 1 2
        w 2 2
        ===
        r 1 1
        r 2 2
        """;

    assertThat(verdict(fractured, Level.READ_COMMITTED).holds()).isTrue();
    assertThat(verdict(fractured, Level.READ_ATOMIC)).isInstanceOf(Verdict.Broken.class);
  }

  @Test
  void aReaderThatMissesWhatAnotherSessionAnsweredToIsNotCausal() {
    String deaf =
        """
        w 1 1
        ---
        w 1 2
        ===
        r 1 2
        w 2 1
        ===
        r 2 1
        ---
        r 1 1
        """;

    assertThat(verdict(deaf, Level.READ_ATOMIC).holds()).isTrue();
    assertThat(verdict(deaf, Level.CAUSAL).toString())
        .as("with what the last reader knows, and how")
        .contains("process 0: write 1 2")
        .contains("process 1: read 1 = 2")
        .contains("process 1: write 2 1")
        .contains("process 2: read 2 = 1")
        .contains("process 2: read 1 = 1");
  }

  @Test
  void aLongForkAndALostUpdateAreCausal() {
    String longFork =
        """
        w 1 1
        ===
        w 2 1
        ===
        r 1 1
        r 2 0
        ===
        r 1 0
        r 2 1
        """;
    String lostUpdate = "r 1 0\nw 1 1\n===\nr 1 0\nw 1 2\n";

    assertThat(WeakIsolation.check(history(longFork), Model.keyValue(0L), Level.CAUSAL).holds())
        .isTrue();
    assertThat(WeakIsolation.check(history(lostUpdate), Model.keyValue(0L), Level.CAUSAL).holds())
        .isTrue();
  }

  @Test
  void whatWasThereAtFirstIsNotReadAfterAWriteThatMustBeSeen() {
    String late = "w 1 1\n---\nr 1 0\n";

    Verdict verdict = WeakIsolation.check(history(late), Model.keyValue(0L), Level.READ_ATOMIC);

    assertThat(verdict.toString())
        .contains("what was there before any write was read")
        .contains("process 0: read 1 = 0");
    assertThat(WeakIsolation.check(history(late), Model.keyValue(0L), Level.READ_COMMITTED).holds())
        .isTrue();
  }

  @Test
  void whatATransactionSeesOfItselfIsItsOwnLastWrite() {
    assertThat(verdict("w 1 1\nr 1 2\n===\nw 1 2\n", Level.READ_COMMITTED).toString())
        .contains("did not read what it had written last itself");
    assertThat(verdict("r 1 1\nw 1 1\n", Level.READ_COMMITTED).toString())
        .contains("read what it wrote only afterwards");
    assertThat(verdict("w 1 1\nw 1 2\n===\nr 1 1\n", Level.READ_COMMITTED).toString())
        .contains("(G1b)");
    assertThat(verdict("r 1 7\n", Level.READ_COMMITTED).toString())
        .contains("a value was read that was never written");
  }

  @Test
  void whatWasAbortedIsNotRead() {
    History history = Format.PLUME.parse("a.txt", "w(1,5,0,-1)\nr(1,5,1,0)\n");

    assertThat(WeakIsolation.check(history, Model.keyValue(0L), Level.READ_COMMITTED).toString())
        .contains("(G1a)");
  }

  @Test
  void aReadOfAValueThatWasWrittenTwiceIsUndecided() {
    assertThat(verdict("w 1 1\n===\nw 1 1\n===\nr 1 1\n", Level.CAUSAL))
        .isInstanceOf(Verdict.Undecided.class);
  }

  private static Verdict verdict(String transactions, Level level) {
    return WeakIsolation.check(history(transactions), EMPTY, level);
  }

  private static History history(String transactions) {
    return Format.AWDIT.parse("test.txt", transactions);
  }
}
