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
import io.kvstore.spi.Tick;
import io.kvstore.spi.Write;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;

/** How operations are written: a byte that says which, and what it has. */
final class OperationFormat {
  private static final byte WRITE = 1;
  private static final byte BATCH = 2;
  private static final byte CLEAR = 3;
  private static final byte TICK = 4;
  private static final byte GET = 5;
  private static final byte GET_MANY = 6;
  private static final byte RANGE = 7;
  private static final byte COUNT = 8;

  private static final byte ALWAYS = 1;
  private static final byte ABSENT = 2;
  private static final byte PRESENT = 3;
  private static final byte VERSION_IS = 4;
  private static final byte VALUE_IS = 5;

  private static final byte PUT = 1;
  private static final byte REMOVE = 2;
  private static final byte ADD = 3;
  private static final byte APPEND = 4;
  private static final byte PREPEND = 5;
  private static final byte TOUCH = 6;

  private OperationFormat() {}

  static void write(DataOutputStream out, Operation operation) throws IOException {
    if (operation instanceof Write write) {
      out.writeByte(WRITE);
      writeWrite(out, write);
    } else if (operation instanceof Batch batch) {
      out.writeByte(BATCH);
      writeList(out, batch.writes(), OperationFormat::writeWrite);
    } else if (operation instanceof Get get) {
      out.writeByte(GET);
      writeBytes(out, get.key());
    } else if (operation instanceof GetMany many) {
      out.writeByte(GET_MANY);
      writeList(out, many.keys(), Coding::writeBytes);
    } else if (operation instanceof Range range) {
      out.writeByte(RANGE);
      writeRange(out, range);
    } else {
      out.writeByte(operation instanceof Clear ? CLEAR : operation instanceof Tick ? TICK : COUNT);
    }
  }

  static Operation read(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case WRITE -> readWrite(in);
      case BATCH -> new Batch(readList(in, OperationFormat::readWrite));
      case CLEAR -> new Clear();
      case TICK -> new Tick();
      case GET -> new Get(readBytes(in));
      case GET_MANY -> new GetMany(readList(in, Coding::readBytes));
      case RANGE -> readRange(in);
      case COUNT -> new Count();
      default -> throw new IOException("no operation has the number " + kind);
    };
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
    writeCondition(out, write.condition());
    writeChange(out, write.change());
  }

  private static Write readWrite(DataInputStream in) throws IOException {
    return new Write(readBytes(in), readCondition(in), readChange(in));
  }

  private static void writeCondition(DataOutputStream out, Condition condition) throws IOException {
    if (condition instanceof Condition.VersionIs version) {
      out.writeByte(VERSION_IS);
      out.writeLong(version.version());
    } else if (condition instanceof Condition.ValueIs value) {
      out.writeByte(VALUE_IS);
      writeBytes(out, value.value());
    } else {
      out.writeByte(
          condition instanceof Condition.Always
              ? ALWAYS
              : condition instanceof Condition.Absent ? ABSENT : PRESENT);
    }
  }

  private static Condition readCondition(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case ALWAYS -> Condition.ALWAYS; // the very constant: plain puts are known by it
      case ABSENT -> Condition.ABSENT;
      case PRESENT -> Condition.PRESENT;
      case VERSION_IS -> new Condition.VersionIs(in.readLong());
      case VALUE_IS -> new Condition.ValueIs(readBytes(in));
      default -> throw new IOException("no condition has the number " + kind);
    };
  }

  private static void writeChange(DataOutputStream out, Change change) throws IOException {
    if (change instanceof Change.Put put) {
      out.writeByte(PUT);
      writeBytes(out, put.value());
      out.writeInt(put.flags());
      out.writeLong(put.lifetimeNanos());
    } else if (change instanceof Change.Add add) {
      out.writeByte(ADD);
      out.writeLong(add.delta());
      writeEnum(out, add.format());
    } else if (change instanceof Change.Append append) {
      out.writeByte(APPEND);
      writeBytes(out, append.tail());
    } else if (change instanceof Change.Prepend prepend) {
      out.writeByte(PREPEND);
      writeBytes(out, prepend.head());
    } else if (change instanceof Change.Touch touch) {
      out.writeByte(TOUCH);
      out.writeLong(touch.lifetimeNanos());
    } else {
      out.writeByte(REMOVE);
    }
  }

  private static Change readChange(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case PUT -> new Change.Put(readBytes(in), in.readInt(), in.readLong());
      case REMOVE -> Change.REMOVE;
      case ADD -> new Change.Add(in.readLong(), readEnum(in, NumberFormat.class));
      case APPEND -> new Change.Append(readBytes(in));
      case PREPEND -> new Change.Prepend(readBytes(in));
      case TOUCH -> new Change.Touch(in.readLong());
      default -> throw new IOException("no change has the number " + kind);
    };
  }
}
