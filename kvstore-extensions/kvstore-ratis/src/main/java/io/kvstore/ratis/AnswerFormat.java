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
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Entry;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** How answers and entries are written. An entry of one order has no vector clock. */
final class AnswerFormat {
  private static final Kinds<Answer> ANSWERS =
      new Kinds<Answer>("answer")
          .with(
              1,
              Found.class,
              (out, found) -> writeEntry(out, found.entry()),
              in -> new Found(readEntry(in)))
          .with(
              2,
              Listed.class,
              (out, listed) -> writeList(out, listed.pairs(), AnswerFormat::writePair),
              in -> new Listed(readList(in, AnswerFormat::readPair)))
          .with(3, Written.class, AnswerFormat::writeWritten, AnswerFormat::readWritten)
          .with(4, WrittenTogether.class, AnswerFormat::writeTogether, AnswerFormat::readTogether)
          .with(5, Counted.class, AnswerFormat::writeCounted, AnswerFormat::readCounted)
          .with(6, Transacted.class, AnswerFormat::writeTransacted, AnswerFormat::readTransacted);

  private static final byte NO_ENTRY = 0;
  private static final byte TOMBSTONE = 1;
  private static final byte VALUE = 2;

  private AnswerFormat() {}

  static void write(DataOutputStream out, Answer answer) throws IOException {
    ANSWERS.write(out, answer);
  }

  static Answer read(DataInputStream in) throws IOException {
    return ANSWERS.read(in);
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

  private static void writeTogether(DataOutputStream out, WrittenTogether together)
      throws IOException {
    writeEnum(out, together.outcome());
    writeList(out, together.parts(), AnswerFormat::writeWritten);
  }

  private static WrittenTogether readTogether(DataInputStream in) throws IOException {
    return new WrittenTogether(
        readEnum(in, Outcome.class), readList(in, AnswerFormat::readWritten));
  }

  private static void writeTransacted(DataOutputStream out, Transacted transacted)
      throws IOException {
    out.writeBoolean(transacted.isMet());
    writeEnum(out, transacted.outcome());
    writeList(out, transacted.parts(), AnswerFormat::write);
  }

  private static Transacted readTransacted(DataInputStream in) throws IOException {
    return new Transacted(
        in.readBoolean(), readEnum(in, Outcome.class), readList(in, AnswerFormat::read));
  }

  private static void writeCounted(DataOutputStream out, Counted counted) throws IOException {
    out.writeLong(counted.number());
    out.writeLong(counted.validUntil());
  }

  private static Counted readCounted(DataInputStream in) throws IOException {
    return new Counted(in.readLong(), in.readLong());
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
