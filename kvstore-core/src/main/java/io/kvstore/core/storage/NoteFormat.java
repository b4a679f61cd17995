package io.kvstore.core.storage;

import io.kvstore.Bytes;
import io.kvstore.core.spi.DurableState.KeptAnswer;
import io.kvstore.spi.Answer;
import io.kvstore.spi.Answer.Counted;
import io.kvstore.spi.Answer.Found;
import io.kvstore.spi.Answer.Outcome;
import io.kvstore.spi.Answer.Transacted;
import io.kvstore.spi.Answer.Written;
import io.kvstore.spi.Answer.WrittenTogether;
import io.kvstore.spi.Entry;
import io.kvstore.spi.VectorClock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** How the notes of a replica are written, with the most significant bytes first. */
final class NoteFormat {
  /** Longer ones are not kept: a repeated request is then not answered, rather than done again. */
  private static final int ANSWER_LIMIT = 4_096;

  private static final byte NO_ANSWER = 0;
  private static final byte WRITTEN = 1;
  private static final byte TOGETHER = 2;
  private static final byte COUNTED = 3;
  private static final byte TRANSACTED = 4;

  private static final int HAS_VALUE = 1;
  private static final int HAS_CONTEXT = 2;

  /**
   * The last operation of a client.
   *
   * @param run which opening of the store the client belongs to
   * @param time when the operation happened
   */
  record Performed(long run, long time, KeptAnswer answer) {}

  /** How far a replica was when it took its place in a view. */
  record Installed(long epoch, long position, long time) {}

  private NoteFormat() {}

  /** Writes something to a stream that never fails. */
  private interface Writing {
    void to(DataOutputStream out) throws IOException;
  }

  /** Reads something from a stream. */
  private interface Reading<T> {
    T from(DataInputStream in) throws IOException;
  }

