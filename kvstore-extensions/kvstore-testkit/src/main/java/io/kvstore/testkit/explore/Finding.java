package io.kvstore.testkit.explore;

import io.kvstore.testkit.check.Levels;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.explore.Promises.Breach;
import io.kvstore.testkit.history.History;
import java.util.List;
import java.util.Locale;

/**
 * A trace that breaks a promise.
 *
 * @param promise that is not kept, such as {@code linearizable}
 * @param verdict why not
 * @param trace what was decided, as {@link Explorer#replay} reads it
 * @param story the same line by line, with what each decision is about and what came of it
 * @param replay how to play it again: the options of the command {@link Explore}, or where that
 *     does not know the store, the call in a test
 * @param isShortest whether no trace with fewer decisions breaks a promise, within the bounds
 */
public record Finding(
    String promise,
    Broken verdict,
    String trace,
    List<String> story,
    String replay,
    boolean isShortest) {
  /** Copies the story. */
  public Finding {
    story = List.copyOf(story);
  }

  static Finding of(Space space, Breach breach, String trace, List<String> story, History history) {
    String level = space.promise.name().toLowerCase(Locale.ROOT);
    Broken why =
        breach.promise().equals(level)
            ? Levels.explain(space.promise, history, breach.verdict())
            : breach.verdict();
    String replay =
        space.isForTheCommand()
            ? "java -cp … " + Explore.class.getName() + " " + space.asOptions() + " --replay "
            : ".replay";
    String quoted = space.isForTheCommand() ? "\"" + trace + "\"" : "(\"" + trace + "\")";
    return new Finding(breach.promise(), why, trace, story, replay + quoted, true);
  }

  Finding perhapsNotShortest() {
    return new Finding(promise, verdict, trace, story, replay, false);
  }

  /** How many decisions the trace has. */
  public int decisions() {
    return Decision.parse(trace).size();
  }

  @Override
  public String toString() {
    return "Not "
        + promise
        + "\n\n"
        + verdict
        + (isShortest
            ? "\n\nThe shortest trace that breaks a promise has "
            : "\n\nA trace that breaks it, and may not be the shortest, has ")
        + decisions()
        + " decisions:\n\n"
        + String.join("\n", story).indent(2)
        + "\nTo play it again: "
        + replay
        + "\n";
  }
}
