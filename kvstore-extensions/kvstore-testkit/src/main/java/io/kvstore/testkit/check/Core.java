package io.kvstore.testkit.check;

import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Operation;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;

/**
 * The few operations of a broken history that are enough to break it.
 *
 * <p>An operation can be left out without breaking a history that holds if no other saw what it
 * did: a read, or a write whose value no other operation that is left has seen. What a write tells
 * of the value that it replaced can be left out, too. So what is left when nothing more can be left
 * out is broken by itself, and shows why.
 */
public final class Core {
  private final History history;
  private final Function<History, Verdict> check;
  private final long deadline;
  private List<Integer> left = new ArrayList<>();
  private BitSet silent = new BitSet(); // writes that do not tell what they replaced
  private Broken verdict;

  private Core(History history, Function<History, Verdict> check, Broken broken, Budget budget) {
    this.history = history;
    this.check = check;
    deadline = System.nanoTime() + budget.time().toNanos();
    verdict = broken;
    for (int i = 0; i < history.size(); i++) {
      if (history.outcome(i) != Outcome.FAIL) {
        left.add(i);
      }
    }
  }

  /**
   * Finds them.
   *
   * @param check what the history breaks
   * @param broken how it breaks it
   * @param budget how long to look
   */
  public static Core of(
      History history, Function<History, Verdict> check, Broken broken, Budget budget) {
    Core core = new Core(history, check, broken, budget);
    core.shrink();
    return core;
  }

  /** The operations that are left, as a history of their own. */
  public History history() {
    return part(left);
  }

  /** What the checker says of them. */
  public Broken verdict() {
    History core = history();
    List<Operation> operations = IntStream.range(0, core.size()).mapToObj(core::operation).toList();
    return new Broken(verdict.key(), verdict.reason(), operations, verdict.order());
  }

  private void shrink() {
    if (!silence(0, history.size())) {
      left.forEach(each -> silence(each, each + 1));
    }
    int before;
    do {
      before = left.size();
      for (int size = Math.max(1, left.size() / 2); size >= 1; size /= 2) {
        for (int end = left.size(); end > 0 && System.nanoTime() < deadline; end -= size) {
          leaveOut(Math.max(0, end - size), Math.min(end, left.size()));
        }
      }
    } while (left.size() < before);
  }

  private boolean silence(int from, int to) {
    BitSet before = (BitSet) silent.clone();
    for (int i = from; i < to; i++) {
      Kind kind = history.kind(i);
      if ((kind == Kind.WRITE || kind == Kind.DELETE) && history.result(i) != Values.NONE) {
        silent.set(i);
      }
    }
    if (check.apply(part(left)) instanceof Broken still) {
      verdict = still;
      return true;
    }
    silent = before;
    return false;
  }

  private void leaveOut(int from, int to) {
    List<Integer> fewer = new ArrayList<>(left.subList(0, from));
    fewer.addAll(left.subList(to, left.size()));
    if (!isSeenByOthers(from, to, fewer) && check.apply(part(fewer)) instanceof Broken still) {
      left = fewer;
      verdict = still;
    }
  }

  /** Whether what is to be left out was seen by what stays. */
  private boolean isSeenByOthers(int from, int to, List<Integer> rest) {
    Set<Long> written = new HashSet<>(); // keys with values
    Set<Integer> changed = new HashSet<>(); // keys
    Set<Integer> grown = new HashSet<>(); // keys whose values depend on those before
    long earliest = Long.MAX_VALUE;
    for (int i : left.subList(from, to)) {
      Kind kind = history.kind(i);
      earliest = Math.min(earliest, history.invoked(i));
      if (kind == Kind.APPEND || kind == Kind.ADD) {
        grown.add(history.key(i));
      } else if (kind != Kind.READ) {
        changed.add(history.key(i));
        written.add(place(i, kind == Kind.DELETE ? Values.NIL : history.argument(i)));
      }
    }
    for (int i : rest) {
      boolean grows = history.kind(i) == Kind.APPEND || history.kind(i) == Kind.ADD;
      boolean sees = grows || result(i) != Values.NONE || history.kind(i) == Kind.CAS;
      if (history.returned(i) < earliest) {
        continue; // no operation sees what has not begun
      }
      if ((sees && grown.contains(history.key(i)))
          || (grows && changed.contains(history.key(i)))
          || written.contains(place(i, result(i)))
          || written.contains(place(i, history.expected(i)))) {
        return true;
      }
    }
    return false;
  }

  private long place(int i, int value) {
    return (long) history.key(i) << 32 | (value & 0xFFFFFFFFL);
  }

  private History part(List<Integer> operations) {
    Set<Integer> kept = new HashSet<>(operations);
    return history.only(kept::contains, silent::get);
  }

  private int result(int i) {
    return silent.get(i) ? Values.NONE : history.result(i);
  }
}
