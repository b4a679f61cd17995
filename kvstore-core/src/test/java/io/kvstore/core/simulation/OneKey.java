package io.kvstore.core.simulation;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Checks whether what happened to each key can have happened to a single copy of it (Wing and Gong
 * 1993, with the memory of Lowe 2017): every operation at one moment between its start and its end.
 *
 * <p>An operation of unknown outcome may have happened at any moment after its start, or never; one
 * that was refused has not. Linearizability is local (Herlihy and Wing 1990), so that the keys can
 * be looked at one by one; what a batch did is looked at once for each of its keys.
 */
final class OneKey {
  private static final int MOST_STATES = 2_000_000;

  /** A start or an end, in a list from which operations can be lifted and put back. */
  private static final class Moment {
    final int operation;
    final boolean isStart;
    Moment end = this; // of a start; itself when there is none
    @Nullable Moment previous;
    @Nullable Moment next;

    Moment(int operation, boolean isStart) {
      this.operation = operation;
      this.isStart = isStart;
    }

    void append(Moment moment) {
      next = moment;
      moment.previous = this;
    }

    private void unlink() {
      if (previous != null) {
        previous.next = next;
      }
      if (next != null) {
        next.previous = previous;
      }
    }

    private void link() {
      if (previous != null) {
        previous.next = this;
      }
      if (next != null) {
        next.previous = this;
      }
    }

    void lift() {
      unlink();
      if (end != this) {
        end.unlink();
      }
    }

    void putBack() {
      if (end != this) {
        end.link();
      }
      link();
    }
  }

  private record Known(BitSet done, Optional<String> value) {}

  private record Choice(Moment start, Optional<String> before) {}

  private record Timed(long time, Moment moment) {}

  private final String key;
  private final List<Step> steps;

  private OneKey(String key, List<Step> steps) {
    this.key = key;
    this.steps = steps;
  }

  /** Checks all keys whose values stay until somebody changes them. */
  static void check(History history) {
    for (String key : history.keys()) {
      if (!Work.isPassing(key)) {
        check(history, key);
      }
    }
  }

  /** Checks the writes alone: reads may be of a member that lags behind. */
  static void checkWrites(History history) {
    check(new History(history.steps().stream().filter(step -> !step.action().isRead()).toList()));
  }

  private static void check(History history, String key) {
    List<Step> concerned =
        history.steps().stream()
            .filter(step -> step.action().concerns(key) && step.action().level().isEmpty())
            .toList();
    Set<String> seen = partsSeen(concerned, key);
    List<Step> steps =
        concerned.stream()
            .filter(step -> step.isDone() || (step.isUnknownWrite() && matters(step, key, seen)))
            .toList();
    if (!new OneKey(key, steps).isExplained()) {
      throw Violation.of(history, key, "no single copy of " + key + " can have done this");
    }
  }

  private static Set<String> partsSeen(List<Step> steps, String key) {
    Set<String> parts = new HashSet<>();
    for (Step step : steps) {
      List.of(
              step.before().getOrDefault(key, Optional.empty()),
              step.after().getOrDefault(key, Optional.empty()),
              step.action().expected())
          .forEach(seen -> seen.ifPresent(each -> parts.addAll(Values.partsOf(each.value()))));
    }
    return parts;
  }

  /** What nobody saw need not have happened: it would explain nothing. */
  private static boolean matters(Step unknown, String key, Set<String> seen) {
    return switch (unknown.action().kind()) {
      case REMOVE, ADD -> true;
      case BATCH -> seen.contains(unknown.action().partFor(key).argument());
      default -> seen.contains(unknown.action().argument());
    };
  }

