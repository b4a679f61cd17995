package io.kvstore.testkit.draw;

import io.kvstore.NodeId;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.core.trace.TraceEvent.Delivered;
import io.kvstore.core.trace.TraceEvent.Dropped;
import io.kvstore.core.trace.TraceEvent.Sent;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.history.Disturbance;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Operation;
import io.kvstore.testkit.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/** What there is to draw: bars on the lanes of clients, arrows between nodes, and faults. */
final class Picture {
  /** What a client did: several operations that take effect at one moment are one bar. */
  record Bar(
      int client,
      long from,
      long to,
      String label,
      String text,
      Kind kind,
      Outcome outcome,
      List<String> keys,
      boolean isInConflict,
      int place) {}

  /** A message; the fate is empty if it has arrived. */
  record Arrow(int from, int to, long sent, long arrived, String kind, String text, String fate) {}

  /** Something that was wrong for a while. */
  record Span(Disturbance.Kind kind, long from, long to, List<Integer> nodes, String text) {}

  private static final int LONGEST_TEXT = 240;

  private final History history;
  private final long beginning;
  private final List<Integer> clients = new ArrayList<>();
  private final List<Bar> bars = new ArrayList<>();
  private final List<Arrow> arrows = new ArrayList<>();
  private final List<Span> spans = new ArrayList<>();
  private final TreeSet<Integer> nodes = new TreeSet<>();
  private final Optional<Broken> broken;
  private final Axis axis;

  Picture(
      History history,
      Map<String, Verdict> levels,
      List<TraceEvent> events,
      long beginning,
      List<Disturbance> disturbances) {
    this.history = history;
    this.beginning = beginning;
    broken =
        levels.values().stream()
            .filter(Broken.class::isInstance)
            .map(Broken.class::cast)
            .findFirst();
    addBars();
    addArrows(events);
    addSpans(disturbances);
    axis = new Axis(times());
  }

  List<Integer> clients() {
    return clients;
  }

  List<Integer> nodes() {
    return List.copyOf(nodes);
  }

  List<Bar> bars() {
    return bars;
  }

  List<Arrow> arrows() {
    return arrows;
  }

  List<Span> spans() {
    return spans;
  }

  Optional<Broken> broken() {
    return broken;
  }

  Axis axis() {
    return axis;
  }

  // Clients

  private void addBars() {
    Map<String, Integer> places = new HashMap<>();
    broken.ifPresent(
        verdict -> verdict.order().forEach(each -> places.put(same(each), places.size() + 1)));
    TreeSet<Integer> known = new TreeSet<>();
    for (int i = 0; i < history.size(); i++) {
      if (history.process(i) >= 0) { // below that are expiries, which nobody asks for
        known.add(history.process(i));
      }
    }
    clients.addAll(known);
    for (int i = 0; i < history.size(); i++) {
      if (history.group(i) == i && history.process(i) >= 0) {
        addBar(i, places);
      }
    }
  }

