package io.kvstore.testkit.explore;

import io.kvstore.NodeId;
import io.kvstore.core.spi.Decider;
import io.kvstore.core.spi.Message;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The messages about which is decided, link by link, in the order in which they were sent.
 *
 * <p>What belongs to no view arrives at once, and is only noted: beats and their answers, what the
 * coordinator and members say to each other, copies of what another has. What cannot have an effect
 * is lost at once: a message of a view that its receiver has left behind, or to a node that is
 * down. While time goes on, so is a message that is repeated while the first is still under way.
 */
final class UnderWay implements Decider {
  private static final Set<String> BEATS = Set.of("Beat", "Heard"); // not by their text: too many

  private record Link(NodeId from, NodeId to) implements Comparable<Link> {
    @Override
    public int compareTo(Link other) {
      int byFrom = from.compareTo(other.from);
      return byFrom != 0 ? byFrom : to.compareTo(other.to);
    }
  }

  private record Held(Passage passage, long hash) {}

  /** Learns what nodes handle. */
  interface Listener {
    /** A message is handled by a node at once, or will be by what was decided. */
    void arrives(NodeId from, NodeId to, long hash);

    /** A beat, or its answer, is handled at once: what its sender has handled has led to it. */
    void beats(NodeId from, NodeId to);
  }

  private final boolean keepsOrder;
  private final boolean decidesCoordination;
  private final Listener listener;
  private final Map<Link, List<Held>> links = new TreeMap<>();
  private final Map<NodeId, Long> epochs = new TreeMap<>(); // of the view in which a node serves
  private final Set<NodeId> down = new TreeSet<>();
  private boolean isOn;
  private boolean timeGoesOn;
  private int added;

  UnderWay(boolean keepsOrder, boolean decidesCoordination, Listener listener) {
    this.keepsOrder = keepsOrder;
    this.decidesCoordination = decidesCoordination;
    this.listener = listener;
  }

  // What happens

  /** From now on, messages wait for decisions. */
  void begin() {
    isOn = true;
  }

  /** From now on, all messages arrive in time, those that are under way at once. */
  void end() {
    isOn = false;
    links.values().forEach(each -> each.forEach(held -> held.passage().arriveAt(0)));
    links.clear();
  }

  void timeGoesOn(boolean does) {
    timeGoesOn = does;
  }

  /** How many messages there have been about which is decided. */
  int added() {
    return added;
  }

  /** A node serves in this view: it ignores what is of views before. */
  void serves(NodeId node, long epoch) {
    epochs.put(node, epoch);
    loseUseless();
  }

  void crashed(NodeId node) {
    down.add(node);
    loseUseless();
  }

  void restarted(NodeId node) {
    down.remove(node);
    epochs.remove(node);
  }

  private void loseUseless() {
    links.forEach(
        (link, all) ->
            all.removeIf(
                held -> {
                  boolean isUseless = isUseless(held.passage());
                  if (isUseless) {
                    held.passage().lose("it means nothing there any more");
                  }
                  return isUseless;
                }));
    links.values().removeIf(List::isEmpty);
  }

  private boolean isUseless(Passage passage) {
    long epoch = passage.message().epoch();
    return down.contains(passage.to())
        || (epoch >= 0 && epoch < epochs.getOrDefault(passage.to(), Long.MIN_VALUE));
  }

  @Override
  public void sent(Passage passage) {
    if (!isOn) {
      passage.arriveAt(passage.due());
      return;
    }
    if (isBeat(passage.message())) {
      listener.beats(passage.from(), passage.to());
      passage.arriveAt(0);
      return;
    }
    long hash = Hashes.of(passage.message().toString());
    if (!decidesCoordination && passage.message().epoch() < 0) {
      listener.arrives(passage.from(), passage.to(), hash);
      passage.arriveAt(0);
    } else if (isUseless(passage)) {
      passage.lose("it means nothing there");
    } else if (timeGoesOn && isUnderWay(passage, hash)) {
      passage.lose("the same is under way");
    } else {
      add(passage, hash);
    }
  }

  private static boolean isBeat(Message message) {
    return message.epoch() < 0 && BEATS.contains(message.getClass().getSimpleName());
  }

  private boolean isUnderWay(Passage passage, long hash) {
    return links.getOrDefault(new Link(passage.from(), passage.to()), List.of()).stream()
        .anyMatch(held -> held.hash() == hash);
  }

  private void add(Passage passage, long hash) {
    links
        .computeIfAbsent(new Link(passage.from(), passage.to()), any -> new ArrayList<>())
        .add(new Held(passage, hash));
    added++;
  }

  // Decisions

  boolean isEmpty() {
    return links.isEmpty();
  }

  /** All that can arrive next. */
  List<Decision.Deliver> deliverable() {
    List<Decision.Deliver> all = new ArrayList<>();
    links.forEach(
        (link, held) -> {
          int choices = keepsOrder ? 1 : held.size();
          for (int i = 0; i < choices; i++) {
            if (isFirstOfItsKind(held, i)) {
              all.add(new Decision.Deliver(link.from(), link.to(), i));
            }
          }
        });
    return all;
  }

  private static boolean isFirstOfItsKind(List<Held> held, int place) {
    for (int i = 0; i < place; i++) {
      if (held.get(i).hash() == held.get(place).hash()) {
        return false;
      }
    }
    return true;
  }

  /** What a message says. */
  String text(NodeId from, NodeId to, int place) {
    return get(from, to, place).passage().message().toString();
  }

  void deliver(NodeId from, NodeId to, int place) {
    arrive(take(from, to, place));
  }

  void lose(NodeId from, NodeId to, int place) {
    take(from, to, place).passage().lose("it was decided so");
  }

  void repeat(NodeId from, NodeId to, int place) {
    Held held = take(from, to, place);
    add(held.passage().copy(), held.hash());
    arrive(held);
  }

  private void arrive(Held held) {
    listener.arrives(held.passage().from(), held.passage().to(), held.hash());
    held.passage().arriveAt(0);
  }

  private Held get(NodeId from, NodeId to, int place) {
    List<Held> held = links.getOrDefault(new Link(from, to), List.of());
    if (place < 0 || place >= held.size()) {
      throw new IllegalArgumentException(
          held.size() + " messages are under way from " + from + " to " + to + ", not " + place);
    }
    return held.get(place);
  }

  private Held take(NodeId from, NodeId to, int place) {
    Held held = get(from, to, place);
    List<Held> all = links.getOrDefault(new Link(from, to), List.of());
    all.remove(place);
    links.values().removeIf(List::isEmpty);
    return held;
  }

  /** A hash of all of them. */
  long fingerprint() {
    long all = 0;
    for (Map.Entry<Link, List<Held>> each : links.entrySet()) {
      Link link = each.getKey();
      all = Hashes.then(all, 1_000L * link.from().number() + link.to().number());
      long sum = 0;
      for (Held held : each.getValue()) {
        sum = keepsOrder ? Hashes.then(sum, held.hash()) : sum + Hashes.mixed(held.hash());
      }
      all = Hashes.then(all, sum);
    }
    return all;
  }
}
