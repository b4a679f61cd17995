package io.kvstore.testkit.draw;

import io.kvstore.NodeId;
import io.kvstore.View;
import io.kvstore.core.trace.TraceEvent;
import io.kvstore.core.trace.TraceEvent.Activated;
import io.kvstore.core.trace.TraceEvent.Delivered;
import io.kvstore.core.trace.TraceEvent.Dropped;
import io.kvstore.core.trace.TraceEvent.Sent;
import io.kvstore.testkit.check.Verdict;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.history.Disturbance;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** What there is to draw: bars on the lanes of clients, arrows between nodes, and faults. */
final class Picture {
  /** In the place of a node: what concerns all of them. */
  static final int EVERYWHERE = -1;

  /** A client, whose lane has so many rows. */
  record Client(String name, int rows) {}

  /**
   * What a client did.
   *
   * @param client whose lane it is on
   * @param row of the lane
   * @param to the answer; if there is none, when the client went on with something else
   * @param isOpen whether there is no answer
   * @param place in the order that was found; 0 if it has none
   * @param tries how often it was asked
   */
  record Bar(
      int client,
      int row,
      long from,
      long to,
      boolean isOpen,
      String label,
      String text,
      Kind kind,
      Outcome outcome,
      List<String> keys,
      boolean isInConflict,
      int place,
      int tries) {

    Bar at(int newClient, int newRow, long end) {
      return with(newClient, newRow, from, end);
    }

    Bar earlier(long time) {
      return with(client, row, from - time, to == History.NEVER ? to : to - time);
    }

    private Bar with(int client, int row, long from, long to) {
      return new Bar(
          client,
          row,
          from,
          to,
          isOpen,
          label,
          text,
          kind,
          outcome,
          keys,
          isInConflict,
          place,
          tries);
    }

    /** What stands in it. */
    String caption() {
      String sign = outcome == Outcome.FAIL ? "✗ " : outcome == Outcome.UNKNOWN ? "? " : "";
      return sign + label + (tries > 1 ? " (" + tries + " tries)" : "");
    }
  }

  /** A message; the fate is empty if it has arrived. */
  record Arrow(int from, int to, long sent, long arrived, String kind, String text, String fate) {}

  /** Something that was wrong with a node, or with all links, for a while. */
  record Band(String kind, int node, long from, long to, String label, String text) {
    Band earlier(long time) {
      long end = to == History.NEVER ? to : to - time;
      return new Band(kind, node, from - time, end, label, text);
    }
  }

  /** Something that happened at one moment, to a node or to all. */
  record Mark(int node, long time, String label, String text) {
    Mark earlier(long by) {
      return new Mark(node, time - by, label, text);
    }
  }

  private static final int LONGEST_TEXT = 240;

  private final List<Client> clients;
  private final List<Bar> bars;
  private final List<Arrow> arrows = new ArrayList<>();
  private final List<Band> bands;
  private final List<Mark> marks;
  private final TreeSet<Integer> nodes = new TreeSet<>();
  private final String promise;
  private final String reason;
  private final Axis axis;

  Picture(
      History history,
      Names names,
      Map<String, Verdict> levels,
      List<TraceEvent> events,
      long beginning,
      List<Disturbance> disturbances) {
    Optional<Map.Entry<String, Verdict>> wrong =
        levels.entrySet().stream().filter(each -> each.getValue() instanceof Broken).findFirst();
    Optional<Broken> broken = wrong.map(each -> (Broken) each.getValue());
    promise = wrong.map(each -> Promises.sentence(each.getKey())).orElse("");
    reason = broken.map(verdict -> names.in(verdict, history)).orElse("");
    Bars drawn = new Bars(history, broken, names, events);
    clients = drawn.clients();
    Bands wrongs = new Bands(disturbances);
    List<Mark> moments = new ArrayList<>(wrongs.marks());
    // How the first view came about is of no interest.
    long begun = first(drawn.bars(), wrongs.bands(), wrongs.marks());
    addArrows(events, beginning, begun);
    addViews(events, beginning, moments);
    wrongs.bands().stream().map(Band::node).filter(node -> node >= 0).forEach(nodes::add);
    // What has a trace begins with the store; of what has none, only its clients are known.
    long origin = events.isEmpty() ? first(drawn.bars(), wrongs.bands(), moments) : 0;
    bars = drawn.bars().stream().map(each -> each.earlier(origin)).toList();
    bands = wrongs.bands().stream().map(each -> each.earlier(origin)).toList();
    marks =
        moments.stream()
            .map(each -> each.earlier(origin))
            .sorted(Comparator.comparingLong(Mark::time).thenComparing(Mark::text))
            .toList();
    axis = new Axis(times(), bars, !arrows.isEmpty());
  }

