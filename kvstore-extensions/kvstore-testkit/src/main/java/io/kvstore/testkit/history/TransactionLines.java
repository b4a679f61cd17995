package io.kvstore.testkit.history;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Reads the two texts in which testers of isolation keep transactions: an operation a line, without
 * times.
 *
 * <ul>
 *   <li>Plume's, which PolySI and AWDIT read, too: {@code w(key,value,session,transaction)}. What a
 *       transaction -1 wrote was aborted.
 *   <li>AWDIT's own: {@code w key value}, a line of dashes between transactions and a line of
 *       equals signs between sessions.
 * </ul>
 *
 * <p>As no times are told, each transaction begins before any of them ends.
 */
final class TransactionLines {
  private static final long ABORTED = -1;

  private record Line(boolean isWrite, long key, long value) {}

  private record Transaction(int session, boolean isAborted, List<Line> lines) {}

  private final String file;
  private final String text;
  private final List<Transaction> transactions = new ArrayList<>();
  private int number;

  TransactionLines(String file, String text) {
    this.file = file;
    this.text = text;
  }

  // Plume's

  History readPlume() {
    Map<Long, Map<Long, Transaction>> bySession = new HashMap<>();
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      String operation = line.strip();
      if (operation.isEmpty()) {
        continue;
      }
      String wanted = "r(key,value,session,transaction) or w(…) with whole numbers";
      if (operation.length() < 3 || operation.charAt(1) != '(' || !operation.endsWith(")")) {
        throw expected(wanted, operation);
      }
      String[] numbers = operation.substring(2, operation.length() - 1).split(",", -1);
      if (numbers.length != 4) {
        throw expected(wanted, operation);
      }
      boolean isWrite = isWrite(operation.charAt(0), wanted, operation);
      long session = whole(numbers[2], wanted, operation);
      long transaction = whole(numbers[3], wanted, operation);
      Line read =
          new Line(
              isWrite, whole(numbers[0], wanted, operation), whole(numbers[1], wanted, operation));
      if (session != (int) session || session < 0) {
        throw expected("a session from 0 to " + Integer.MAX_VALUE, operation);
      }
      if (transaction == ABORTED) {
        begin((int) session, true).lines().add(read);
        continue;
      }
      bySession
          .computeIfAbsent(session, any -> new HashMap<>())
          .computeIfAbsent(transaction, any -> begin((int) session, false))
          .lines()
          .add(read);
    }
    return history();
  }

  // AWDIT's

  History readAwdit() {
    int session = 0;
    Transaction open = begin(session, false);
    for (String line : (Iterable<String>) text.lines()::iterator) {
      number++;
      String operation = line.strip();
      if (operation.isEmpty()) {
        continue;
      }
      if (operation.chars().allMatch(c -> c == '=')) {
        open = begin(++session, false);
      } else if (operation.chars().allMatch(c -> c == '-')) {
        open = begin(session, false);
      } else {
        String wanted = "r KEY VALUE or w KEY VALUE with whole numbers, a line of - or one of =";
        String[] parts = operation.split("\\s+", -1);
        if (parts.length != 3 || parts[0].length() != 1) {
          throw expected(wanted, operation);
        }
        boolean isWrite = isWrite(parts[0].charAt(0), wanted, operation);
        open.lines()
            .add(
                new Line(
                    isWrite,
                    whole(parts[1], wanted, operation),
                    whole(parts[2], wanted, operation)));
      }
    }
    return history();
  }

  private Transaction begin(int session, boolean isAborted) {
    Transaction begun = new Transaction(session, isAborted, new ArrayList<>(1));
    transactions.add(begun);
    return begun;
  }

  private History history() {
    History.Builder history = History.builder();
    for (int i = 0; i < transactions.size(); i++) {
      add(history, transactions.get(i), i, (long) transactions.size() + i);
    }
    return history.build();
  }

  private static void add(History.Builder history, Transaction each, long begun, long ended) {
    int first = history.size();
    for (Line line : each.lines()) {
      int key = history.values().of(line.key());
      int value = history.values().of(line.value());
      int row =
          line.isWrite()
              ? history.invoke(each.session(), Kind.WRITE, key, value, Values.NONE, begun)
              : history.invoke(each.session(), Kind.READ, key, Values.NONE, Values.NONE, begun);
      if (each.isAborted()) {
        history.fail(row, ended);
      } else {
        history.ok(row, line.isWrite() ? Values.NONE : value, ended);
      }
    }
    if (each.lines().size() > 1) {
      history.together(first);
    }
  }

  private boolean isWrite(char kind, String wanted, String found) {
    if (kind != 'r' && kind != 'w') {
      throw expected(wanted, found);
    }
    return kind == 'w';
  }

  private long whole(String digits, String wanted, String found) {
    try {
      return Long.parseLong(digits.strip());
    } catch (NumberFormatException e) {
      throw expected(wanted, found);
    }
  }

  private HistoryFormatException expected(String what, String found) {
    return new HistoryFormatException(file, number, "expected " + what + ", found " + found);
  }
}
