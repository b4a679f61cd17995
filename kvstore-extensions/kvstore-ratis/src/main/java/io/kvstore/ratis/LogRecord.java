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
   * Operations of a client, performed together.
   *
   * @param client the number that it was given
   * @param sequence which of its batches this is; a repetition has the same
   */
  record Batch(long client, long sequence, List<Operation> operations) implements LogRecord {}

  /** Writes a record. */
  static void write(DataOutputStream out, LogRecord record) throws IOException {
    if (record instanceof Batch batch) {
      out.writeByte(1);
      out.writeLong(batch.client());
      out.writeLong(batch.sequence());
      Coding.writeList(out, batch.operations(), OperationFormat::write);
    } else {
      out.writeByte(record instanceof Register ? 0 : 2);
    }
  }

  /** Reads a record. */
  static LogRecord read(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case 0 -> new Register();
      case 1 -> new Batch(in.readLong(), in.readLong(), Coding.readList(in, OperationFormat::read));
      case 2 -> new KeepChanges();
      default -> throw new IOException("no record of a log has the number " + kind);
    };
  }
}