  private static long first(List<Bar> bars, List<Band> bands, List<Mark> marks) {
    return LongStream.concat(
            bars.stream().mapToLong(Bar::from),
            LongStream.concat(
                bands.stream().mapToLong(Band::from), marks.stream().mapToLong(Mark::time)))
        .min()
        .orElse(0);
  }

  List<Client> clients() {
    return clients;
  }

  /** The numbers of the nodes; the last may be the coordinator's. */
  List<Integer> nodes() {
    return List.copyOf(nodes);
  }

  static String nameOf(int node) {
    return NodeId.of(node).toString();
  }

  List<Bar> bars() {
    return bars;
  }

  List<Arrow> arrows() {
    return arrows;
  }

  List<Band> bands() {
    return bands;
  }

  List<Mark> marks() {
    return marks;
  }

  /** What was promised and is broken, in a sentence; empty if nothing is, or it is not known. */
  String promise() {
    return promise;
  }

  /** How it was broken, in a sentence; empty if nothing was. */
  String reason() {
    return reason;
  }

  Axis axis() {
    return axis;
  }

  // Nodes

  private void addArrows(List<TraceEvent> events, long beginning, long begun) {
    Map<Trip, List<Long>> underWay = new HashMap<>();
    for (TraceEvent event : events) {
      long time = event.time() - beginning;
      if (event instanceof Sent sent) {
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
    arrows.removeIf(
        arrow ->
            arrow.sent() < begun && (isCoordinator(arrow.from()) || isCoordinator(arrow.to())));
    arrows.forEach(arrow -> nodes.addAll(List.of(arrow.from(), arrow.to())));
    arrows.sort(Comparator.comparingLong(Arrow::sent));
  }

  private static boolean isCoordinator(int node) {
    return node == NodeId.COORDINATOR.number();
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

  /** A view is marked when the first of its members serves in it, and at each that does. */
  private void addViews(List<TraceEvent> events, long beginning, List<Mark> moments) {
    Set<List<Long>> begun = new HashSet<>();
    boolean hasShards =
        events.stream().anyMatch(each -> each instanceof Activated active && active.shard() > 0);
    for (TraceEvent event : events) {
      if (event instanceof Activated activated) {
        View view = activated.view();
        int node = activated.node().number();
        nodes.add(node);
        String shard = hasShards ? "shard " + activated.shard() + ", " : "";
        String name = shard + "view " + view.epoch();
        long time = event.time() - beginning;
        if (begun.add(List.of((long) activated.shard(), view.epoch()))) {
          String members =
              view.members().stream().map(NodeId::toString).collect(Collectors.joining(" "));
          String whole = name + ": " + members + ", primary " + view.primary();
          String cell = "; " + view.consistency() + " by " + view.replication();
          moments.add(new Mark(EVERYWHERE, time, whole, whole + cell));
        }
        moments.add(new Mark(node, time, "", activated.node() + " serves in " + name));
      }
    }
  }

  private NavigableSet<Long> times() {
    NavigableSet<Long> times = new TreeSet<>();
    times.add(0L);
    Stream.of(
            bars.stream().flatMap(bar -> Stream.of(bar.from(), bar.to())),
            arrows.stream().flatMap(arrow -> Stream.of(arrow.sent(), arrow.arrived())),
            bands.stream().flatMap(band -> Stream.of(band.from(), band.to())),
            marks.stream().map(Mark::time))
        .flatMap(each -> each)
        .filter(time -> time != History.NEVER)
        .forEach(times::add);
    return times;
  }
}
