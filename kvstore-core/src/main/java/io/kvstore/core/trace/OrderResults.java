package io.kvstore.core.trace;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.kvstore.Consistency;
import io.kvstore.NodeId;
import io.kvstore.core.spi.Ordered;
import io.kvstore.core.trace.TraceEvent.Answered;
import io.kvstore.core.trace.TraceEvent.Applied;
import io.kvstore.core.trace.TraceEvent.Merged;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Change;
import io.kvstore.spi.Count;
import io.kvstore.spi.Entry;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Query;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Write;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * Lists for each replica the operations of clients that it performed, in their order, in {@code
 * order_result_<node>.txt}. One operation is one line, whatever its key and value contain: see
 * {@link OneLine}.
 *
 * <p>Counts of all entries are not listed: they are asked for by servers that report on the store.
 *
 * <p>At the linearizable level only what is ordered among the replicas is listed, so that all files
 * are alike. Below it a replica also lists the reads that it answered by itself.
 */
public final class OrderResults implements Trace, AutoCloseable {
  private final Path directory;
  private final Map<NodeId, Writer> files = new TreeMap<>();

  /** Lists into files of this directory, which is made if need be. */
  public OrderResults(Path directory) {
    this.directory = directory;
    try {
      Files.createDirectories(directory);
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot make the output directory " + directory, failure);
    }
  }

  @Override
  public void on(TraceEvent event) {
    if (event instanceof Applied applied) {
      Ordered ordered = applied.ordered();
      write(
          applied.node(),
          ordered.client(),
          ordered.sequence(),
          ordered.operation(),
          applied.answer());
    } else if (event instanceof Merged merged) {
      Ordered origin = merged.origin();
      Written stored = new Written(Outcome.APPLIED, null, lastOf(merged));
      write(merged.node(), origin.client(), origin.sequence(), origin.operation(), stored);
    } else if (event instanceof Answered answered
        && answered.operation() instanceof Query
        && answered.level() != Consistency.LINEARIZABLE) {
      write(
          answered.node(),
          answered.client(),
          answered.sequence(),
          answered.operation(),
          answered.answer());
    }
  }

  private static Entry lastOf(Merged merged) {
    return merged.changed().isEmpty()
        ? Entry.tombstone(0, null)
        : merged.changed().get(merged.changed().size() - 1).entry();
  }

  private synchronized void write(
      NodeId node, int client, long sequence, Operation operation, Answer answer) {
    if (operation instanceof Tick || operation instanceof Count) {
      return;
    }
    String line =
        "reqid: "
            + client
            + "-"
            + sequence
            + " "
            + OperationText.of(operation, OneLine::of)
            + "  "
            + textOf(operation, answer)
            + "\n";
    try {
      files.computeIfAbsent(node, this::open).write(line);
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot write to " + fileOf(node), failure);
    }
  }

  private Path fileOf(NodeId node) {
    return directory.resolve("order_result_" + node.number() + ".txt");
  }

  private Writer open(NodeId node) {
    try {
      return Files.newBufferedWriter(
          fileOf(node), UTF_8, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot open " + fileOf(node), failure);
    }
  }

  private static String textOf(Operation operation, Answer answer) {
    if (answer instanceof Found found) {
      Entry entry = found.entry();
      return entry == null ? "NOT_FOUND" : OneLine.of(entry.presentValue());
    }
    if (answer instanceof Written written) {
      return textOf(((operation instanceof Write write) ? write.change() : Change.REMOVE), written);
    }
    if (answer instanceof WrittenTogether together) {
      return together.outcome() == Outcome.APPLIED ? "STORED" : "NOT_STORED";
    }
    if (answer instanceof Transacted transacted) {
      String list = transacted.isMet() ? "THEN" : "OTHERWISE";
      return transacted.isApplied() ? list : "NOT_STORED";
    }
    return answer instanceof Listed listed
        ? listed.pairs().size() + " entries"
        : Long.toString(((Counted) answer).number());
  }

  private static String textOf(Change change, Written written) {
    if (change instanceof Change.Remove) {
      return written.outcome() == Outcome.APPLIED ? "DELETED" : "NOT_FOUND";
    }
    if (written.outcome() != Outcome.APPLIED) {
      return "NOT_STORED";
    }
    Entry after = written.after();
    return change instanceof Change.Add && after != null && !after.isTombstone()
        ? OneLine.of(after.presentValue())
        : "STORED";
  }

  @Override
  public synchronized void close() {
    for (Map.Entry<NodeId, Writer> each : files.entrySet()) {
      try {
        each.getValue().close();
      } catch (IOException failure) {
        throw new UncheckedIOException("cannot write to " + fileOf(each.getKey()), failure);
      }
    }
    files.clear();
  }
}
