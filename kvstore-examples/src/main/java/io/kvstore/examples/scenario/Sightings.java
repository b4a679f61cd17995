package io.kvstore.examples.scenario;

import io.kvstore.examples.scenario.Script.Part;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * What each client saw, line by line.
 *
 * <p>A history numbers its clients in the order in which they began. Which of them the file means
 * is known by what they did; those that did the same at the same server may change places.
 */
final class Sightings {
  private static final int LONGEST_SHOWN = 100;

  private final History history;

  private Sightings(History history) {
    this.history = history;
  }

  static List<String> of(History history, Script script) {
    return new Sightings(history).lines(script);
  }

  private List<String> lines(Script script) {
    Map<List<String>, Deque<Part>> partsByDeeds = new HashMap<>();
    for (Part part : script.parts()) {
      partsByDeeds.computeIfAbsent(deeds(part), first -> new ArrayDeque<>()).add(part);
    }
    List<String> lines = new ArrayList<>();
    operationsByClient()
        .forEach(
            (client, operations) -> {
              List<String> deeds = operations.stream().map(this::deed).toList();
              Part part = partsByDeeds.getOrDefault(deeds, new ArrayDeque<>()).poll();
              String place = part == null ? "" : ", " + part.place();
              String server = "n" + history.node(operations.get(0));
              lines.add("client " + client + " at " + server + place);
              operations.forEach(operation -> lines.add(line(operation)));
            });
    return lines;
  }

  private Map<Integer, List<Integer>> operationsByClient() {
    Map<Integer, List<Integer>> operations = new TreeMap<>();
    for (int i = 0; i < history.size(); i++) {
      operations.computeIfAbsent(history.process(i), first -> new ArrayList<>()).add(i);
    }
    return operations;
  }

  private static List<String> deeds(Part part) {
    List<String> deeds = new ArrayList<>();
    for (Request step : part.steps()) {
      if (step instanceof Request.Write write) {
        deeds.add("n" + part.server() + " write " + write.key() + " = " + shown(write.value()));
      } else if (step instanceof Request.Read read) {
        deeds.add("n" + part.server() + " read " + read.key());
      }
    }
    return deeds;
  }

  private String deed(int operation) {
    return "n" + history.node(operation) + " " + asked(operation);
  }

  private String asked(int operation) {
    String key = text(history.key(operation));
    return history.kind(operation) == Kind.READ
        ? "read " + key
        : "write " + key + " = " + text(history.argument(operation));
  }

  private String line(int operation) {
    boolean isAnswered = history.outcome(operation) == Outcome.OK;
    long end = isAnswered ? history.returned(operation) : history.invoked(operation);
    String answer =
        switch (history.outcome(operation)) {
          case FAIL -> "   refused";
          case UNKNOWN -> "   no answer";
          case OK ->
              history.kind(operation) == Kind.READ ? " -> " + text(history.result(operation)) : "";
        };
    return String.format(
        Locale.ROOT,
        "  %10.3f to %10.3f ms  %s%s",
        history.invoked(operation) / 1e6,
        end / 1e6,
        asked(operation),
        answer);
  }

  private String text(int value) {
    return value == Values.NIL ? "nothing" : shown(String.valueOf(history.values().get(value)));
  }

  /** A long value is told by its beginning and its length. */
  private static String shown(String value) {
    return value.length() <= LONGEST_SHOWN
        ? value
        : value.substring(0, LONGEST_SHOWN) + "… (" + value.length() + " characters)";
  }
}
