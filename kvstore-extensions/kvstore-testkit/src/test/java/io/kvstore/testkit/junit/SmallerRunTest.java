package io.kvstore.testkit.junit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtensionConfigurationException;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** A test that fails is played again with less of what its seed decides. */
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class SmallerRunTest {
  /** How the only test of a class fails, with what is said beside it. */
  private static String failureOf(Class<?> sample) {
    List<Throwable> thrown = new ArrayList<>();
    TestExecutionListener listener =
        new TestExecutionListener() {
          @Override
          public void executionFinished(TestIdentifier test, TestExecutionResult result) {
            result.getThrowable().ifPresent(thrown::add);
          }
        };
    LauncherFactory.create()
        .execute(
            LauncherDiscoveryRequestBuilder.request().selectors(selectClass(sample)).build(),
            listener);
    assertThat(thrown).hasSize(1);
    StringBuilder told = new StringBuilder(String.valueOf(thrown.get(0).getMessage()));
    for (Throwable beside : thrown.get(0).getSuppressed()) {
      told.append('\n').append(beside.getMessage());
    }
    return told.toString();
  }

  private static String failureOf(Class<?> sample, String keep) {
    System.setProperty(Kept.PROPERTY, keep);
    try {
      return failureOf(sample);
    } finally {
      System.clearProperty(Kept.PROPERTY);
    }
  }

  private static String found(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return matcher.group(1);
  }

  @Test
  void oneFaultIsLeftOfMany() throws IOException {
    String failure = failureOf(FailingSamples.Cuts.class);

    assertThat(failure)
        .contains("fails under -Dkvstore.seed=15\n")
        .contains("and with less, 1 of the " + FailingSamples.FAULTS + " faults of the nemesis (")
        .contains("and 200 µs for every message");
    String command =
        found(failure, "run that again with (-Dkvstore.seed=15 -Dkvstore.keep=\\d+)\n");
    Path page = Path.of(found(failure, "drawn in (\\S+)"));
    assertThat(Files.readString(page)).contains(command).contains("link cut");
  }

  @Test
  void theSmallRunFailsAgainAndWithoutItsFaultNothingDoes() {
    String failure = failureOf(FailingSamples.Cuts.class);
    String keep = found(failure, "-Dkvstore.keep=(\\S+)");

    String again = failureOf(FailingSamples.Cuts.class, keep);
    assertThat(again)
        .startsWith(failure.substring(0, failure.indexOf('\n')))
        .contains("-Dkvstore.seed=15 -Dkvstore.keep=" + keep)
        .doesNotContain("fails under");
    assertThatThrownBy(() -> failureOf(FailingSamples.Cuts.class, "none"))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("size: 1"); // no failure
  }

  @Test
  void aBrokenPromiseIsMadeSmallerToo() {
    String failure = failureOf(FailingSamples.Weak.class);

    assertThat(failure)
        .contains("the store is not LINEARIZABLE", "1 of the 12 faults of the nemesis");
  }

  @Test
  void nothingIsPlayedAgainWhereThatIsNotWanted() {
    assertThat(failureOf(FailingSamples.CutsAsTheyAre.class))
        .contains("run it again with -Dkvstore.seed=15\n")
        .doesNotContain("kvstore.keep", "fails under");
  }

  @Test
  void aRunThatDoesNotEndIsGivenUp() {
    assertThat(failureOf(FailingSamples.Endless.class))
        .contains("run it again with -Dkvstore.seed=13\n")
        .doesNotContain("kvstore.keep");
  }

  @Test
  void whatDoesNotFollowFromTheSeedIsSaid() {
    FailingSamples.Moody.runs = 0;
    assertThat(failureOf(FailingSamples.Moody.class))
        .contains("did not fail in the same way", "something beside the seed decides");
  }

  @ParameterizedTest
  @ValueSource(strings = {"none", "3", "0,12", "delays", "2,5,delays"})
  void whatIsPrintedIsUnderstood(String text) {
    assertThat(Kept.parse(text)).hasToString(text);
  }

  @Test
  void whatIsNotUnderstoodIsRefusedWithWhatIsExpected() {
    assertThatThrownBy(() -> Kept.parse("1,cuts"))
        .isInstanceOf(ExtensionConfigurationException.class)
        .hasMessageContaining("-Dkvstore.keep=1,cuts")
        .hasMessageContaining("delays");
  }
}
