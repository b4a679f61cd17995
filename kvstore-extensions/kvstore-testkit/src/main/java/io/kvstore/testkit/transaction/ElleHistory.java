package io.kvstore.testkit.transaction;

import io.kvstore.testkit.history.Edn;
import io.kvstore.testkit.history.Format;
import io.kvstore.testkit.history.Outcome;
import io.kvstore.testkit.history.Values.Symbol;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Reads the list-append histories of Jepsen and Elle: EDN maps of {@code :type}, {@code :process}
 * and {@code :value [[:append x 1] [:r y [2 3]]]}. An event's position in the file is its time.
 * Maps without a process are transactions of clients of their own.
 */
final class ElleHistory {
  private final Edn edn;
  private final ListAppend lists = new ListAppend();
  private final Map<Object, Integer> begun = new HashMap<>();
  private final Map<Object, List<?>> asked = new HashMap<>();
  private int events;
  private int transactions;

  private ElleHistory(Edn edn) {
    this.edn = edn;
  }

  static ListAppend read(Path file) throws IOException {
    return read(file.toString(), Format.text(file));
  }

  static ListAppend read(String file, String text) {
    ElleHistory history = new ElleHistory(new Edn(file, text));
    history.readAll();
    return history.lists;
  }

  private void readAll() {
    for (Object next = edn.next(); next != Edn.END; next = edn.next()) {
      if (next instanceof List<?> several) {
        several.forEach(this::readEvent);
      } else {
        readEvent(next);
      }
    }
    asked.forEach((process, steps) -> end(process, steps, Outcome.UNKNOWN));
  }

  private void readEvent(@Nullable Object event) {
    if (!(event instanceof Map<?, ?> members)) {
      throw edn.expected("a map, found " + event);
    }
    events++;
    Object process = members.get(new Symbol(":process"));
    if (process instanceof Symbol) {
      return; // the nemesis
    }
    Object client = process == null ? "a client" : process;
    Object type = members.get(new Symbol(":type"));
    List<?> steps = steps(members.get(new Symbol(":value")));
    switch (String.valueOf(type instanceof Symbol symbol ? symbol.text() : type)) {
      case ":invoke" -> {
        asked.put(client, steps);
        begun.put(client, events);
      }
      case ":ok" -> end(client, steps, Outcome.OK);
      case ":fail" -> end(client, steps, Outcome.FAIL);
      case ":info" -> end(client, steps, Outcome.UNKNOWN);
      default -> throw edn.expected(":type to be one of :invoke :ok :fail :info, found " + type);
    }
    if (type instanceof Symbol symbol && !symbol.text().equals(":invoke")) {
      asked.remove(client);
      begun.remove(client);
    }
  }

  private void end(Object process, List<?> steps, Outcome outcome) {
    List<Step> did = new ArrayList<>();
    for (Object step : steps) {
      read(step, outcome, did);
    }
    int number = transactions++;
    String client = process instanceof Long ? "process " + process : "client " + number;
    lists.add(
        new Transaction(
            number,
            client,
            did,
            outcome,
            begun.getOrDefault(process, events),
            outcome == Outcome.UNKNOWN ? Long.MAX_VALUE : events));
  }

  private void read(Object step, Outcome outcome, List<Step> did) {
    if (!(step instanceof List<?> parts)
        || parts.size() != 3
        || !(parts.get(0) instanceof Symbol kind)
        || parts.get(1) == null) {
      throw edn.expected("[:append KEY VALUE] or [:r KEY VALUES], found " + step);
    }
    Object value = parts.get(2);
    switch (kind.text()) {
      case ":append" -> {
        if (value == null) {
          throw edn.expected("a value to append, found " + step);
        }
        did.add(new Step.Append(parts.get(1), value));
      }
      case ":r" -> {
        if (outcome == Outcome.OK) {
          List<?> seen = value instanceof List<?> list ? list : List.of();
          did.add(new Step.Read(parts.get(1), new ArrayList<>(seen)));
        }
      }
      default -> throw edn.expected("[:append KEY VALUE] or [:r KEY VALUES], found " + step);
    }
  }

  private List<?> steps(@Nullable Object value) {
    if (value instanceof List<?> steps) {
      return steps;
    }
    throw edn.expected(":value to be the steps of a transaction, found " + value);
  }
}
