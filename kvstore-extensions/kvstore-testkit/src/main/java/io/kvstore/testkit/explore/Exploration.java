package io.kvstore.testkit.explore;

import java.util.Optional;

/** What has come of an exploration. */
public final class Exploration {
  /** How it has ended. */
  public enum Outcome {
    /** All states were reached, and all promises kept. */
    NONE_WITHIN_THESE_BOUNDS,
    /** A promise was broken. */
    BROKEN,
    /** No promise was broken in the states that were reached before a limit was. */
    BOUNDS_NOT_EXHAUSTED
  }

  private final Space space;
  private final Outcome outcome;
  private final Progress progress;
  private final Optional<Finding> finding;

  Exploration(Space space, Outcome outcome, Progress progress, Optional<Finding> finding) {
    this.space = space;
    this.outcome = outcome;
    this.progress = progress;
    this.finding = finding;
  }

  /** How it has ended. */
  public Outcome outcome() {
    return outcome;
  }

  /** How far it came, and how long it took. */
  public Progress progress() {
    return progress;
  }

  /** A shortest trace that breaks a promise, if one was found. */
  public Optional<Finding> finding() {
    return finding;
  }

  /** What has come of it, without what was explored. */
  String inWords() {
    return switch (outcome) {
          case NONE_WITHIN_THESE_BOUNDS -> "No promise is broken within these bounds: ";
          case BOUNDS_NOT_EXHAUSTED ->
              "No promise was broken before a limit was reached, and the bounds are not exhausted: ";
          case BROKEN -> "A promise is broken: ";
        }
        + progress
        + finding.map(found -> "\n\n" + found).orElse("");
  }

  @Override
  public String toString() {
    return space + "\n" + inWords();
  }
}
