package io.kvstore.ratis;

import io.kvstore.Bytes;
import io.kvstore.Codec.NumberFormat;
import io.kvstore.ratis.Result.Done;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Count;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Range;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Transaction.Requirement;
import io.kvstore.spi.Write;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One of everything that stands on the disk of a member, in the order of the golden files. */
final class FormatExamples {
  private static final Bytes KEY = Bytes.of("key");
  private static final Bytes VALUE = Bytes.of("value");
  private static final Entry ENTRY = new Entry(VALUE, 7, 42, 1_000_000_000_000L, null);
  private static final Entry TOMBSTONE = Entry.tombstone(43, null);

  private static final Transaction TRANSACTION =
      new Transaction(
          List.of(
              new Requirement(KEY, Condition.ABSENT),
              new Requirement(Bytes.of("other"), new Condition.VersionIs(7))),
          List.of(
              new Write(KEY, Condition.ALWAYS, new Change.Put(VALUE, 5, 30)),
              new Get(Bytes.of("other"))),
          List.of(new Get(KEY)));

  private FormatExamples() {}

  static List<LogRecord> records() {
    List<Operation> operations = new ArrayList<>();
    for (Condition condition :
        List.of(
            Condition.ALWAYS,
            Condition.ABSENT,
            Condition.PRESENT,
            new Condition.VersionIs(42),
            new Condition.ValueIs(VALUE))) {
      operations.add(new Write(KEY, condition, new Change.Put(VALUE, 7, 30)));
    }
    List<Change> changes =
        new ArrayList<>(
            List.of(
                Change.REMOVE,
                new Change.Append(VALUE),
                new Change.Prepend(VALUE),
                new Change.Touch(30)));
    Arrays.stream(NumberFormat.values()).forEach(each -> changes.add(new Change.Add(-1, each)));
    changes.forEach(change -> operations.add(new Write(KEY, Condition.ALWAYS, change)));
    operations.addAll(
        List.of(
            new Batch(
                List.of(
                    new Write(KEY, Condition.ABSENT, new Change.Put(VALUE, 0, Change.FOREVER)),
                    new Write(Bytes.of("other"), Condition.ALWAYS, Change.REMOVE))),
            new Clear(),
            new Tick(),
            new Get(KEY),
            new GetMany(List.of(KEY, Bytes.EMPTY)),
            new Range(Bytes.EMPTY, KEY, 10),
            new Count()));
    List<LogRecord> records = new ArrayList<>();
    records.add(new LogRecord.Register());
    records.add(new LogRecord.KeepChanges());
    operations.forEach(each -> records.add(new LogRecord.Batch(3, 4, List.of(each))));
    records.add(new LogRecord.Batch(5, 6, operations));
    records.add(new LogRecord.BeginLeases(500_000_000));
    records.add(new LogRecord.Batch(7, 8, List.of(TRANSACTION)));
    Change window = new Change.Add(-1, NumberFormat.DECIMAL, 30);
    records.add(new LogRecord.Batch(9, 10, List.of(new Write(KEY, Condition.ALWAYS, window))));
    return records;
  }

  static List<Answer> answers() {
    List<Answer> answers = new ArrayList<>();
    answers.add(Found.NOTHING);
    answers.add(new Found(ENTRY));
    answers.add(new Listed(List.of(new Pair(KEY, ENTRY), new Pair(Bytes.of("gone"), TOMBSTONE))));
    for (Outcome outcome :
        List.of(
            Outcome.APPLIED, Outcome.CONDITION_FAILED, Outcome.NOT_A_NUMBER, Outcome.TOO_LARGE)) {
      answers.add(new Written(outcome, null, ENTRY));
    }
    answers.add(
        new WrittenTogether(Outcome.APPLIED, List.of(new Written(Outcome.APPLIED, ENTRY, null))));
    answers.add(new Counted(12, Entry.NEVER));
    return answers;
  }

  /** Those, and what was added since. */
  static List<Answer> answersToday() {
    List<Answer> answers = new ArrayList<>(answers());
    answers.add(
        new Transacted(
            true,
            Outcome.APPLIED,
            List.of(new Written(Outcome.APPLIED, null, ENTRY), Found.NOTHING, new Found(ENTRY))));
    return answers;
  }

  static final int POSITION = 44;
  static final long TIME = 999;
  static final long HIGHEST_VERSION = 43;

  static List<Pair> entries() {
    return List.of(new Pair(KEY, ENTRY), new Pair(Bytes.of("more"), Entry.of(VALUE, 43)));
  }

  /** Two clients; the second one has had everything answered in its last batch. */
  static RememberedClients clients() {
    RememberedClients clients = new RememberedClients(RememberedClients.CLIENTS_LIMIT);
    clients.register();
    clients.register();
    List<Done> parts = new ArrayList<>();
    answers().forEach(answer -> parts.add(new Done(answer, POSITION)));
    clients.performOnce(new LogRecord.Batch(2, 9, List.of()), () -> parts);
    return clients;
  }
}
