package io.kvstore.testkit.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.testkit.history.History;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CausalTest {
  private static final Model REGISTERS = Model.keyValue(0L);
  private static final Model MAP = Model.keyValue(null);

  /** The sessions are parted by semicolons; read as {@link Sketch} says. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          # figure 3 of the paper
          (a) memory but not convergent | x=1 x?2 ; x=2 x?1 | CM
          (b) convergent but not memory | z=1 x=1 y=1 ; x=2 z?0 y?1 x?2 | CCv
          (c) consistent and no more | x=1 ; x=2 x?1 x?2 | CC
          (d) all, but not sequential | x=1 y?0 y=1 x?1 ; x=2 y?0 y=2 x?2 | CCv CM
          (e) not even consistent | x=1 y=1 ; y?1 x=2 ; x?2 x?1 |

          # litmus tests
          store buffering | x=1 y?0 ; y=1 x?0 | CCv CM
          independent reads of independent writes | x=1 ; y=1 ; x?1 y?0 ; y?1 x?0 | CCv CM
          message passing | x=1 y=1 ; y?1 x?0 |
          load buffering | x?1 y=1 ; y?1 x=1 |
          write-read causality | x=1 ; x?1 y=1 ; y?1 x?0 |
          a read that goes back | x=1 x=2 ; x?2 x?1 |
          one's own write overlooked | x=1 x?0 |

          # what is known besides
          a compare-and-set reads what it expected | x=1 y=1 ; y1>2 ; y?2 x?0 |
          a compare-and-set that nobody contradicts | x=1 y=1 ; y1>2 ; y?2 x?1 | CCv CM
          two compare-and-sets of the same value | x=1 ; x1>2 ; x1>3 | CCv CM
          a write that tells what it replaced | x=1 y=1 ; y=2(1) ; y?2 x?0 |
          an unknown write that was read | x=1 y=1! x=2 ; y?1 x?1 | CCv CM
          it is after what came before | x=1 y=1! x=2 ; y?1 x?0 |
          it is not before what came after | y=1! x=2 ; x?2 y?0 | CCv CM
          an unknown write that nobody read | x=1 x=2! ; x?1 x?1 | CCv CM
          an unknown compare-and-set that was read | y=1 x=1 ; x1>2! ; x?2 y?0 |
          """)
  void eachHistoryIsWhatItIsKnownToBe(String what, String sessions, String levels) {
    History history = Sketch.of(sessions.split(";"));

    assertThat(levelsOf(history, REGISTERS)).as(what).isEqualTo(allOf(levels));
    assertThat(levelsOf(Sketch.of(Sketch.reversed(sessions.split(";"))), REGISTERS))
        .as(what + ", other sessions first")
        .isEqualTo(allOf(levels));
  }

  private static String allOf(String levels) {
    String all = levels == null ? "" : levels;
    return (all.startsWith("C") && !all.startsWith("CC ") && !all.equals("CC") ? "CC " + all : all)
        .trim();
  }

  private static String levelsOf(History history, Model model) {
    String levels = "";
    levels += Causal.checkConsistency(history, model, Budget.DEFAULT).holds() ? " CC" : "";
    levels += Causal.checkConvergence(history, model, Budget.DEFAULT).holds() ? " CCv" : "";
    levels += Causal.checkMemory(history, model, Budget.DEFAULT).holds() ? " CM" : "";
    return levels.trim();
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          ThinAirRead | x?7 | CC | read "x" = 7
          CyclicCO | x?1 y=1 ; y?1 x=1 | CC | read "x" = 1 / write "y" 1 / read "y" = 1 / write "x" 1
          WriteCOInitRead | x=1 y=1 ; y?1 x?0 | CC | write "x" 1 / read "x" = 0
          WriteCORead | x=1 x=2 ; x?2 x?1 | CC | write "x" 1 / write "x" 2 / read "x" = 1
          CyclicCF | x=1 x?2 ; x=2 x?1 | CCv | write "x" 1 / write "x" 2 / read "x" = 2 / read "x" = 1
          CyclicCF | x=1 ; x=2 x?1 x?2 | CCv | write "x" 1 / write "x" 2 / read "x" = 1 / read "x" = 2
          WriteHBInitRead | z=1 x=1 y=1 ; x=2 z?0 y?1 x?2 | CM | write "z" 1 / read "z" = 0
          CyclicHB | x=1 ; x=2 x?1 x?2 | CM | write "x" 1 / write "x" 2 / read "x" = 1 / read "x" = 2
          """)
  void aBrokenHistoryNamesThePatternAndItsOperations(
      String pattern, String sessions, String level, String operations) {
    History history = Sketch.of(sessions.split(";"));

    Verdict verdict =
        switch (level) {
          case "CC" -> Causal.checkConsistency(history, REGISTERS, Budget.DEFAULT);
          case "CCv" -> Causal.checkConvergence(history, REGISTERS, Budget.DEFAULT);
          default -> Causal.checkMemory(history, REGISTERS, Budget.DEFAULT);
        };

    assertThat(verdict.toString()).contains("(" + pattern + ")");
    assertThat(verdict).isInstanceOf(Verdict.Broken.class);
    assertThat(((Verdict.Broken) verdict).conflict())
        .extracting(operation -> operation.toString().replaceAll("process \\d: |(, ok)? \\[.*", ""))
        .containsExactlyInAnyOrder(operations.split(" / "));
  }

  /** Deletes all write the same: what is said must be right all the same. */
  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          it is told which delete it was | x=1@1 x-(1)@2 x=2@3 x-(2)@4 ; x?2@3 x?nil@2 | broken
          the last of them | x=1@1 x-(1)@2 x=2@3 x-(2)@4 ; x?2@3 x?nil@4 | holds
          one of them, as long as that is not told | x=1 x-(1) x=2 x-(2) ; x?2 x?nil | holds
          nothing had ever been written | x=1@1 x-@2 ; x?nil@0 x?1@1 | holds
          nothing, though it was known of | x=1@1 x-@2 ; x?1@1 x?nil@0 | broken
          the key was deleted before | x=1 x- x?nil | holds
          the key was deleted elsewhere | x=1 y=1 ; x- ; y?1 x?nil | holds
          the delete is after the reader | x=1 x?nil y=1 ; y?1 x- | broken
          the delete was overwritten | x=1 x- x=2 x?nil | broken
          there was no delete | x=1 x?nil | broken
          there may have been a delete | x=1 ; x! ; x?1 x?nil | holds
          a delete of the reader's own future | x=1 x?nil x- | broken
          a delete that found nothing explains it | x-(nil) ; x=1 x?nil | holds
          a delete that found nothing need not count | x=1 x?1 ; x-(nil) y=1 ; y?1 x?1 | holds
          what was read was deleted | x=1 x-(1) x?1 | broken
          the delete brings what it depends on | x=1 z=1 x-(1) ; x?1 x?nil z?nil | broken
          """)
  void aReadOfNothingMayBeFromAnyDelete(String what, String sessions, String verdict) {
    History history = Sketch.of(sessions.split(";"));

    assertThat(Causal.checkConvergence(history, MAP, Budget.DEFAULT).toString())
        .as(what)
        .startsWith(verdict);
  }

  @Test
  void versionsTellWritesOfTheSameValueApart() {
    assertThat(
            Causal.checkConsistency(
                    Sketch.of("x=1@1 x=2@2 x=1@3", "x?2@2 x?1@3"), MAP, Budget.DEFAULT)
                .toString())
        .isEqualTo("holds");
    assertThat(
            Causal.checkConsistency(
                    Sketch.of("x=1@1 x=2@2 x=1@3", "x?2@2 x?1@1"), MAP, Budget.DEFAULT)
                .toString())
        .contains("(WriteCORead)");
  }

  @Test
  void whatASessionWasToldOfComesBeforeIt() {
    History.Builder history = History.builder();
    int write = history.invoke(0, io.kvstore.testkit.history.Kind.WRITE, "x", 1L, 0);
    history.ok(write, io.kvstore.testkit.history.Values.NONE, 1);
    int read = history.invoke(1, io.kvstore.testkit.history.Kind.READ, "x", null, 2);
    history.ok(read, io.kvstore.testkit.history.Values.NIL, 3);
    assertThat(Causal.checkConsistency(history.build(), MAP, Budget.DEFAULT).holds()).isTrue();

    history.follows(read, write);

    assertThat(Causal.checkConsistency(history.build(), MAP, Budget.DEFAULT).toString())
        .contains("(WriteCOInitRead)");
  }

  @Test
  void aCheckThatMayNotRememberEnoughIsUndecided() {
    Budget little = new Budget(Duration.ofMinutes(1), 100);

    assertThat(Causal.checkMemory(Sketch.of("x=1", "x?1"), MAP, little).toString())
        .isEqualTo("undecided: what there is to remember exceeds 100 bytes");
  }
}
