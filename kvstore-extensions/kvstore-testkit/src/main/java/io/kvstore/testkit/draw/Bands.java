package io.kvstore.testkit.draw;

import io.kvstore.NodeId;
import io.kvstore.testkit.draw.Picture.Band;
import io.kvstore.testkit.draw.Picture.Mark;
import io.kvstore.testkit.history.Disturbance;
import io.kvstore.testkit.history.History;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What was wrong with nodes and links, as bands on the lanes of nodes, each as long as it was. */
final class Bands {
  private static final Pattern MILLIS = Pattern.compile(" for (\\d{1,12}) ms$");
  private static final Pattern TIME = Pattern.compile("\\bPT-?[0-9.]+S\\b");
  private static final long AN_INSTANT =
      1_000; // nanoseconds: the links of a node are cut one by one
  private static final String NOTHING_WRONG = "nothing wrong";
  private static final String RIGHT_CLOCK = " PT0S off, drifting by 0.0";

  /** A link in one direction. */
  private record Link(int from, int to) implements Comparable<Link> {
    @Override
    public int compareTo(Link other) {
      int byFrom = Integer.compare(from, other.from);
      return byFrom != 0 ? byFrom : Integer.compare(to, other.to);
    }
  }

  private final Map<Integer, Disturbance> down = new TreeMap<>();
  private final Map<Integer, Disturbance> clocks = new TreeMap<>();
  private final Map<String, Disturbance> links = new TreeMap<>();
  private final Set<Link> cuts = new TreeSet<>();
  private final Map<Integer, Long> deafSince = new TreeMap<>();
  private final List<Band> bands = new ArrayList<>();
  private final List<Mark> marks = new ArrayList<>();

  Bands(List<Disturbance> disturbances) {
    disturbances.forEach(this::take);
    Set.copyOf(deafSince.keySet()).forEach(node -> hear(node, History.NEVER));
    down.forEach((node, begun) -> add("down", node, begun, History.NEVER, "down"));
    clocks.forEach((node, begun) -> add("clock", node, begun, History.NEVER, "clock wrong"));
    links.values().forEach(begun -> addLinks(begun, History.NEVER));
    bands.sort(Comparator.comparingLong(Band::from).thenComparing(Band::text));
  }

  List<Band> bands() {
    return bands;
  }

  /** What was done at one moment. */
  List<Mark> marks() {
    return marks;
  }

  private void take(Disturbance each) {
    switch (each.kind()) {
      case CRASH -> each.nodes().forEach(node -> down.putIfAbsent(node.number(), each));
      case RESTART -> each.nodes().forEach(node -> restart(node.number(), each));
      case CUT -> cut(each);
      case HEAL -> heal(each);
      case LINKS -> becomeOtherwise(each);
      case PAUSE -> pause(each);
      case CLOCK -> each.nodes().forEach(node -> setClock(node.number(), each));
      case VIEW -> marks.add(new Mark(Picture.EVERYWHERE, each.time(), each.what(), each.what()));
    }
  }

  private void add(String kind, int node, Disturbance begun, long end, String label) {
    bands.add(new Band(kind, node, begun.time(), end, label, inWords(begun.what())));
  }

  /** With times as people write them. */
  private static String inWords(String text) {
    return TIME.matcher(text)
        .replaceAll(time -> Svg.inWords(Duration.parse(time.group()).toNanos()));
  }

  private void restart(int node, Disturbance restart) {
    Disturbance crash = down.remove(node);
    if (crash != null) {
      add("down", node, crash, restart.time(), "down");
    }
  }

  private void pause(Disturbance pause) {
    Matcher millis = MILLIS.matcher(pause.what());
    long lasted = millis.find() ? Long.parseLong(millis.group(1)) * 1_000_000 : 0;
    pause
        .nodes()
        .forEach(node -> add("paused", node.number(), pause, pause.time() + lasted, "paused"));
  }

  private void setClock(int node, Disturbance set) {
    Disturbance before = clocks.remove(node);
    if (before != null) {
      add("clock", node, before, set.time(), "clock wrong");
    }
    if (!set.what().endsWith(RIGHT_CLOCK)) {
      clocks.put(node, set);
    }
  }

  private void becomeOtherwise(Disturbance each) {
    boolean areAll = each.nodes().isEmpty();
    for (String name : List.copyOf(links.keySet())) {
      if (areAll || name.equals(each.nodes().toString())) {
        endLinks(name, each.time());
      }
    }
    if (!each.what().endsWith(NOTHING_WRONG)) {
      links.put(each.nodes().toString(), each);
    }
  }

  private void endLinks(String name, long time) {
    Disturbance begun = links.remove(name);
    if (begun != null) {
      addLinks(begun, time);
    }
  }

  private void addLinks(Disturbance begun, long end) {
    if (begun.nodes().isEmpty()) {
      String label = inWords(begun.what()).replaceFirst("^all links: ", "");
      add("links", Picture.EVERYWHERE, begun, end, label);
    } else {
      add("link", begun.nodes().get(1).number(), begun, end, begun.what());
    }
  }

  private void cut(Disturbance cut) {
    int to = cut.nodes().get(1).number();
    if (cuts.contains(new Link(cut.nodes().get(0).number(), to))) {
      return;
    }
    hear(to, cut.time());
    cuts.add(new Link(cut.nodes().get(0).number(), to));
    deafSince.put(to, cut.time());
  }

  private void heal(Disturbance heal) {
    if (heal.nodes().isEmpty()) {
      List.copyOf(links.keySet()).forEach(name -> endLinks(name, heal.time()));
    }
    List<Link> healed =
        cuts.stream()
            .filter(
                cut ->
                    heal.nodes().isEmpty()
                        || (heal.nodes().contains(NodeId.of(cut.from()))
                            && heal.nodes().contains(NodeId.of(cut.to()))))
            .toList();
    for (Link each : healed) {
      hear(each.to(), heal.time());
      cuts.remove(each);
      if (cuts.stream().anyMatch(cut -> cut.to() == each.to())) {
        deafSince.put(each.to(), heal.time());
      }
    }
  }

  /** Ends the time in which a node has heard nothing of those that are cut off from it now. */
  private void hear(int node, long time) {
    Long since = deafSince.remove(node);
    if (since != null && time - since > AN_INSTANT) {
      String others =
          cuts.stream()
              .filter(cut -> cut.to() == node)
              .map(cut -> NodeId.of(cut.from()).toString())
              .collect(Collectors.joining(", "));
      String text = "link cut: " + NodeId.of(node) + " hears nothing of " + others;
      bands.add(new Band("cut", node, since, time, "✂ " + others, text));
    }
  }
}