  private static byte[] written(Writing writing) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try {
      writing.to(new DataOutputStream(bytes));
    } catch (IOException impossible) {
      throw new UncheckedIOException(impossible);
    }
    return bytes.toByteArray();
  }

  private static <T> T read(Bytes text, Reading<T> reading) {
    try {
      return reading.from(new DataInputStream(new ByteArrayInputStream(text.toArray())));
    } catch (IOException torn) {
      throw new UncheckedIOException("a note cannot be read: " + torn, torn);
    }
  }

  static Bytes of(Installed note) {
    return Bytes.wrap(
        written(
            out -> {
              out.writeLong(note.epoch());
              out.writeLong(note.position());
              out.writeLong(note.time());
            }));
  }

  static Installed installed(Bytes text) {
    return read(text, in -> new Installed(in.readLong(), in.readLong(), in.readLong()));
  }

  static Bytes of(VectorClock clock) {
    return Bytes.wrap(written(out -> write(out, clock)));
  }

  static VectorClock clock(Bytes text) {
    return read(text, NoteFormat::readClock);
  }

  static Bytes of(Performed note) {
    KeptAnswer kept = note.answer();
    byte[] answer = bytesOf(kept.answer());
    return Bytes.wrap(
        written(
            out -> {
              out.writeLong(note.run());
              out.writeLong(note.time());
              out.writeInt(kept.client());
              out.writeLong(kept.sequence());
              out.writeLong(kept.position());
              out.write(answer.length > ANSWER_LIMIT ? new byte[] {NO_ANSWER} : answer);
            }));
  }

  static Performed performed(Bytes text) {
    return read(
        text,
        in ->
            new Performed(
                in.readLong(),
                in.readLong(),
                new KeptAnswer(in.readInt(), in.readLong(), in.readLong(), readAnswer(in))));
  }

  private static byte[] bytesOf(@Nullable Answer answer) {
    return written(
        out -> {
          if (answer instanceof Written write) {
            out.writeByte(WRITTEN);
            write(out, write);
          } else if (answer instanceof WrittenTogether batch) {
            out.writeByte(TOGETHER);
            out.writeByte(codeOf(batch.outcome()));
            out.writeInt(batch.parts().size());
            for (Written part : batch.parts()) {
              write(out, part);
            }
          } else if (answer instanceof Transacted transacted) {
            out.writeByte(TRANSACTED);
            out.writeBoolean(transacted.isMet());
            out.writeByte(codeOf(transacted.outcome()));
            out.writeInt(transacted.parts().size());
            for (Answer part : transacted.parts()) {
              writePart(out, part);
            }
          } else if (answer instanceof Counted counted) {
            out.writeByte(COUNTED);
            out.writeLong(counted.number());
            out.writeLong(counted.validUntil());
          } else {
            out.writeByte(NO_ANSWER);
          }
        });
  }

  private static @Nullable Answer readAnswer(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    if (kind == WRITTEN) {
      return readWritten(in);
    }
    if (kind == COUNTED) {
      return new Counted(in.readLong(), in.readLong());
    }
    if (kind == NO_ANSWER) {
      return null;
    }
    if (kind == TRANSACTED) {
      return readTransacted(in);
    }
    Outcome outcome = readOutcome(in);
    int size = in.readInt();
    List<Written> parts = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      parts.add(readWritten(in));
    }
    return new WrittenTogether(outcome, parts);
  }

  private static Transacted readTransacted(DataInputStream in) throws IOException {
    boolean isMet = in.readBoolean();
    Outcome outcome = readOutcome(in);
    int size = in.readInt();
    List<Answer> parts = new ArrayList<>(size);
    for (int i = 0; i < size; i++) {
      parts.add(in.readBoolean() ? readWritten(in) : new Found(readEntry(in)));
    }
    return new Transacted(isMet, outcome, parts);
  }

  private static void writePart(DataOutputStream out, Answer part) throws IOException {
    out.writeBoolean(part instanceof Written);
    if (part instanceof Written written) {
      write(out, written);
    } else {
      write(out, ((Found) part).entry());
    }
  }

  private static void write(DataOutputStream out, Written written) throws IOException {
    out.writeByte(codeOf(written.outcome()));
    write(out, written.before());
    write(out, written.after());
  }

  private static Written readWritten(DataInputStream in) throws IOException {
    return new Written(readOutcome(in), readEntry(in), readEntry(in));
  }

  private static int codeOf(Outcome outcome) {
    return switch (outcome) {
      case APPLIED -> 1;
      case CONDITION_FAILED -> 2;
      case NOT_A_NUMBER -> 3;
      case TOO_LARGE -> 4;
      case NOT_ORDERED -> 5;
    };
  }

  private static Outcome readOutcome(DataInputStream in) throws IOException {
    int code = in.readByte();
    return Stream.of(Outcome.values())
        .filter(outcome -> codeOf(outcome) == code)
        .findFirst()
        .orElseThrow(() -> new IOException("no outcome has the code " + code));
  }

  private static void write(DataOutputStream out, @Nullable Entry entry) throws IOException {
    out.writeBoolean(entry != null);
    if (entry == null) {
      return;
    }
    Bytes value = entry.value();
    VectorClock context = entry.context();
    out.writeByte((value == null ? 0 : HAS_VALUE) | (context == null ? 0 : HAS_CONTEXT));
    out.writeInt(entry.flags());
    out.writeLong(entry.version());
    out.writeLong(entry.expiresAt());
    if (value != null) {
      out.writeInt(value.size());
      out.write(value.toArray());
    }
    if (context != null) {
      write(out, context);
    }
  }

  private static void write(DataOutputStream out, VectorClock clock) throws IOException {
    out.writeInt(clock.length());
    for (int member = 0; member < clock.length(); member++) {
      out.writeLong(clock.get(member));
    }
  }

  private static VectorClock readClock(DataInputStream in) throws IOException {
    long[] counts = new long[in.readInt()];
    for (int member = 0; member < counts.length; member++) {
      counts[member] = in.readLong();
    }
    return VectorClock.of(counts);
  }

  private static @Nullable Entry readEntry(DataInputStream in) throws IOException {
    if (!in.readBoolean()) {
      return null;
    }
    int presence = in.readByte();
    int flags = in.readInt();
    long version = in.readLong();
    long expiresAt = in.readLong();
    Bytes value = null;
    if ((presence & HAS_VALUE) != 0) {
      value = Bytes.wrap(in.readNBytes(in.readInt()));
    }
    VectorClock context = null;
    if ((presence & HAS_CONTEXT) != 0) {
      context = readClock(in);
    }
    return new Entry(value, flags, version, expiresAt, context);
  }
}
