package io.kvstore.core.replication;

import io.kvstore.NodeId;
import io.kvstore.core.replication.UpdateStream.Update;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.function.BiPredicate;

/**
 * Updates that have come without something that they depend on. What comes while there are too many
 * of them is not taken: it is kept by its writer, and comes again, or in a copy of everything.
 */
public final class Undelivered {
  /** One of them. */
  public record Waiting(NodeId writer, Update update) {
    private long version() {
      return update.origin().position();
    }
  }

  private final TreeMap<NodeId, ArrayDeque<Update>> queues = new TreeMap<>(); // of this view
  private final long bytesLimit;
  private long bytes; // of those of this view
  private final List<Waiting> carriedOver = new ArrayList<>(); // from views before

  /**
   * None yet.
   *
   * @param bytesLimit how much memory they may take before there is no room for more
   */
  public Undelivered(long bytesLimit) {
    this.bytesLimit = bytesLimit;
  }

  /** Whether there is room for another. */
  public boolean hasRoom() {
    return bytes < bytesLimit;
  }

  /** Whether there are none. */
  public boolean isEmpty() {
    return queues.isEmpty() && carriedOver.isEmpty();
  }

  /** Adds the next update of a member. */
  public void add(NodeId writer, Update update) {
    bytes += update.footprint();
    queues.computeIfAbsent(writer, first -> new ArrayDeque<>()).addLast(update);
  }

  /** Adds an update that came in a view before, to whomever, unless it is here. */
  public void carryOver(Waiting waiting) {
    if (carriedOver.stream().noneMatch(each -> each.version() == waiting.version())) {
      carriedOver.add(waiting);
    }
  }

  /** All of them. */
  public List<Waiting> all() {
    List<Waiting> all = new ArrayList<>(carriedOver);
    queues.forEach(
        (writer, updates) -> updates.forEach(each -> all.add(new Waiting(writer, each))));
    return all;
  }

  /** Forgets them. */
  public void clear() {
    queues.clear();
    bytes = 0;
    carriedOver.clear();
  }

  /** Delivers what is ready. One delivery may make another one ready, so it goes round. */
  public void deliver(BiPredicate<NodeId, Update> isReady, BiConsumer<NodeId, Update> deliver) {
    boolean again = true;
    while (again) {
      again = false;
      for (Waiting each : List.copyOf(carriedOver)) {
        if (isReady.test(each.writer(), each.update())) {
          carriedOver.remove(each);
          deliver.accept(each.writer(), each.update());
          again = true;
        }
      }
      for (var each : queues.entrySet()) {
        ArrayDeque<Update> queue = each.getValue();
        while (!queue.isEmpty() && isReady.test(each.getKey(), queue.getFirst())) {
          Update next = queue.removeFirst();
          bytes -= next.footprint();
          deliver.accept(each.getKey(), next);
          again = true;
        }
      }
    }
    queues.values().removeIf(ArrayDeque::isEmpty);
  }

  /** How many updates wait. */
  public int size() {
    return carriedOver.size() + queues.values().stream().mapToInt(ArrayDeque::size).sum();
  }
}
