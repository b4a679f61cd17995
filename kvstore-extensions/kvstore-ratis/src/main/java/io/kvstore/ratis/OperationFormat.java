package io.kvstore.ratis;

import static io.kvstore.ratis.Coding.readBytes;
import static io.kvstore.ratis.Coding.readEnum;
import static io.kvstore.ratis.Coding.readList;
import static io.kvstore.ratis.Coding.writeBytes;
import static io.kvstore.ratis.Coding.writeEnum;
import static io.kvstore.ratis.Coding.writeList;

import io.kvstore.Codec.NumberFormat;
import io.kvstore.spi.Batch;
import io.kvstore.spi.Change;
import io.kvstore.spi.Clear;
import io.kvstore.spi.Condition;
import io.kvstore.spi.Count;
import io.kvstore.spi.Get;
import io.kvstore.spi.GetMany;
import io.kvstore.spi.Operation;
import io.kvstore.spi.Range;
import io.kvstore.spi.Step;
import io.kvstore.spi.Tick;
import io.kvstore.spi.Transaction;
import io.kvstore.spi.Transaction.Requirement;
import io.kvstore.spi.Write;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** How operations are written. */
final class OperationFormat {
  /** The very constants come back: plain puts are known by them. */
  private static final String LIVES = " for"; // behind a format: a lifetime follows

  private static final Kinds<Condition> CONDITIONS =
      new Kinds<Condition>("condition")
          .with(1, Condition.ALWAYS)
          .with(2, Condition.ABSENT)
          .with(3, Condition.PRESENT)
          .with(
              4,
              Condition.VersionIs.class,
              (out, is) -> out.writeLong(is.version()),
              in -> new Condition.VersionIs(in.readLong()))
          .with(
              5,
              Condition.ValueIs.class,
              (out, is) -> writeBytes(out, is.value()),
              in -> new Condition.ValueIs(readBytes(in)));

  private static final Kinds<Change> CHANGES =
      new Kinds<Change>("change")
          .with(1, Change.Put.class, OperationFormat::writePut, OperationFormat::readPut)
          .with(2, Change.REMOVE)
          .with(3, Change.Add.class, OperationFormat::writeAdd, OperationFormat::readAdd)
          .with(
              4,
              Change.Append.class,
              (out, append) -> writeBytes(out, append.tail()),
              in -> new Change.Append(readBytes(in)))
          .with(
              5,
              Change.Prepend.class,
              (out, prepend) -> writeBytes(out, prepend.head()),
              in -> new Change.Prepend(readBytes(in)))
          .with(
              6,
              Change.Touch.class,
              (out, touch) -> out.writeLong(touch.lifetimeNanos()),
              in -> new Change.Touch(in.readLong()));

  private static final Kinds<Operation> OPERATIONS =
      new Kinds<Operation>("operation")
          .with(1, Write.class, OperationFormat::writeWrite, OperationFormat::readWrite)
          .with(
              2,
              Batch.class,
              (out, batch) -> writeList(out, batch.writes(), OperationFormat::writeWrite),
              in -> new Batch(readList(in, OperationFormat::readWrite)))
          .with(3, new Clear())
          .with(4, new Tick())
          .with(
              5, Get.class, (out, get) -> writeBytes(out, get.key()), in -> new Get(readBytes(in)))
          .with(
              6,
              GetMany.class,
              (out, many) -> writeList(out, many.keys(), Coding::writeBytes),
              in -> new GetMany(readList(in, Coding::readBytes)))
          .with(7, Range.class, OperationFormat::writeRange, OperationFormat::readRange)
          .with(8, new Count())
          .with(
              9,
              Transaction.class,
              OperationFormat::writeTransaction,
              OperationFormat::readTransaction);

  private OperationFormat() {}

  static void write(DataOutputStream out, Operation operation) throws IOException {
    OPERATIONS.write(out, operation);
  }

  static Operation read(DataInputStream in) throws IOException {
    return OPERATIONS.read(in);
  }

  static void writeRange(DataOutputStream out, Range range) throws IOException {
    writeBytes(out, range.from());
    writeBytes(out, range.to());
    out.writeInt(range.limit());
  }

  static Range readRange(DataInputStream in) throws IOException {
    return new Range(readBytes(in), readBytes(in), in.readInt());
  }

  private static void writeWrite(DataOutputStream out, Write write) throws IOException {
    writeBytes(out, write.key());
    CONDITIONS.write(out, write.condition());
    CHANGES.write(out, write.change());
  }

  private static Write readWrite(DataInputStream in) throws IOException {
    return new Write(readBytes(in), CONDITIONS.read(in), CHANGES.read(in));
  }

  private static void writeTransaction(DataOutputStream out, Transaction transaction)
      throws IOException {
    writeList(out, transaction.requirements(), OperationFormat::writeRequirement);
    writeList(out, transaction.then(), OperationFormat::writeStep);
    writeList(out, transaction.otherwise(), OperationFormat::writeStep);
  }

  private static Transaction readTransaction(DataInputStream in) throws IOException {
    return new Transaction(
        readList(in, OperationFormat::readRequirement),
        readList(in, OperationFormat::readStep),
        readList(in, OperationFormat::readStep));
  }

  private static void writeRequirement(DataOutputStream out, Requirement requirement)
      throws IOException {
    writeBytes(out, requirement.key());
    CONDITIONS.write(out, requirement.condition());
  }

  private static Requirement readRequirement(DataInputStream in) throws IOException {
    return new Requirement(readBytes(in), CONDITIONS.read(in));
  }

  private static void writeStep(DataOutputStream out, Step step) throws IOException {
    if (step instanceof Write write) {
      OPERATIONS.write(out, write);
    } else {
      OPERATIONS.write(out, (Get) step);
    }
  }

  private static Step readStep(DataInputStream in) throws IOException {
    Operation operation = OPERATIONS.read(in);
    if (operation instanceof Step step) {
      return step;
    }
    throw new IOException("a transaction has no such step as " + operation);
  }

  private static void writePut(DataOutputStream out, Change.Put put) throws IOException {
    writeBytes(out, put.value());
    out.writeInt(put.flags());
    out.writeLong(put.lifetimeNanos());
  }

  private static Change.Put readPut(DataInputStream in) throws IOException {
    return new Change.Put(readBytes(in), in.readInt(), in.readLong());
  }

  /** One without an end is written as ever. */
  private static void writeAdd(DataOutputStream out, Change.Add add) throws IOException {
    out.writeLong(add.delta());
    if (add.lifetimeNanos() == Change.FOREVER) {
      writeEnum(out, add.format());
    } else {
      out.writeUTF(add.format().name() + LIVES);
      out.writeLong(add.lifetimeNanos());
    }
  }

  private static Change.Add readAdd(DataInputStream in) throws IOException {
    long delta = in.readLong();
    String format = in.readUTF();
    return format.endsWith(LIVES)
        ? new Change.Add(
            delta,
            readEnum(format.substring(0, format.length() - LIVES.length()), NumberFormat.class),
            in.readLong())
        : new Change.Add(delta, readEnum(format, NumberFormat.class));
  }
}
