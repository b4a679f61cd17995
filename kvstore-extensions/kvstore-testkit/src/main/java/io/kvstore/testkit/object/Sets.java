package io.kvstore.testkit.object;

import java.util.Set;
import java.util.TreeSet;

/** A set: each value is in it or not. */
public final class Sets {
  /** What a set is asked for; all of it answers true or false. */
  public sealed interface Call {}

  /** Puts a value in; answers whether it was not in. */
  public record Add(String value) implements Call {}

  /** Takes a value out; answers whether it was in. */
  public record Remove(String value) implements Call {}

  /** Answers whether a value is in. */
  public record Contains(String value) implements Call {}

  private Sets() {}

  /** A set that is empty at first. */
  public static Machine<Set<String>, Call, Boolean> machine() {
    return Machine.of(
        Set.of(),
        (set, call) -> {
          if (call instanceof Contains asked) {
            return Machine.step(set, set.contains(asked.value()));
          }
          Set<String> changed = new TreeSet<>(set);
          boolean isChanged =
              call instanceof Add add
                  ? changed.add(add.value())
                  : changed.remove(((Remove) call).value());
          return Machine.step(changed, isChanged);
        });
  }
}
