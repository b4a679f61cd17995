package io.kvstore.testkit.draw;

import io.kvstore.core.trace.TraceEvent;
import io.kvstore.core.trace.TraceEvent.Requested;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.draw.Picture.Bar;
import io.kvstore.testkit.draw.Picture.Client;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Operation;
import io.kvstore.testkit.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What clients did, as bars on their lanes. Several operations that take effect at one moment are
 * one bar, and so are an operation that was refused and its repetitions by the same client.
 */
final class Bars {
  private static final String CLIENT = "client ";

  /** A bar before its lane is known. */
  private record Draft(String client, String question, int process, Bar bar) {}

  private final History history;
  private final Optional<Broken> broken;
  private final Names names;
  private final IdentityHashMap<io.kvstore.spi.Operation, Integer> tries = new IdentityHashMap<>();
  private final Map<String, Integer> places = new HashMap<>();
  private final List<Client> clients = new ArrayList<>();
  private final List<Bar> bars = new ArrayList<>();

  Bars(History history, Optional<Broken> broken, Names names, List<TraceEvent> events) {
    this.history = history;
    this.broken = broken;
    this.names = names;
    broken.ifPresent(
        verdict -> verdict.order().forEach(each -> places.put(same(each), places.size() + 1)));
    for (TraceEvent event : events) {
      if (event instanceof Requested requested) {
        tries.merge(requested.operation(), 1, Integer::sum);
      }
    }
    layOut(folded(drafts()));
  }

  List<Client> clients() {
    return clients;
  }

  List<Bar> bars() {
    return bars;
  }

  private List<Draft> drafts() {
    List<Draft> drafts = new ArrayList<>();
    for (int i = 0; i < history.size(); i++) {
      if (history.group(i) == i && history.process(i) >= 0) { // below: expiries, asked by no client
        drafts.add(draft(i));
      }
    }
    return drafts;
  }

  private Draft draft(int head) {
    List<String> questions = new ArrayList<>();
    List<String> labels = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    boolean isInConflict = false;
    int place = 0;
    String client = names.of(history.process(head), history.invoked(head));
    for (int i = head; i < history.size() && history.group(i) == head; i++) {
      Operation operation = history.operation(i);
      questions.add(question(operation));
      labels.add(label(operation));
      texts.add(operation.toString().replaceFirst("^process \\d+", client));
      keys.add(operation.key());
      String same = same(operation);
      isInConflict |=
          broken.isPresent()
              && broken.get().conflict().stream().anyMatch(is -> same(is).equals(same));
      place = Math.max(place, places.getOrDefault(same, 0));
    }
    int tried =
        names
            .operation(history.process(head), history.invoked(head))
            .map(operation -> tries.getOrDefault(operation, 1))
            .orElse(1);
    Bar bar =
        new Bar(
            0,
            0,
            history.invoked(head),
            history.returned(head),
            history.returned(head) == History.NEVER,
            String.join(", ", labels),
            String.join("\n", texts),
            history.kind(head),
            history.outcome(head),
            keys,
            isInConflict,
            place,
            tried);
    return new Draft(client, String.join(", ", questions), history.process(head), bar);
  }

  /** What was refused and asked again by the same client is one bar. */
  private static List<Draft> folded(List<Draft> drafts) {
    List<Draft> folded = new ArrayList<>();
    Map<String, Integer> lastOf = new HashMap<>(); // by client, where it stands
    for (Draft next : drafts) {
      Integer at = lastOf.get(next.client());
      Draft before = at == null ? null : folded.get(at);
      if (at != null && before != null && isRepeatedBy(before, next)) {
        folded.set(at, repeated(before, next));
      } else {
        lastOf.put(next.client(), folded.size());
        folded.add(next);
      }
    }
    return folded;
  }

  private static boolean isRepeatedBy(Draft before, Draft next) {
    return before.question().equals(next.question())
        && before.bar().outcome() == Outcome.FAIL
        && !before.bar().isInConflict()
        && before.bar().to() <= next.bar().from();
  }

