package io.kvstore.ratis;

import static io.kvstore.ratis.Coding.readBytes;
import static io.kvstore.ratis.Coding.readEnum;
import static io.kvstore.ratis.Coding.readList;
import static io.kvstore.ratis.Coding.writeBytes;
import static io.kvstore.ratis.Coding.writeEnum;
import static io.kvstore.ratis.Coding.writeList;

import io.kvstore.Bytes;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Listed;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Pair;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Entry;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How answers and entries are written. An entry of one order has no vector clock. */
final class AnswerFormat {
  private static final byte FOUND = 1;
  private static final byte LISTED = 2;
  private static final byte WRITTEN = 3;
  private static final byte TOGETHER = 4;
  private static final byte COUNTED = 5;

  private static final byte NO_ENTRY = 0;
  private static final byte TOMBSTONE = 1;
  private static final byte VALUE = 2;

  private AnswerFormat() {}

  static void write(DataOutputStream out, Answer answer) throws IOException {
    if (answer instanceof Found found) {
      out.writeByte(FOUND);
      writeEntry(out, found.entry());
    } else if (answer instanceof Listed listed) {
      out.writeByte(LISTED);
      writeList(out, listed.pairs(), AnswerFormat::writePair);
    } else if (answer instanceof Written written) {
      out.writeByte(WRITTEN);
      writeWritten(out, written);
    } else if (answer instanceof WrittenTogether together) {
      out.writeByte(TOGETHER);
      writeEnum(out, together.outcome());
      writeList(out, together.parts(), AnswerFormat::writeWritten);
    } else {
      Counted counted = (Counted) answer;
      out.writeByte(COUNTED);
      out.writeLong(counted.number());
      out.writeLong(counted.validUntil());
    }
  }

  static Answer read(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case FOUND -> new Found(readEntry(in));
      case LISTED -> new Listed(readList(in, AnswerFormat::readPair));
      case WRITTEN -> readWritten(in);
      case TOGETHER ->
          new WrittenTogether(readEnum(in, Outcome.class), readList(in, AnswerFormat::readWritten));
      case COUNTED -> new Counted(in.readLong(), in.readLong());
      default -> throw new IOException("no answer has the number " + kind);
    };
  }

  static void writePair(DataOutputStream out, Pair pair) throws IOException {
    writeBytes(out, pair.key());
    writeEntry(out, pair.entry());
  }

  static Pair readPair(DataInputStream in) throws IOException {
    Bytes key = readBytes(in);
    Entry entry = readEntry(in);
    if (entry == null) {
      throw new IOException("the key " + key + " has no entry");
    }
    return new Pair(key, entry);
  }

  private static void writeWritten(DataOutputStream out, Written written) throws IOException {
    writeEnum(out, written.outcome());
    writeEntry(out, written.before());
    writeEntry(out, written.after());
  }

  private static Written readWritten(DataInputStream in) throws IOException {
    return new Written(readEnum(in, Outcome.class), readEntry(in), readEntry(in));
  }

  private static void writeEntry(DataOutputStream out, @Nullable Entry entry) throws IOException {
    if (entry == null) {
      out.writeByte(NO_ENTRY);
      return;
    }
    out.writeByte(entry.isTombstone() ? TOMBSTONE : VALUE);
    out.writeInt(entry.flags());
    out.writeLong(entry.version());
    out.writeLong(entry.expiresAt());
    if (!entry.isTombstone()) {
      writeBytes(out, entry.presentValue());
    }
  }

  private static @Nullable Entry readEntry(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    if (kind == NO_ENTRY) {
      return null;
    }
    int flags = in.readInt();
    long version = in.readLong();
    long expiresAt = in.readLong();
    return new Entry(kind == VALUE ? readBytes(in) : null, flags, version, expiresAt, null);
  }
}
