package io.kvstore.testkit.record;

import io.kvstore.Bytes;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Get;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Step;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A read or a write of one key with what it was answered, perhaps as a part of several. */
record Performed(Step step, Answer answer) {
  Bytes key() {
    return step.key();
  }

  /** All writes that an operation may perform. */
  static List<Write> writesOf(Operation operation) {
    if (operation instanceof Write write) {
      return List.of(write);
    }
    if (operation instanceof Transaction transaction) {
      return transaction.writes().toList();
    }
    return operation instanceof Batch batch ? batch.writes() : List.of();
  }

  /** The writes among some steps. */
  static List<Write> writesIn(List<Step> steps) {
    return steps.stream().filter(Write.class::isInstance).map(Write.class::cast).toList();
  }

  /** The writes of a transaction as conditional ones: what it requires of a key, its first has. */
  static List<Write> conditional(Transaction transaction) {
    Map<Bytes, Condition> required = new HashMap<>();
    transaction.requirements().forEach(each -> required.put(each.key(), each.condition()));
    List<Write> writes = new ArrayList<>();
    for (Write write : writesIn(transaction.then())) {
      Condition its = required.remove(write.key());
      writes.add(new Write(write.key(), its == null ? write.condition() : its, write.change()));
    }
    return writes;
  }

  /** The writes that a note's operation has performed, or may have as far as is known. */
  static List<Write> writesOf(Note note) {
    boolean isKnown = note.operation instanceof Transaction && note.answer != null;
    return isKnown
        ? writesIn(by(note.operation, note.answer).stream().map(Performed::step).toList())
        : writesOf(note.operation);
  }

  /** The parts of an operation that was answered; none of one that was to do all or nothing. */
  static List<Performed> by(Operation operation, @Nullable Answer answer) {
    if (operation instanceof Get get && answer instanceof Found found) {
      return List.of(new Performed(get, found));
    }
    if (operation instanceof Write write && answer instanceof Written written) {
      return List.of(new Performed(write, written));
    }
    if (answer == null || !answer.isApplied()) {
      return List.of();
    }
    if (operation instanceof Batch batch && answer instanceof WrittenTogether together) {
      return parts(batch.writes(), together.parts());
    }
    return operation instanceof Transaction transaction && answer instanceof Transacted transacted
        ? parts(transaction.steps(transacted.isMet()), transacted.parts())
        : List.of();
  }

  private static List<Performed> parts(List<? extends Step> steps, List<? extends Answer> answers) {
    List<Performed> parts = new ArrayList<>(steps.size());
    for (int i = 0; i < steps.size(); i++) {
      parts.add(new Performed(steps.get(i), answers.get(i)));
    }
    return parts;
  }

  /** Whether no later one of several writes the key of one of them. */
  static boolean isLastOfKey(List<Performed> parts, int part) {
    Bytes key = parts.get(part).key();
    return parts.stream()
        .skip(part + 1L)
        .noneMatch(later -> later.step() instanceof Write && later.key().equals(key));
  }

  /** Whether an earlier one of several has written the key of one of them. */
  static boolean isOfWrittenKey(List<Performed> parts, int part) {
    Bytes key = parts.get(part).key();
    return parts.stream()
        .limit(part)
        .anyMatch(earlier -> earlier.step() instanceof Write && earlier.key().equals(key));
  }
}
