package io.kvstore.testkit.check;

import io.kvstore.NodeId;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.check.Verdict.Holds;
import io.kvstore.testkit.check.Verdict.Undecided;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Operation;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Whether the replicas of a store hold the same once writing has ended, and whether what they hold
 * accounts for all writes that were answered.
 *
 * <p>What the replicas hold can be told by a look into them, or by the end of a history, where each
 * was read after the last write.
 */
public final class Convergence {
  private Convergence() {}

  /** Whether all nodes hold the same under each key; a key that is not there is held by none. */
  public static <K, V> Verdict checkAgreement(Map<NodeId, ? extends Map<K, V>> contents) {
    Set<K> keys = new LinkedHashSet<>();
    contents.values().forEach(each -> keys.addAll(each.keySet()));
    for (K key : keys) {
      Map<NodeId, Optional<V>> values = new LinkedHashMap<>();
      contents.forEach((node, each) -> values.put(node, Optional.ofNullable(each.get(key))));
      Optional<String> difference = difference(values);
      if (difference.isPresent()) {
        return diverged(String.valueOf(key), difference.get(), List.of());
      }
    }
    return new Holds();
  }

  /**
   * Whether what was answered has been kept: under each key there is its version or a later one.
   *
   * @param versions by key: the version that there is in the end, if there is any; there may be
   *     none if a removal is newer, or may be
   */
  public static Verdict checkKept(History history, Function<Object, OptionalLong> versions) {
    return checkKept(history, versions, false);
  }

  /**
   * The same of a store that may perform again what it has answered, under a newer version.
   *
   * @param mayComeAgain whether it may
   */
  public static Verdict checkKept(
      History history, Function<Object, OptionalLong> versions, boolean mayComeAgain) {
    long[] deletedUpTo = deletedUpTo(history, mayComeAgain);
    for (int row = 0; row < history.size(); row++) {
      boolean isWrite = history.kind(row) != Kind.READ && history.kind(row) != Kind.DELETE;
      if (isWrite && history.outcome(row) == Outcome.OK && history.version(row) != Values.NONE) {
        Object key = Objects.requireNonNullElse(history.values().get(history.key(row)), "nil");
        OptionalLong last = versions.apply(key);
        boolean isKept =
            last.isPresent()
                ? last.getAsLong() >= history.version(row)
                : deletedUpTo[history.key(row)] > history.version(row);
        if (!isKept) {
          Operation lost = history.operation(row);
          String instead = last.isPresent() ? "version " + last.getAsLong() : "nothing";
          String why = "version " + history.version(row) + " was written, and there is " + instead;
          return new Broken(
              lost.key(), "an answered write is lost: " + why, List.of(lost), List.of());
        }
      }
    }
    return new Holds();
  }

  /**
   * By key, up to which version entries may be gone: of a removal whose version is known, its own.
   */
  private static long[] deletedUpTo(History history, boolean mayComeAgain) {
    long[] upTo = new long[history.values().size()];
    Arrays.fill(upTo, Long.MIN_VALUE);
    for (int row = 0; row < history.size(); row++) {
      if (history.kind(row) == Kind.DELETE && history.outcome(row) != Outcome.FAIL) {
        boolean isKnown =
            !mayComeAgain
                && history.outcome(row) == Outcome.OK
                && history.version(row) != Values.NONE;
        long version = isKnown ? history.version(row) : Long.MAX_VALUE;
        upTo[history.key(row)] = Math.max(upTo[history.key(row)], version);
      }
    }
    return upTo;
  }

  /**
   * Whether each key was read alike at all nodes after the last write, and from a write that no
   * answered write is newer than for sure. Undecided if no node was read then.
   */
  public static Verdict check(History history, Model model, Budget budget) {
    try {
      return judge(history, model, new Spending(budget));
    } catch (Spending.OverBudget used) {
      return used.verdict();
    }
  }

  private static Verdict judge(History history, Model model, Spending spending) {
    Map<Integer, Map<NodeId, Integer>> reads = lastReads(history);
    if (reads.isEmpty()) {
      return new Undecided("no node was read after the last write");
    }
    for (Map.Entry<Integer, Map<NodeId, Integer>> each : reads.entrySet()) {
      Map<NodeId, Optional<String>> values = new LinkedHashMap<>();
      each.getValue()
          .forEach((node, row) -> values.put(node, Optional.of(history.operation(row).result())));
      Optional<String> difference = difference(values);
      if (difference.isPresent()) {
        List<Operation> conflict =
            each.getValue().values().stream().map(history::operation).toList();
        return diverged(history.values().show(each.getKey()), difference.get(), conflict);
      }
    }
    SessionSearch search = new SessionSearch(new Observed(history, model), spending);
    for (Map<NodeId, Integer> each : reads.values()) {
      for (int row : each.values()) {
        Optional<Broken> lost = search.findLost(row);
        if (lost.isPresent()) {
          return lost.get();
        }
      }
    }
    return new Holds();
  }

  /** By key and node: the last read after all writes. */
  private static Map<Integer, Map<NodeId, Integer>> lastReads(History history) {
    long quiet = Long.MIN_VALUE;
    for (int row = 0; row < history.size(); row++) {
      if (history.kind(row) != Kind.READ && history.outcome(row) != Outcome.FAIL) {
        boolean isAnswered = history.outcome(row) == Outcome.OK;
        quiet = Math.max(quiet, isAnswered ? history.returned(row) : history.invoked(row));
      }
    }
    Map<Integer, Map<NodeId, Integer>> reads = new LinkedHashMap<>();
    for (int row = 0; row < history.size(); row++) {
      if (history.kind(row) == Kind.READ
          && history.outcome(row) == Outcome.OK
          && history.result(row) != Values.NONE
          && history.node(row) != Values.NONE
          && history.invoked(row) > quiet) {
        reads
            .computeIfAbsent(history.key(row), key -> new TreeMap<>())
            .put(NodeId.of(history.node(row)), row);
      }
    }
    return reads;
  }

  private static <V> Optional<String> difference(Map<NodeId, Optional<V>> values) {
    Map.Entry<NodeId, Optional<V>> first = values.entrySet().iterator().next();
    for (Map.Entry<NodeId, Optional<V>> each : values.entrySet()) {
      Object one = first.getValue().orElse(null);
      Object other = each.getValue().orElse(null);
      if (!Objects.deepEquals(one, other)) {
        return Optional.of(
            first.getKey() + " has " + one + " and " + each.getKey() + " has " + other);
      }
    }
    return Optional.empty();
  }

  private static Broken diverged(String key, String difference, List<Operation> conflict) {
    return new Broken(
        key, "replicas differ: for the key " + key + " " + difference, conflict, List.of());
  }
}