  private void addBar(int head, Map<String, Integer> places) {
    List<String> labels = new ArrayList<>();
    List<String> texts = new ArrayList<>();
    List<String> keys = new ArrayList<>();
    boolean isInConflict = false;
    int place = 0;
    for (int i = head; i < history.size() && history.group(i) == head; i++) {
      Operation operation = history.operation(i);
      labels.add(label(operation));
      texts.add(operation.toString());
      keys.add(operation.key());
      String same = same(operation);
      isInConflict |=
          broken.isPresent()
              && broken.get().conflict().stream().anyMatch(is -> same(is).equals(same));
      place = Math.max(place, places.getOrDefault(same, 0));
    }
    bars.add(
        new Bar(
            clients.indexOf(history.process(head)),
            history.invoked(head),
            history.returned(head),
            String.join(", ", labels),
            String.join("\n", texts),
            history.kind(head),
            history.outcome(head),
            keys,
            isInConflict,
            place));
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

  private static String label(Operation operation) {
    String key = operation.key().equals("nil") ? "" : plain(operation.key());
    String result = operation.result().equals("?") ? "" : plain(operation.result());
    String argument = plain(operation.argument());
    return switch (operation.kind()) {
      case READ -> key + " → " + result;
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

  // Nodes

  private void addArrows(List<TraceEvent> events) {
    Map<Trip, List<Long>> underWay = new HashMap<>();
    for (TraceEvent event : events) {
      long time = event.time() - beginning;
      if (event instanceof Sent sent) {
        nodes.add(sent.from().number());
        nodes.add(sent.to().number());
        Trip trip = new Trip(sent.from(), sent.to(), sent.message());
        underWay.computeIfAbsent(trip, first -> new ArrayList<>()).add(time);
      } else if (event instanceof Delivered delivered) {
        Trip trip = new Trip(delivered.from(), delivered.to(), delivered.message());
        arrive(underWay, trip, time, "");
      } else if (event instanceof Dropped dropped) {
        Trip trip = new Trip(dropped.from(), dropped.to(), dropped.message());
        arrive(underWay, trip, time, dropped.why());
      }
    }
    arrows.sort(Comparator.comparingLong(Arrow::sent));
  }

  private void arrive(Map<Trip, List<Long>> underWay, Trip trip, long time, String fate) {
    List<Long> sent = underWay.getOrDefault(trip, List.of());
    long start = sent.isEmpty() ? time : sent.get(sent.size() - 1);
    String text = trip.message().toString();
    arrows.add(
        new Arrow(
            trip.from().number(),
            trip.to().number(),
            start,
            time,
            trip.message().getClass().getSimpleName(),
            text.length() > LONGEST_TEXT ? text.substring(0, LONGEST_TEXT) + "…" : text,
            fate));
  }

  // Faults

  private void addSpans(List<Disturbance> disturbances) {
    Map<String, Disturbance> open = new TreeMap<>();
    for (Disturbance each : disturbances) {
      each.nodes().stream()
          .filter(node -> !node.equals(NodeId.COORDINATOR))
          .forEach(node -> nodes.add(node.number()));
      switch (each.kind()) {
        case CRASH -> open.put("crash " + each.nodes(), each);
        case RESTART -> close(open, "crash " + each.nodes(), each.time());
        case CUT -> open.putIfAbsent("cut " + each.nodes(), each);
        case HEAL -> heal(open, each);
        case LINKS -> {
          close(open, "links " + each.nodes(), each.time());
          if (!each.what().endsWith("nothing wrong")) {
            open.put("links " + each.nodes(), each);
          }
        }
        case CLOCK, PAUSE, VIEW -> spans.add(span(each, each.time()));
      }
    }
    open.values().forEach(each -> spans.add(span(each, History.NEVER)));
    spans.sort(Comparator.comparingLong(Span::from).thenComparing(Span::text));
  }

  private void heal(Map<String, Disturbance> open, Disturbance heal) {
    for (Map.Entry<String, Disturbance> each : Map.copyOf(open).entrySet()) {
      boolean isMeant =
          heal.nodes().isEmpty()
              ? each.getValue().kind() != Disturbance.Kind.CRASH
              : each.getValue().kind() == Disturbance.Kind.CUT
                  && heal.nodes().containsAll(each.getValue().nodes());
      if (isMeant) {
        close(open, each.getKey(), heal.time());
      }
    }
  }

  private void close(Map<String, Disturbance> open, String name, long time) {
    Disturbance begun = open.remove(name);
    if (begun != null) {
      spans.add(span(begun, time));
    }
  }

  private static Span span(Disturbance begun, long end) {
    List<Integer> concerned =
        begun.nodes().stream()
            .filter(node -> !node.equals(NodeId.COORDINATOR))
            .map(NodeId::number)
            .toList();
    return new Span(begun.kind(), begun.time(), end, concerned, begun.what());
  }

  private SortedSet<Long> times() {
    SortedSet<Long> times = new TreeSet<>();
    times.add(0L);
    for (Bar bar : bars) {
      times.add(bar.from());
      if (bar.to() != History.NEVER) {
        times.add(bar.to());
      }
    }
    for (Arrow arrow : arrows) {
      times.add(arrow.sent());
      times.add(arrow.arrived());
    }
    for (Span span : spans) {
      times.add(span.from());
      if (span.to() != History.NEVER) {
        times.add(span.to());
      }
    }
    return times;
  }
}
