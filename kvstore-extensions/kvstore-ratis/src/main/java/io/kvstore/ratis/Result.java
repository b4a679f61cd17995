package io.kvstore.ratis;

import io.kvstore.spi.Answer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;

/** What became of a {@link LogRecord} when its turn came. */
sealed interface Result {
  /** The client has this number. */
  record Registered(long client) implements Result {}

  /** The batch was performed, now or when it came first. */
  record Performed(List<Done> parts) implements Result {}

  /** The batch was not performed: no client with this number is remembered. */
  record UnknownClient() implements Result {}

  /** The batch was not performed now: a later one of the same client was before. */
  record Superseded() implements Result {}

  /** The batch was performed when it came first, and its answers were too long to be remembered. */
  record Forgotten() implements Result {}

  /**
   * An operation was performed.
   *
   * @param answer its answer
   * @param position the position of the shard after it
   */
  record Done(Answer answer, long position) {
    static void write(DataOutputStream out, Done done) throws IOException {
      AnswerFormat.write(out, done.answer());
      out.writeLong(done.position());
    }

    static Done read(DataInputStream in) throws IOException {
      return new Done(AnswerFormat.read(in), in.readLong());
    }
  }

  /** How results are written. */
  Kinds<Result> FORMAT =
      new Kinds<Result>("result")
          .with(
              1,
              Registered.class,
              (out, registered) -> out.writeLong(registered.client()),
              in -> new Registered(in.readLong()))
          .with(
              2,
              Performed.class,
              (out, performed) -> Coding.writeList(out, performed.parts(), Done::write),
              in -> new Performed(Coding.readList(in, Done::read)))
          .with(3, new UnknownClient())
          .with(4, new Superseded())
          .with(5, new Forgotten());

  /** Writes a result. */
  static void write(DataOutputStream out, Result result) throws IOException {
    FORMAT.write(out, result);
  }

  /** Reads a result. */
  static Result read(DataInputStream in) throws IOException {
    return FORMAT.read(in);
  }
}