  private static Draft repeated(Draft before, Draft next) {
    Bar first = before.bar();
    Bar last = next.bar();
    Bar both =
        new Bar(
            0,
            0,
            first.from(),
            last.to(),
            last.isOpen(),
            last.label(),
            first.text() + "\n" + last.text(),
            last.kind(),
            last.outcome(),
            last.keys(),
            last.isInConflict(),
            last.place(),
            first.tries() + last.tries());
    return new Draft(next.client(), next.question(), next.process(), both);
  }

  /** Each client has a lane, with as many rows as it has bars at the same time. */
  private void layOut(List<Draft> drafts) {
    Map<String, List<Draft>> byClient = new TreeMap<>(BY_NUMBER);
    drafts.forEach(
        each -> byClient.computeIfAbsent(each.client(), name -> new ArrayList<>()).add(each));
    byClient.forEach(
        (name, its) -> {
          List<Long> ends = new ArrayList<>(); // of the rows
          for (int i = 0; i < its.size(); i++) {
            Bar bar = its.get(i).bar();
            long end = bar.isOpen() ? nextOf(its, i) : bar.to();
            int row = 0;
            while (row < ends.size() && ends.get(row) > bar.from()) {
              row++;
            }
            if (row == ends.size()) {
              ends.add(end);
            } else {
              ends.set(row, end);
            }
            bars.add(bar.at(clients.size(), row, end));
          }
          clients.add(new Client(name, ends.size()));
        });
    bars.sort(Comparator.comparingLong(Bar::from).thenComparingInt(Bar::client));
  }

  /** Clients by their numbers, then those that have names. */
  private static final Comparator<String> BY_NUMBER =
      Comparator.comparingLong(Bars::numberOf).thenComparing(Comparator.naturalOrder());

  private static long numberOf(String name) {
    boolean isNumbered = name.matches(CLIENT + "\\d{1,9}");
    return isNumbered ? Long.parseLong(name.substring(CLIENT.length())) : Long.MAX_VALUE;
  }

  /** A client that has no answer goes on with something else, or does not. */
  private static long nextOf(List<Draft> its, int i) {
    for (int next = i + 1; next < its.size(); next++) {
      if (its.get(next).process() == its.get(i).process()) {
        return its.get(next).bar().from();
      }
    }
    return History.NEVER;
  }

  /** What tells operations apart that were copied from one history to another. */
  private static String same(Operation operation) {
    return operation.process()
        + " "
        + operation.kind()
        + " "
        + operation.key()
        + " "
        + operation.argument()
        + " "
        + operation.invoked();
  }

  private static String question(Operation operation) {
    return operation.kind()
        + " "
        + operation.key()
        + " "
        + operation.argument()
        + " "
        + operation.expected();
  }

  private static String label(Operation operation) {
    String key = operation.key().equals("nil") ? "" : plain(operation.key());
    String result = operation.result().equals("?") ? "" : plain(operation.result());
    String argument = plain(operation.argument());
    return switch (operation.kind()) {
      case READ -> key + " → " + (operation.outcome() == Outcome.OK ? result : "");
      case WRITE -> key + " := " + argument;
      case DELETE -> key + " deleted";
      case CAS -> key + ": " + plain(operation.expected()) + " ⇒ " + argument;
      case APPEND -> key + " & " + argument;
      case ADD -> key + " + " + argument + (result.isEmpty() ? "" : " = " + result);
    };
  }

  private static String plain(String value) {
    boolean isQuoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
    String text = isQuoted ? value.substring(1, value.length() - 1) : value;
    return text.equals("nil") ? "∅" : text;
  }

  /** Whether a kind has a colour of its own. */
  static String colourOf(Kind kind) {
    return switch (kind) {
      case READ -> "read";
      case DELETE -> "delete";
      case CAS -> "cas";
      case WRITE, APPEND, ADD -> "write";
    };
  }
}
