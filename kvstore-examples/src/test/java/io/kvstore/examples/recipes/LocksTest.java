package io.kvstore.examples.recipes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import org.junit.jupiter.api.Test;

/** The example shows what it says. */
class LocksTest {
  @Test
  void aHolderThatIsCutOffHasLostTheLockAndIsRefused() throws InterruptedException {
    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    Locks.run(new PrintStream(printed, true, UTF_8));

    assertThat(printed.toString(UTF_8).lines().map(line -> line.strip().replaceAll(" {2,}", ": ")))
        .containsExactly(
            "ana has the lock: yes",
            "bob gets it at once: no",
            "ana's entry counts: yes",
            "ana's node is cut off",
            "bob has the lock: yes",
            "bob's token is greater: yes",
            "ana knows that hers is lost: yes",
            "bob's entry counts: yes",
            "an entry of ana's that comes late counts: no");
  }
}
