package io.kvstore.testkit.transaction;

import io.kvstore.testkit.history.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Which transaction must be before which: Adya's graph of direct dependencies, and the orders of
 * clients and of time.
 */
final class Dependencies {
  /** Why one is before another. */
  enum Kind {
    /** Its append is before the other's. */
    WRITE_WRITE,
    /** Its append was the last that the other read. */
    WRITE_READ,
    /** It read the list without the other's append: what Adya calls an anti-dependency. */
    READ_WRITE,
    /** Its client did it before. */
    PROCESS,
    /** It had ended before the other began. */
    REAL_TIME
  }

  /** One is before another; the sentence goes on after the name of the first one. */
  record Edge(int from, int to, Kind kind, Supplier<String> sentence) {}

  private static final int MOST_UNREAD = 16;

  private final Lists lists;

  /** By transaction. */
  private final List<List<Edge>> edges = new ArrayList<>();

  Dependencies(Lists lists) {
    this.lists = lists;
    for (int i = 0; i < lists.count(); i++) {
      edges.add(new ArrayList<>(2));
    }
  }

  /** What must be after a transaction. */
  List<Edge> after(int transaction) {
    return edges.get(transaction);
  }

  /** Adds the edges of an order. */
  void add(Order order) {
    switch (order) {
      case VALUES -> {
        lists.all().forEach(this::addVersions);
        for (int number = 0; number < lists.count(); number++) {
          if (lists.isCommitted(number)) {
            addReads(number);
          }
        }
      }
      case PROCESS -> addClients();
      case REAL_TIME -> addTimes();
    }
  }

  // What was read

  private void addVersions(Object key, Lists.Known list) {
    Object before = null;
    for (Object value : list.longest()) {
      if (before != null) {
        addAppends(key, list, before, value);
      }
      before = value;
    }
    if (before != null) {
      for (Object value : lists.unread(key)) {
        addAppends(key, list, before, value);
      }
    }
  }

  private void addAppends(Object key, Lists.Known list, Object before, Object value) {
    Lists.Writer first = list.writerOf(before);
    Lists.Writer second = list.writerOf(value);
    if (first != null && second != null) {
      add(
          first.transaction(),
          second.transaction(),
          Kind.WRITE_WRITE,
          () ->
              "appended %s to %s before %s appended %s"
                  .formatted(before, key, name(second), value));
    }
  }

  private void addReads(int number) {
    for (Step step : lists.transaction(number).steps()) {
      if (step instanceof Step.Read read) {
        addRead(number, read);
      }
    }
  }

  private void addRead(int number, Step.Read read) {
    Lists.Known list = lists.list(read.key());
    List<Object> seen = read.seen();
    if (!seen.isEmpty()) {
      Object last = seen.get(seen.size() - 1);
      Lists.Writer writer = list.writerOf(last);
      if (writer != null) {
        add(
            writer.transaction(),
            number,
            Kind.WRITE_READ,
            () ->
                "appended %s to %s, which %s read"
                    .formatted(last, read.key(), lists.transaction(number).name()));
      }
    }
    List<Object> longest = list.longest();
    if (!longest.subList(0, seen.size()).equals(seen)) {
      return; // of another list, so to speak: that is told by itself
    }
    List<Object> missed =
        seen.size() < longest.size()
            ? List.of(longest.get(seen.size()))
            : first(lists.unread(read.key()));
    for (Object value : missed) {
      Lists.Writer writer = list.writerOf(value);
      if (writer != null) {
        add(
            number,
            writer.transaction(),
            Kind.READ_WRITE,
            () ->
                "read %s of %s, without %s, which %s appended"
                    .formatted(seen, read.key(), value, name(writer)));
      }
    }
  }

  /** As many as are worth an edge from each reader. */
  private static List<Object> first(List<Object> values) {
    return values.subList(0, Math.min(MOST_UNREAD, values.size()));
  }

  private String name(Lists.Writer writer) {
    return lists.transaction(writer.transaction()).name();
  }

  // Clients and time

  private void addClients() {
    Map<String, Integer> last = new HashMap<>();
    for (int number = 0; number < lists.count(); number++) {
      if (!lists.isCommitted(number)) {
        continue; // one of unknown outcome may take effect later
      }
      int next = number;
      Integer before = last.put(lists.transaction(number).client(), number);
      if (before != null) {
        add(
            before,
            number,
            Kind.PROCESS,
            () ->
                "was done by %s before %s"
                    .formatted(lists.transaction(next).client(), lists.transaction(next).name()));
      }
    }
  }

  /** From each transaction to those that begin before another one in between has come and gone. */
  private void addTimes() {
    List<Integer> begins = new ArrayList<>();
    List<Integer> ends = new ArrayList<>();
    for (int number = 0; number < lists.count(); number++) {
      if (lists.happened(number)) {
        begins.add(number);
      }
      if (lists.isCommitted(number)) {
        ends.add(number);
      }
    }
    begins.sort(Comparator.comparingLong(number -> lists.transaction(number).begun()));
    ends.sort(Comparator.comparingLong(number -> lists.transaction(number).ended()));
    Set<Integer> latest = new LinkedHashSet<>(); // ended, with none after all of it
    Map<Integer, List<Integer>> before = new HashMap<>();
    int ended = 0;
    for (int next : begins) {
      long begun = lists.transaction(next).begun();
      while (ended < ends.size() && lists.transaction(ends.get(ended)).ended() < begun) {
        int done = ends.get(ended++);
        before.getOrDefault(done, List.of()).forEach(latest::remove);
        before.remove(done);
        latest.add(done);
      }
      for (int earlier : latest) {
        add(
            earlier,
            next,
            Kind.REAL_TIME,
            () -> "had ended before %s began".formatted(lists.transaction(next).name()));
      }
      if (lists.transaction(next).outcome() == Outcome.OK) {
        before.put(next, List.copyOf(latest));
      }
    }
  }

  private void add(int from, int to, Kind kind, Supplier<String> sentence) {
    boolean matters = from != to && lists.happened(from) && lists.happened(to);
    if (matters) {
      edges.get(from).add(new Edge(from, to, kind, sentence));
    }
  }
}
