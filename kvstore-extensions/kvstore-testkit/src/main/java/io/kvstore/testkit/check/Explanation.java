package io.kvstore.testkit.check;

import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.Optional;

/** A sentence that says what is wrong with a few operations that are not linearizable. */
final class Explanation {
  private final History history;

  private Explanation(History history) {
    this.history = history;
  }

  /** The sentence. */
  static String of(History core) {
    return new Explanation(core)
        .explain()
        .orElse(
            "these " + core.size() + " operations cannot have happened in any order, one by one");
  }

  private Optional<String> explain() {
    for (int i = 0; i < history.size(); i++) {
      if (history.kind(i) == Kind.READ && history.outcome(i) == Outcome.OK) {
        Optional<String> wrong = history.result(i) == Values.NIL ? absent(i) : old(i);
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    return Optional.empty();
  }

  private Optional<String> absent(int read) {
    for (int write = 0; write < history.size(); write++) {
      Kind kind = history.kind(write);
      if (history.key(write) == history.key(read)
          && kind != Kind.READ
          && kind != Kind.DELETE
          && kind != Kind.CAS
          && isBefore(write, read)) {
        return Optional.of(
            client(read)
                + " found nothing under "
                + key(read)
                + ", though "
                + client(write)
                + "'s "
                + kind
                + " of "
                + value(write)
                + " had been answered before");
      }
    }
    return Optional.empty();
  }

  private Optional<String> old(int read) {
    boolean isWritten = false;
    for (int write = 0; write < history.size(); write++) {
      if (!isWrite(write, read) || history.argument(write) != history.result(read)) {
        continue;
      }
      isWritten = true;
      if (history.returned(read) < history.invoked(write)) {
        return Optional.of(
            client(read)
                + " read "
                + value(write)
                + " before "
                + client(write)
                + " began to write it");
      }
      for (int next = 0; next < history.size(); next++) {
        if (isWrite(next, read) && next != write) {
          Optional<String> replaced = replaced(read, write, next);
          if (replaced.isPresent()) {
            return replaced;
          }
        }
      }
    }
    boolean canBeMade = isWritten || history.result(read) < 0 || makesValues(history.key(read));
    return canBeMade
        ? Optional.empty()
        : Optional.of(
            client(read)
                + " read "
                + history.values().show(history.result(read))
                + " under "
                + key(read)
                + ", which nobody wrote");
  }

  /** An old value is read after a newer one was written, or read. */
  private Optional<String> replaced(int read, int write, int next) {
    String what = history.kind(next) == Kind.DELETE ? "deleted it" : "put " + value(next);
    boolean isAfter =
        isBefore(write, next) || history.result(next) == history.argument(write); // it replaced it
    if (isAfter && isBefore(next, read)) {
      return Optional.of(
          saw(read, write) + client(next) + " had " + what + " after it, and been answered before");
    }
    for (int other = 0; other < history.size(); other++) {
      boolean sawNext =
          history.kind(other) == Kind.READ
              && history.key(other) == history.key(read)
              && history.result(other) == history.argument(next);
      if (sawNext && isBefore(other, read) && isAfter) {
        return Optional.of(
            saw(read, write) + client(other) + " had seen the newer " + value(next) + " before");
      }
    }
    return Optional.empty();
  }

  private String saw(int read, int write) {
    return client(read) + " read " + value(write) + " under " + key(read) + ", though ";
  }

  private boolean makesValues(int key) {
    for (int i = 0; i < history.size(); i++) {
      if (history.key(i) == key
          && (history.kind(i) == Kind.APPEND || history.kind(i) == Kind.ADD)) {
        return true;
      }
    }
    return false;
  }

  private boolean isWrite(int i, int read) {
    Kind kind = history.kind(i);
    return history.key(i) == history.key(read)
        && (kind == Kind.WRITE || kind == Kind.DELETE || kind == Kind.CAS);
  }

  private boolean isBefore(int one, int other) {
    return history.outcome(one) == Outcome.OK && history.returned(one) < history.invoked(other);
  }

  private String client(int i) {
    return "client " + history.process(i);
  }

  private String key(int i) {
    return history.values().show(history.key(i));
  }

  private String value(int i) {
    return history.values().show(history.argument(i));
  }
}
