package io.kvstore.testkit.campaign;

import static org.assertj.core.api.Assertions.assertThat;

import io.kvstore.WatchEvent;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** A watch that was told too much, too little, or in a wrong order, is found. */
class WatchJudgeTest {
  private static Played played() {
    Campaign campaign =
        Campaign.of(Cell.named("PRIMARY-LINEARIZABLE")).turnsTakeTime(false).features("watches");
    for (long seed = 1; ; seed++) {
      Played played = campaign.play(campaign.scenario(seed), UnaryOperator.identity());
      if (played.watchers().stream().anyMatch(each -> !each.isGone() && each.events().size() > 9)) {
        return played;
      }
    }
  }

  private static Verdict after(Consumer<List<WatchEvent<String, String>>> change) {
    Played played = played();
    assertThat(WatchJudge.judge(played)).isInstanceOf(Holds.class);
    for (Watcher watcher : played.watchers()) {
      if (!watcher.isGone() && watcher.events().size() > 9) {
        List<WatchEvent<String, String>> events = new ArrayList<>(watcher.events());
        change.accept(events);
        watcher.events().clear();
        watcher.events().addAll(events);
        break;
      }
    }
    return WatchJudge.judge(played);
  }

  private static String why(Verdict verdict) {
    assertThat(verdict).isInstanceOf(Broken.class);
    return verdict.toString();
  }

  @Test
  void aChangeThatIsToldTwice() {
    assertThat(why(after(events -> events.add(5, events.get(4)))))
        .contains("was told after the version");
  }

  @Test
  void changesThatAreToldInAnotherOrder() {
    assertThat(why(after(events -> events.add(3, events.remove(6))))).contains("was told after");
  }

  @Test
  void aChangeThatIsNotTold() {
    assertThat(why(after(events -> events.subList(2, events.size()).clear())))
        .contains("a change was not told");
  }
}
