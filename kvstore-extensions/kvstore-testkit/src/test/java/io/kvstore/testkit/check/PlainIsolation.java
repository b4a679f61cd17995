package io.kvstore.testkit.check;

import io.kvstore.testkit.check.WeakIsolation.Level;
import io.kvstore.testkit.history.History;
import io.kvstore.testkit.history.Kind;
import io.kvstore.testkit.history.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The levels of isolation as Biswas and Enea define them (OOPSLA 2019), by trying all orders of few
 * transactions. Writes are distinct, and keys hold 0 at first.
 */
final class PlainIsolation {
  private static final int INITIAL = -1;

  private record Read(int from, int key) {}

  private static final class Transaction {
    private int process;
    private Outcome outcome = Outcome.UNKNOWN;
    private final Map<Integer, Integer> writes = new LinkedHashMap<>();
    private final List<Read> reads = new ArrayList<>();
  }

  private final List<Transaction> all = new ArrayList<>();
  private final boolean[][] sessions;
  private final boolean[][] causes;
  private boolean isSound = true;

  private PlainIsolation(History history) {
    Map<Integer, Integer> ofRow = new HashMap<>();
    for (int row = 0; row < history.size(); row++) {
      if (history.group(row) == row) {
        all.add(new Transaction());
      }
      ofRow.put(row, all.size() - 1);
      Transaction own = all.get(all.size() - 1);
      own.process = history.process(row);
      own.outcome = history.outcome(row);
      if (history.kind(row) == Kind.WRITE) {
        own.writes.put(history.key(row), row);
      }
    }
    for (int row = 0; row < history.size(); row++) {
      if (history.kind(row) == Kind.READ && history.outcome(row) == Outcome.OK) {
        read(history, row, ofRow);
      }
    }
    int size = all.size();
    sessions = new boolean[size][size];
    causes = new boolean[size][size];
    for (int i = 0; i < size; i++) {
      for (int j = i + 1; j < size; j++) {
        sessions[i][j] =
            all.get(i).process == all.get(j).process && all.get(i).outcome == Outcome.OK;
        causes[i][j] = sessions[i][j];
      }
      for (Read read : all.get(i).reads) {
        if (read.from() != INITIAL) {
          causes[read.from()][i] = true;
        }
      }
    }
    for (int by = 0; by < size; by++) {
      for (int i = 0; i < size; i++) {
        for (int j = 0; j < size; j++) {
          causes[i][j] |= causes[i][by] && causes[by][j];
        }
      }
    }
  }

  private void read(History history, int row, Map<Integer, Integer> ofRow) {
    int own = ofRow.get(row);
    int source = INITIAL;
    int ownWrite = INITIAL;
    for (int other = 0; other < history.size(); other++) {
      if (history.kind(other) == Kind.WRITE && history.key(other) == history.key(row)) {
        source = history.argument(other) == history.result(row) ? other : source;
        ownWrite = ofRow.get(other) == own && other < row ? other : ownWrite;
      }
    }
    boolean isOwn = source != INITIAL && ofRow.get(source) == own;
    if (ownWrite != INITIAL || isOwn) {
      isSound &= source == ownWrite;
      return;
    }
    if (source == INITIAL) {
      isSound &= history.result(row) == history.values().find(0L);
    } else {
      Transaction writer = all.get(ofRow.get(source));
      isSound &= writer.outcome != Outcome.FAIL && writer.writes.get(history.key(row)) == source;
    }
    all.get(own)
        .reads
        .add(new Read(source == INITIAL ? INITIAL : ofRow.get(source), history.key(row)));
  }

  /** Whether a history is isolated at a level. */
  static boolean holds(History history, Level level) {
    PlainIsolation plain = new PlainIsolation(history);
    return plain.isSound && plain.extend(new ArrayList<>(), level);
  }

  private boolean extend(List<Integer> order, Level level) {
    if (order.size() == all.size()) {
      return explains(order, level);
    }
    for (int next = 0; next < all.size(); next++) {
      if (!order.contains(next) && hasAllBefore(order, next)) {
        order.add(next);
        if (extend(order, level)) {
          return true;
        }
        order.remove(order.size() - 1);
      }
    }
    return false;
  }

  private boolean hasAllBefore(List<Integer> order, int next) {
    for (int other = 0; other < all.size(); other++) {
      if (causes[other][next] && !order.contains(other)) {
        return false;
      }
    }
    return true;
  }

  private boolean explains(List<Integer> order, Level level) {
    for (int reader = 0; reader < all.size(); reader++) {
      List<Read> reads = all.get(reader).reads;
      for (int i = 0; i < reads.size(); i++) {
        Read read = reads.get(i);
        for (int other = 0; other < all.size(); other++) {
          if (other != read.from()
              && other != reader
              && happened(other)
              && all.get(other).writes.containsKey(read.key())
              && isSeen(other, reader, i, level)
              && order.indexOf(other) > order.indexOf(read.from())) {
            return false;
          }
        }
      }
    }
    return true;
  }

  /** One of unknown outcome that was not seen may as well not have happened. */
  private boolean happened(int transaction) {
    return all.get(transaction).outcome != Outcome.FAIL;
  }

  private boolean isSeen(int other, int reader, int read, Level level) {
    List<Read> reads = all.get(reader).reads;
    return switch (level) {
      case READ_COMMITTED -> reads.subList(0, read).stream().anyMatch(it -> it.from() == other);
      case READ_ATOMIC ->
          sessions[other][reader] || reads.stream().anyMatch(it -> it.from() == other);
      case CAUSAL -> causes[other][reader];
    };
  }
}
