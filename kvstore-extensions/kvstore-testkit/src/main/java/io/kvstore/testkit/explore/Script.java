package io.kvstore.testkit.explore;

import io.kvstore.NodeId;
import io.kvstore.Session;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/**
 * What a client does, one operation after the other.
 *
 * @param node at which it begins
 */
record Script(NodeId node, List<Step> steps) {
  /** What a client can be told to do. */
  enum Verb {
    /** Reads a key. */
    GET(1),
    /** Writes a key. */
    PUT(2),
    /** Writes a key that has no value. */
    PUTIFABSENT(2),
    /** Adds a text to the value of a key. */
    APPEND(2),
    /** Adds a number to the value of a key. */
    ADD(2),
    /** Removes a key. */
    REMOVE(1),
    /** Goes on with the same session at another node: no operation by itself. */
    AT(1);

    private final int words;

    Verb(int words) {
      this.words = words;
    }
  }

  /** An operation, or a move to another node. */
  record Step(Verb verb, String key, String value) {
    /** Asks for it, and answers with what the client sees. */
    CompletableFuture<?> ask(Session<String, String> session) {
      return switch (verb) {
        case GET -> session.async().getVersioned(key);
        case PUT -> session.async().put(key, value);
        case PUTIFABSENT -> session.async().putIfAbsent(key, value);
        case APPEND -> session.async().append(key, value);
        case ADD -> session.async().add(key, Long.parseLong(value));
        case REMOVE -> session.async().remove(key);
        case AT -> throw new IllegalStateException("a move is not asked for");
      };
    }

    /** The node that a client moves to. */
    NodeId node() {
      return NodeId.of(Integer.parseInt(key.substring(1)));
    }

    @Override
    public String toString() {
      return verb.name().toLowerCase(Locale.ROOT)
          + " "
          + key
          + (value.isEmpty() ? "" : " " + value);
    }
  }

  /** How many operations there are. */
  int operations() {
    return (int) steps.stream().filter(step -> step.verb() != Verb.AT).count();
  }

  /**
   * Reads operations.
   *
   * @throws IllegalArgumentException when one is not understood
   */
  static Script of(NodeId node, List<String> operations) {
    List<Step> steps = new ArrayList<>();
    for (String each : operations) {
      steps.add(step(each.strip()));
    }
    if (steps.isEmpty() || steps.get(steps.size() - 1).verb() == Verb.AT) {
      throw new IllegalArgumentException(
          "a client's last step is an operation, unlike in " + operations);
    }
    return new Script(node, List.copyOf(steps));
  }

  private static Step step(String text) {
    String[] words = text.split(" +", -1);
    for (Verb verb : Verb.values()) {
      if (verb.name().equalsIgnoreCase(words[0]) && words.length == verb.words + 1) {
        Step step = new Step(verb, words[1], words.length > 2 ? words[2] : "");
        requireNumbers(step, text);
        return step;
      }
    }
    throw new IllegalArgumentException(
        "expected get KEY, put KEY VALUE, putifabsent KEY VALUE, append KEY TEXT, add KEY NUMBER,"
            + " remove KEY or at NODE, found "
            + text);
  }

  private static void requireNumbers(Step step, String text) {
    if (step.verb() == Verb.AT && !step.key().matches("n\\d{1,2}")) {
      throw new IllegalArgumentException("expected at n0 or another node, found " + text);
    }
    if (step.verb() == Verb.ADD && !step.value().matches("-?\\d{1,18}")) {
      throw new IllegalArgumentException("expected a number to add, found " + text);
    }
  }

  @Override
  public String toString() {
    return node + ": " + String.join("; ", steps.stream().map(String::valueOf).toList());
  }
}
