package io.kvstore.core.simulation;

import io.kvstore.NodeId;
import java.util.Map;
import java.util.Optional;

/**
 * One operation of one session, and what its client knows of it.
 *
 * @param session whose operation it is; a session has one at a time
 * @param node the replica it was sent to; empty when the store chose
 * @param start its place among all starts and ends
 * @param end the same; {@link Long#MAX_VALUE} when the outcome is unknown
 * @param outcome how it ended
 * @param applied whether its condition held
 * @param before what was there before, where the answer told; by key
 * @param after what was there afterwards, or was read; by key
 * @param position how far the session had seen the order afterwards
 * @param follows the step whose session's position this session began with, or -1
 */
record Step(
    int session,
    Optional<NodeId> node,
    Action action,
    long start,
    long end,
    Outcome outcome,
    boolean applied,
    Map<String, Optional<Seen>> before,
    Map<String, Optional<Seen>> after,
    long position,
    long follows) {

  enum Outcome {
    DONE,
    REFUSED,
    UNKNOWN
  }

  boolean isDone() {
    return outcome == Outcome.DONE;
  }

  boolean isUnknownWrite() {
    return outcome == Outcome.UNKNOWN && !action.isRead();
  }

  /** Whether it certainly changed something. */
  boolean isWrite() {
    return isDone() && applied && !action.isRead();
  }

  /** Whether it saw a key before it changed anything. */
  boolean looksAt(String key) {
    return action.kind() == Action.Kind.SCAN || looked().containsKey(key);
  }

  /** What it saw there. */
  Optional<Seen> sees(String key) {
    return looked().getOrDefault(key, Optional.empty());
  }

  private Map<String, Optional<Seen>> looked() {
    return action.isRead() || !applied ? after : before;
  }

  @Override
  public String toString() {
    String who = "s" + session + node.map(each -> "@" + each).orElse("");
    String result =
        switch (outcome) {
          case REFUSED -> "refused";
          case UNKNOWN -> "unknown";
          case DONE ->
              (action.isRead() ? "" : applied ? "applied " : "not applied ")
                  + (before.isEmpty() || action.isRead() ? "" : before + " -> ")
                  + after
                  + " at "
                  + position;
        };
    return String.format(
        "[%5d, %5s] %-7s %s: %s", start, end == Long.MAX_VALUE ? "" : end, who, action, result);
  }
}
