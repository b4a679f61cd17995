package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.Replication;
import io.kvstore.View;
import io.kvstore.core.spi.Controlet;
import io.kvstore.core.spi.Env;
import io.kvstore.core.spi.MemberReport;
import io.kvstore.core.spi.Message;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.spi.Reply;
import io.kvstore.core.spi.Request;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Query;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a campaign says of a failure plays that failure again. */
class ReplayTest {
  private static final Duration SOON = Duration.ofSeconds(2); // for making a run smaller

  private record Nothing() implements MemberReport {}

  /** Each member keeps its writes to itself. */
  private static class Hermits implements Controlet {
    private final Env env;
    private long count;

    Hermits(Env env) {
      this.env = env;
    }

    @Override
    public void onRequest(Request request, Reply reply) {
      if (request.operation() instanceof Query query) {
        env.storage().query(query, env.now(), reply::answer);
      } else if (reply.begin()) {
        long version = ++count << 16 | env.self().number();
        Ordered ordered =
            new Ordered(
                version, env.now(), request.client(), request.sequence(), request.operation());
        env.storage().update(ordered, null, (answer, changed) -> reply.answer(answer));
      }
    }

    @Override
    public void onMessage(NodeId from, Message message) {}

    @Override
    public void freeze(Consumer<MemberReport> then) {
      then.accept(new Nothing());
    }

    @Override
    public void install(View next, List<MemberReport> members, List<MemberReport> joiners) {}

    @Override
    public void activate() {}
  }

  /** Answers every command as if it were a read. */
  private static final class Mistaken extends Hermits {
    Mistaken(Env env) {
      super(env);
    }

    @Override
    public void onRequest(Request request, Reply reply) {
      if (!(request.operation() instanceof Query) && reply.begin()) {
        reply.answer(Found.NOTHING);
      } else {
        super.onRequest(request, reply);
      }
    }
  }

  private static Campaign ofOwnProtocol() {
    return Campaign.of(Consistency.EVENTUAL, Replication.BROADCAST)
        .operations(30)
        .protocol(Hermits::new);
  }

  private static String failureOf(Campaign campaign) {
    return String.valueOf(catchThrowableOfType(AssertionError.class, campaign::check).getMessage());
  }

  private static String found(String text, String pattern) {
    Matcher matcher = Pattern.compile(pattern).matcher(text);
    assertThat(matcher.find()).as(text).isTrue();
    return matcher.group(1);
  }

  @Test
  void theCommandPlaysAProtocolByTheNameOfItsClassAndItsFailureAgain(@TempDir Path drawings) {
    String cell = "--cell broadcast-eventual --operations 30 --drawings " + drawings;
    String told =
        Command.endingWith(1, cell, "--seeds 50 --threads 1 --protocol", Hermits.class.getName());

    assertThat(told).contains("is not agreeing", "--protocol " + Hermits.class.getName());
    String again = found(told, "Campaigns (.*), or");
    assertThat(Command.endingWith(1, again)).contains("agreeing: ");
    assertThat(Command.endingWith(4, "--protocol", Hermits.class.getName())).contains("--cell");
    assertThat(Command.endingWith(4, cell, "--protocol no.Such"))
        .contains("there is no class no.Such");
    assertThat(Command.endingWith(4, cell, "--protocol java.lang.String")).contains("is neither a");
  }

  @Test
  void aFailureOfOnesOwnProtocolIsPlayedAgainWithThatProtocol() {
    String failure = failureOf(ofOwnProtocol());

    assertThat(failure)
        .contains(
            "Campaign.of(Consistency.EVENTUAL, Replication.BROADCAST).protocol(…).operations(30)")
        .doesNotContain("java -cp"); // the command would play the library's protocol
    String replay = found(failure, "\\.replay\\(\"(.*)\"\\);");
    assertThatThrownBy(() -> ofOwnProtocol().replay(replay))
        .isInstanceOf(AssertionError.class)
        .hasMessageContaining("is not agreeing");
    Campaign ofTheLibrary = Campaign.of(Consistency.EVENTUAL, Replication.BROADCAST).operations(30);
    assertThat(ofTheLibrary.replay(replay).runs()).isEqualTo(1); // which keeps the promise
  }

  @Test
  void aCheckThatFailsSaysWhereItsDrawingIs() {
    String drawing = found(failureOf(ofOwnProtocol()), "Drawn in (\\S+)");

    assertThat(Path.of(drawing)).exists().hasParent(Path.of("target", "campaigns"));
  }

  @Test
  void anAnswerOfTheWrongKindIsABrokenPromise() {
    String failure =
        failureOf(Campaign.of(Consistency.EVENTUAL, Replication.BROADCAST).protocol(Mistaken::new));

    assertThat(failure)
        .contains("is not behaving")
        .containsPattern("was answered Found\\[.*] where (Written|WrittenTogether.*) was expected");
  }

