package io.kvstore.testkit.check;

import io.kvstore.testkit.check.Trails.Known;
import io.kvstore.testkit.check.Verdict.Broken;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Operation;
import io.kvstore.testkit.history.Values;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** The sentences that say how sessions saw too little, with the few operations that show it. */
final class SessionSentences {
  private final Observed observed;
  private final History history;

  SessionSentences(Observed observed) {
    this.observed = observed;
    history = observed.history;
  }

  /** A read of what nobody can have written by then. */
  Broken ofNobody(int row) {
    String what = client(row) + " read " + show(observed.valueRead(row)) + " under " + key(row);
    return broken(what + ", which nobody had written", row);
  }

  /** A last read of something older than what was answered. */
  Broken lost(int row, Known known) {
    return broken(
        "an answered write is lost: "
            + saw(row)
            + " in the end, though "
            + client(known.by())
            + " had "
            + cameBy(known),
        known.write(),
        row);
  }

  /** A read of something older than its own session had come by. */
  Broken overlooked(int row, Known known) {
    return broken(
        saw(row) + ", though it had " + cameBy(known) + " before",
        known.write(),
        known.by(),
        observed.source(row),
        row);
  }

  /** A read of something older than came before a write that its session had seen. */
  Broken overtaken(int row, Known known, int through) {
    return broken(
        saw(row)
            + ", though it had seen "
            + show(observed.valueRead(through))
            + " under "
            + key(through)
            + ", and "
            + client(known.by())
            + " had "
            + cameBy(known)
            + " before writing that",
        known.by(),
        observed.source(through),
        through,
        row);
  }

  /** A write that came behind what its session had come by. */
  Broken misplaced(int row, Known known) {
    String how = known.by() == known.write() ? "written" : "read";
    return broken(
        client(row)
            + " wrote to "
            + key(row)
            + " what has an older version than "
            + value(known)
            + ", which it had "
            + how
            + " before",
        known.write(),
        known.by(),
        row);
  }

  private String cameBy(Known known) {
    boolean isDelete = known.write() >= 0 && history.kind(known.write()) == Kind.DELETE;
    String key = key(known.by());
    return known.by() == known.write()
        ? (isDelete ? "deleted " + key : "put the newer " + value(known) + " under " + key)
        : (isDelete ? "found " + key + " deleted" : "read the newer " + value(known) + " there");
  }

  private String saw(int row) {
    int found = observed.valueRead(row);
    String what = found == Values.NIL ? " found nothing" : " read " + show(found);
    return client(row) + what + " under " + key(row);
  }

  private String value(Known known) {
    if (known.by() != known.write()) {
      return show(observed.valueRead(known.by()));
    }
    Kind kind = history.kind(known.write());
    boolean isMade = kind == Kind.APPEND || kind == Kind.ADD;
    return show(isMade ? history.result(known.write()) : history.argument(known.write()));
  }

  private String client(int row) {
    return "client " + history.process(row);
  }

  private String key(int row) {
    return show(history.key(row));
  }

  private String show(int value) {
    return observed.values.show(value);
  }

  private Broken broken(String reason, int... rows) {
    Set<Integer> distinct = new LinkedHashSet<>();
    for (int row : rows) {
      if (row >= 0) {
        distinct.add(row);
      }
    }
    List<Operation> conflict = distinct.stream().map(history::operation).toList();
    return new Broken(key(rows[rows.length - 1]), reason, conflict, List.of());
  }
}
