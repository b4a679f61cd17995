package io.kvstore.testkit.explore;

import io.kvstore.Consistency;
import io.kvstore.testkit.check.Budget;
import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.history.History;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What each run is held to. */
final class Promises {
  private static final Budget BUDGET = new Budget(Duration.ofSeconds(10), 64L << 20);
  private static final Duration SETTLES_WITHIN = Duration.ofSeconds(2);

  /** A promise that was not kept, and why. */
  record Breach(String promise, Broken verdict) {}

  private Promises() {}

  /** Of what clients have seen so far: it does not become right by what they see later. */
  static Optional<Breach> ofWhatWasSeen(Space space, Run run) {
    Consistency level = space.promise;
    List<String> wrong = run.recorder().wrongAnswers();
    if (!wrong.isEmpty()) {
      return Optional.of(new Breach("behaving", broken(wrong.get(0))));
    }
    String name = level.name().toLowerCase(Locale.ROOT);
    return breach(name, Levels.check(level, run.seen(), BUDGET));
  }

  /** Of the end: what is under way arrives, and time goes on. */
  static Optional<Breach> ofTheEnd(Space space, Run run) {
    Contents contents = run.finish(SETTLES_WITHIN);
    for (int i = 0; i < run.clients().size(); i++) {
      if (run.clients().get(i).isWaiting()) {
        String why = "an operation of c" + i + " is not answered, though all messages arrive now";
        return Optional.of(new Breach("progressing", broken(why)));
      }
    }
    Optional<Breach> seen = ofWhatWasSeen(space, run);
    if (seen.isPresent()) {
      return seen;
    }
    Optional<Breach> agreement = breach("agreeing", contents.agreement());
    if (agreement.isPresent() || !space.isStrong()) {
      return agreement;
    }
    History history = run.seen();
    return breach("keeping", contents.keeps(history));
  }

  private static Optional<Breach> breach(String promise, Verdict verdict) {
    return verdict instanceof Broken broken
        ? Optional.of(new Breach(promise, broken))
        : Optional.empty();
  }

  private static Broken broken(String why) {
    return new Broken("", why, List.of(), List.of());
  }
}
