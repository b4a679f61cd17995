package io.kvstore.labs.grading;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.ControletFactory;
import io.kvstore.labs.solution.CausalBroadcastSolution;
import io.kvstore.labs.solution.ElectionSolution;
import io.kvstore.labs.solution.PrimaryBackupSolution;
import io.kvstore.labs.solution.QuorumRegisterSolution;
import io.kvstore.labs.solution.TotalOrderSolution;
import io.kvstore.labs.wrong.WrongCausalBroadcasts;
import io.kvstore.labs.wrong.WrongElections;
import io.kvstore.labs.wrong.WrongPrimaryBackups;
import io.kvstore.labs.wrong.WrongQuorumRegisters;
import io.kvstore.labs.wrong.WrongTotalOrders;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The grading of the labs is right: a solution passes all steps, a skeleton not even the first, and
 * typical wrong solutions are found by the step that is meant for them.
 *
 * <p>{@code -Dlab.seeds=400} plays more seeds of the solutions.
 */
class GradingBitesTest {
  private static final long SEEDS = Long.getLong("lab.seeds", 10);

  private static final Lab LAB1 = Labs.primaryBackup();
  private static final Lab LAB2 = Labs.totalOrder();
  private static final Lab LAB3 = Labs.causalBroadcast();
  private static final Lab LAB4 = Labs.quorumRegister();
  private static final Lab LAB5 = Labs.election();

  static List<Arguments> solutions() {
    return List.of(
        Arguments.of(LAB1, PrimaryBackupSolution.class),
        Arguments.of(LAB2, TotalOrderSolution.class),
        Arguments.of(LAB3, CausalBroadcastSolution.class),
        Arguments.of(LAB4, QuorumRegisterSolution.class),
        Arguments.of(LAB5, ElectionSolution.class));
  }

  @ParameterizedTest
  @MethodSource("solutions")
  void aSolutionPassesEveryStep(Lab lab, Class<? extends Controlet> solution) {
    for (Step step : lab.steps()) {
      long begin = System.nanoTime();
      assertThat(step.check().find(factory(solution), 1, SEEDS).map(Failure::words))
          .as(step.name())
          .isEmpty();
      System.out.println(
          solution.getSimpleName()
              + ", "
              + step.name()
              + ": "
              + (System.nanoTime() - begin) / 1_000_000
              + " ms");
    }
  }

  @ParameterizedTest
  @MethodSource("solutions")
  void aSkeletonDoesNotPass(Lab lab, Class<? extends Controlet> solution) {
    assertThat(lab.steps().get(0).check().isPassed(factory(lab.skeleton()), 1)).isFalse();
  }

  static List<Arguments> wrongSolutions() {
    return List.of(
        Arguments.of(LAB1, WrongPrimaryBackups.Hasty.class, 3),
        Arguments.of(LAB1, WrongPrimaryBackups.Boastful.class, 3),
        Arguments.of(LAB1, WrongPrimaryBackups.Forgetful.class, 3),
        Arguments.of(LAB2, WrongTotalOrders.Impatient.class, 1),
        Arguments.of(LAB2, WrongTotalOrders.Deaf.class, 1),
        Arguments.of(LAB2, WrongTotalOrders.Oblivious.class, 4),
        Arguments.of(LAB3, WrongCausalBroadcasts.OnlyFifo.class, 2),
        Arguments.of(LAB3, WrongCausalBroadcasts.Skipping.class, 2),
        Arguments.of(LAB3, WrongCausalBroadcasts.Forgetful.class, 3),
        Arguments.of(LAB4, WrongQuorumRegisters.WithoutWriteBack.class, 1),
        Arguments.of(LAB4, WrongQuorumRegisters.AnyPromise.class, 1),
        Arguments.of(LAB4, WrongQuorumRegisters.HalfIsEnough.class, 1),
        Arguments.of(LAB5, WrongElections.Generous.class, 2),
        Arguments.of(LAB5, WrongElections.HalfIsEnough.class, 1),
        Arguments.of(LAB5, WrongElections.Amnesiac.class, 5));
  }

  @ParameterizedTest
  @MethodSource("wrongSolutions")
  void aWrongSolutionFailsAtItsStep(Lab lab, Class<? extends Controlet> wrong, int failing) {
    for (int number = 1; number < failing; number++) {
      Step step = lab.steps().get(number - 1);
      assertThat(firstThatFails(step, wrong, SEEDS)).as(step.name()).isEmpty();
    }
    Step step = lab.steps().get(failing - 1);
    OptionalLong seed = firstThatFails(step, wrong, step.seeds());
    assertThat(seed).as(step.name()).isPresent();
    System.out.println(wrong.getSimpleName() + " under the seed " + seed.getAsLong());
  }

  /** Without making it small, which takes longer than all the others. */
  private static OptionalLong firstThatFails(
      Step step, Class<? extends Controlet> protocol, long seeds) {
    return LongStream.rangeClosed(1, seeds)
        .filter(seed -> !step.check().isPassed(factory(protocol), seed))
        .findFirst();
  }

  private static ControletFactory factory(Class<? extends Controlet> protocol) {
    return Lab.protocolOf(protocol.getName());
  }
}
