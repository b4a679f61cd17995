package io.kvstore.ratis;

import io.kvstore.spi.Operation;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;

/** What an entry of a group's log asks of the state machine. */
sealed interface LogRecord {
  /** A new client wants a number. */
  record Register() implements LogRecord {}

  /** From here on all members keep what changes: there is a watch, which may go on elsewhere. */
  record KeepChanges() implements LogRecord {}

  /**
   * From here on leaders have leases, and those after them wait for their end.
   *
   * @param nanos how long they wait, at least
   */
  record BeginLeases(long nanos) implements LogRecord {
    private static void write(DataOutputStream out, BeginLeases begin) throws IOException {
      out.writeLong(begin.nanos());
    }

    private static BeginLeases read(DataInputStream in) throws IOException {
      return new BeginLeases(in.readLong());
    }
  }

  /**
   * Operations of a client, performed together.
   *
   * @param client the number that it was given
   * @param sequence which of its batches this is; a repetition has the same
   */
  record Batch(long client, long sequence, List<Operation> operations) implements LogRecord {
    private static void write(DataOutputStream out, Batch batch) throws IOException {
      out.writeLong(batch.client());
      out.writeLong(batch.sequence());
      Coding.writeList(out, batch.operations(), OperationFormat::write);
    }

    private static Batch read(DataInputStream in) throws IOException {
      return new Batch(in.readLong(), in.readLong(), Coding.readList(in, OperationFormat::read));
    }
  }

  /** How records are written. */
  Kinds<LogRecord> FORMAT =
      new Kinds<LogRecord>("record of a log")
          .with(0, new Register())
          .with(1, Batch.class, Batch::write, Batch::read)
          .with(2, new KeepChanges())
          .with(3, BeginLeases.class, BeginLeases::write, BeginLeases::read);

  /** Writes a record. */
  static void write(DataOutputStream out, LogRecord record) throws IOException {
    FORMAT.write(out, record);
  }

  /** Reads a record. */
  static LogRecord read(DataInputStream in) throws IOException {
    return FORMAT.read(in);
  }
}
