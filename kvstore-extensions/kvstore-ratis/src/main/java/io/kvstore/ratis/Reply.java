package io.kvstore.ratis;

import io.kvstore.NodeId;
import io.kvstore.core.engine.ChangesRead;
import io.kvstore.core.engine.ShardEntries.Changed;
import io.kvstore.spi.Answer;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.Optional;

/** What a member says to an {@link Ask}. */
sealed interface Reply {
  /** The record was ordered and performed. */
  record Ordered(Result result) implements Reply {}

  /** The record was not and will not be ordered: the member does not lead. */
  record NotLeader(Optional<NodeId> leader) implements Reply {}

  /** The record was not and will not be ordered: the member holds as much as it may. */
  record Full() implements Reply {}

  /** The record was not and will not be ordered: too many others wait for that. */
  record Busy() implements Reply {}

  /** It was not done and will not be, for this reason. */
  record Refused(String why) implements Reply {}

  /** The record may have been ordered, or may be yet. */
  record Unsure(String why) implements Reply {}

  /**
   * The answer to a query.
   *
   * @param position how far the member had performed commands
   * @param isValid whether nothing of it has expired by the member's clock
   */
  record Read(Answer answer, long position, boolean isValid) implements Reply {
    private static void write(DataOutputStream out, Read read) throws IOException {
      AnswerFormat.write(out, read.answer());
      out.writeLong(read.position());
      out.writeBoolean(read.isValid());
    }

    private static Read read(DataInputStream in) throws IOException {
      return new Read(AnswerFormat.read(in), in.readLong(), in.readBoolean());
    }
  }

  /** How the member stands. */
  record Status(MemberStatus status) implements Reply {}

  /** The group does not keep what changes yet. */
  record NotKept() implements Reply {}

  /** What has changed. */
  record Watched(ChangesRead read) implements Reply {}

  /** What comes after the place of a watch is not known any more. */
  record Gone(String why) implements Reply {}

  /** How replies are written. */
  Kinds<Reply> FORMAT =
      new Kinds<Reply>("reply")
          .with(
              1,
              Ordered.class,
              (out, ordered) -> Result.write(out, ordered.result()),
              in -> new Ordered(Result.read(in)))
          .with(
              2,
              NotLeader.class,
              (out, notLeader) -> MemberStatus.writeNode(out, notLeader.leader()),
              in -> new NotLeader(MemberStatus.readNode(in)))
          .with(
              3,
              Refused.class,
              (out, refused) -> out.writeUTF(refused.why()),
              in -> new Refused(in.readUTF()))
          .with(
              4,
              Unsure.class,
              (out, unsure) -> out.writeUTF(unsure.why()),
              in -> new Unsure(in.readUTF()))
          .with(5, Read.class, Read::write, Read::read)
          .with(
              6,
              Status.class,
              (out, status) -> MemberStatus.write(out, status.status()),
              in -> new Status(MemberStatus.read(in)))
          .with(
              7,
              Watched.class,
              (out, watched) -> writeChanges(out, watched.read()),
              in -> new Watched(readChanges(in)))
          .with(
              8, Gone.class, (out, gone) -> out.writeUTF(gone.why()), in -> new Gone(in.readUTF()))
          .with(9, new Full())
          .with(10, new Busy())
          .with(11, new NotKept());

  static void write(DataOutputStream out, Reply reply) throws IOException {
    FORMAT.write(out, reply);
  }

  static Reply read(DataInputStream in) throws IOException {
    return FORMAT.read(in);
  }

  private static void writeChanges(DataOutputStream out, ChangesRead read) throws IOException {
    Coding.writeList(
        out,
        read.changes(),
        (to, changed) -> {
          to.writeLong(changed.version());
          Coding.writeList(to, changed.pairs(), AnswerFormat::writePair);
          Ask.writePlace(to, changed.place());
        });
    Ask.writePlace(out, read.place());
  }

  private static ChangesRead readChanges(DataInputStream in) throws IOException {
    return new ChangesRead(
        Coding.readList(
            in,
            from ->
                new Changed(
                    from.readLong(),
                    Coding.readList(from, AnswerFormat::readPair),
                    Ask.readPlace(from))),
        Ask.readPlace(in),
        Optional.empty());
  }
}