  private boolean isExplained() {
    Moment head = moments();
    BitSet done = new BitSet(steps.size());
    Optional<String> value = Optional.empty();
    Set<Known> known = new HashSet<>();
    Deque<Choice> choices = new ArrayDeque<>();
    long left = steps.stream().filter(Step::isDone).count();
    Moment at = head.next;
    while (left > 0) {
      if (at != null && at.isStart) {
        Step step = steps.get(at.operation);
        Optional<Optional<String>> after = Copy.after(step, key, value);
        boolean isWorthwhile = after.isPresent() && (step.isDone() || !after.get().equals(value));
        if (isWorthwhile && isNew(known, done, at.operation, after.get())) {
          choices.push(new Choice(at, value));
          value = after.get();
          done.set(at.operation);
          left -= step.isDone() ? 1 : 0;
          at.lift();
          at = head.next;
        } else {
          at = at.next;
        }
      } else if (choices.isEmpty()) {
        return false;
      } else { // somebody has ended who has not had his moment, or no start is left
        Choice last = choices.pop();
        value = last.before();
        done.clear(last.start().operation);
        left += steps.get(last.start().operation).isDone() ? 1 : 0;
        last.start().putBack();
        at = last.start().next;
      }
    }
    return true;
  }

  private boolean isNew(Set<Known> known, BitSet done, int operation, Optional<String> value) {
    BitSet now = (BitSet) done.clone();
    now.set(operation);
    if (known.size() >= MOST_STATES) {
      throw new IllegalStateException(
          "undecided: " + key + " has more than " + MOST_STATES + " states");
    }
    return known.add(new Known(now, value));
  }

  private Moment moments() {
    List<Timed> all = new ArrayList<>();
    for (int i = 0; i < steps.size(); i++) {
      Moment start = new Moment(i, true);
      all.add(new Timed(steps.get(i).start(), start));
      if (steps.get(i).isDone()) {
        start.end = new Moment(i, false);
        all.add(new Timed(steps.get(i).end(), start.end));
      }
    }
    all.sort(Comparator.comparingLong(Timed::time));
    Moment head = new Moment(-1, false);
    Moment last = head;
    for (Timed timed : all) {
      last.append(timed.moment());
      last = timed.moment();
    }
    return head;
  }

  /** What a single copy of a key does. */
  static final class Copy {
    private Copy() {}

    /** The value after a step; nothing when the step cannot have happened to this value. */
    static Optional<Optional<String>> after(Step step, String key, Optional<String> value) {
      Action action = step.action();
      if (action.isRead()) {
        return step.sees(key).map(Seen::value).equals(value)
            ? Optional.of(value)
            : Optional.empty();
      }
      if (action.kind() == Action.Kind.BATCH) {
        return afterBatch(step, key, value);
      }
      Optional<Optional<String>> changed = changed(action, value);
      if (!step.isDone()) {
        return Optional.of(changed.orElse(value));
      }
      Optional<String> next = changed.orElse(value);
      boolean isAsTold =
          step.applied() == changed.isPresent()
              && isAsTold(step.before(), key, value)
              && isAsTold(step.after(), key, next);
      return isAsTold ? Optional.of(next) : Optional.empty();
    }

    private static boolean isAsTold(
        Map<String, Optional<Seen>> told, String key, Optional<String> value) {
      return !told.containsKey(key) || told.get(key).map(Seen::value).equals(value);
    }

    private static Optional<Optional<String>> afterBatch(
        Step step, String key, Optional<String> value) {
      if (step.isDone() && !step.applied()) {
        return Optional.of(value); // which condition failed is not told
      }
      Action part = step.action().partFor(key);
      Optional<Optional<String>> changed = changed(part, value);
      return step.isDone() ? changed : Optional.of(changed.orElse(value));
    }

    /** The value after a write; nothing when its condition does not hold. */
    private static Optional<Optional<String>> changed(Action action, Optional<String> value) {
      boolean holds =
          switch (action.kind()) {
            case PUT_IF_ABSENT -> value.isEmpty();
            case REPLACE_VERSION ->
                value.equals(action.expected().map(Seen::value)); // each value has one version
            case REMOVE -> value.isPresent();
            default -> true;
          };
      return holds ? Optional.of(result(action, value)) : Optional.empty();
    }

    private static Optional<String> result(Action action, Optional<String> value) {
      return switch (action.kind()) {
        case REMOVE -> Optional.empty();
        case APPEND -> Optional.of(value.orElse("") + action.argument());
        case ADD ->
            Optional.of(
                Long.toString(
                    value.map(Long::parseLong).orElse(0L) + Long.parseLong(action.argument())));
        default -> Optional.of(action.argument());
      };
    }
  }
}