  @Test
  void theCommandPlaysAFailureAgainWithAllItsSettings() {
    Counterexample found =
        Campaign.of(Consistency.SEQUENTIAL, Replication.PRIMARY)
            .operations(40)
            .replicas(5)
            .against(Consistency.LINEARIZABLE)
            .seeds(1_000)
            .find()
            .orElseThrow();
    assertThat(found.replay())
        .startsWith(
            "--cell PRIMARY-SEQUENTIAL --operations 40 --replicas 5 --against linearizable --seed");

    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int code =
        Campaigns.run(
            found.replay().split(" ", -1),
            new PrintStream(out, true, StandardCharsets.UTF_8),
            System.err);
    assertThat(code).as(out.toString(StandardCharsets.UTF_8)).isEqualTo(1);
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("5 replicas");
  }

  /** All ways to draw, of which each draws otherwise than the others. */
  static List<Arguments> modes() {
    Campaign primary = Campaign.of(Consistency.SEQUENTIAL, Replication.PRIMARY).operations(40);
    Campaign strong = primary.against(Consistency.LINEARIZABLE);
    Campaign weak =
        Campaign.of(Consistency.EVENTUAL, Replication.BROADCAST)
            .operations(40)
            .against(Consistency.CAUSAL);
    return List.of(
        arguments("plain", strong),
        arguments("five replicas", strong.replicas(5)),
        arguments("more nodes than replicas", strong.replicas(2).nodes(5)),
        arguments("three shards", strong.shards(3)),
        arguments("few operations", strong.operations(25)),
        arguments("changing", strong.changing()),
        arguments("disks", strong.durable()),
        arguments("views from outside", strong.viewsFromOutside()),
        arguments("turns that take time", strong.turnsTakeTime(true)),
        arguments("turns that take no time", strong.turnsTakeTime(false)),
        arguments("turns as drawn", strong.seeds(1, 300)),
        arguments("features", weak.features("shards,updates,pipelines,bursts")),
        arguments("features as drawn", weak.features("drawn")),
        arguments("features and turns", weak.features("bursts,updates").turnsTakeTime(true)),
        arguments("moments", strong.features("moments,clears,lifetimes")),
        arguments("own protocol", ofClass(weak)),
        arguments("own protocol on disks", ofClass(weak.durable().replicas(4))),
        arguments("everything", strong.changing().durable().replicas(5).features("drawn")));
  }

  private static Campaign ofClass(Campaign campaign) {
    return campaign.protocol(Hermits.class.getName());
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  void whatIsPrintedPlaysTheVerySameRunAgain(String mode, Campaign campaign) {
    Counterexample found = campaign.threads(1).shrinkingWithin(SOON).find().orElseThrow();
    String digest = TraceDigest.of(found.events()).toString();
    assertThat(found.toString()).as(mode).contains("It does the same each time: " + digest);

    String command = found(found.toString(), "Campaigns (.*), or");
    assertThat(Command.endingWith(1, command)).contains(found.promise() + ": broken", digest);
    String call = found(found.toString(), "\\.replay\\(\"(.*)\"\\);");
    assertThat(catchThrowableOfType(AssertionError.class, () -> campaign.replay(call)))
        .hasMessageContaining("is not " + found.promise())
        .hasMessageContaining(digest);
    assertThat(found.drawing().html()).contains("Campaigns " + command);
  }

  /** Turns were drawn that take time, and the smallest run does without: its steps are the same. */
  @Test
  void aRunWhoseTurnsWereMadeInstantIsPlayedWithTheStepsOfTheOtherTurns() {
    Counterexample found =
        Campaign.of(Consistency.SEQUENTIAL, Replication.PRIMARY)
            .operations(40)
            .turnsTakeTime(true)
            .against(Consistency.LINEARIZABLE)
            .threads(1)
            .shrinkingWithin(SOON)
            .find()
            .orElseThrow();
    assertThat(found.scenario()).doesNotContain("turns that take time");
    assertThat(found.replay()).contains("--turns long", "--instant yes");
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("modes")
  void noTwoStepsOfAScenarioHaveOneNumber(String mode, Campaign campaign) {
    for (long seed = 1; seed <= 50; seed++) {
      Scenario scenario = campaign.scenario(seed);
      assertThat(scenario.numbers()).as("%s, seed %s", mode, seed).hasSameSizeAs(scenario.steps());
    }
  }

  @Test
  void whatIsLookedForDoesNotDependOnTheOrderOfTheCalls() {
    Campaign one = ofOwnProtocol().against(Consistency.CAUSAL);
    Campaign other =
        Campaign.of(Consistency.EVENTUAL, Replication.BROADCAST)
            .operations(30)
            .against(Consistency.CAUSAL)
            .protocol(Hermits::new);
    Scenario scenario = one.scenario(1);
    Judgement judgement = other.judge(other.play(scenario, UnaryOperator.identity()));
    assertThat(judgement.verdicts()).containsOnlyKeys("causal");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "--seed 7",
        "--seed 7 --chance 9 --keep 1,4,12 --look no",
        "--seed 7 --keep 3 --look no --instant yes",
        "--seed -7 --keep none"
      })
  void whatIsPrintedIsUnderstood(String text) {
    assertThat(Replay.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "7", "--seed", "--seed x", "--keep 1", "--seed 7 --cell X"})
  void whatCannotBePlayedIsRefused(String text) {
    assertThatThrownBy(() -> Replay.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }
}
