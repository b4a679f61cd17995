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
  record Read(Answer answer, long position, boolean isValid) implements Reply {}

  /** How the member stands. */
  record Status(MemberStatus status) implements Reply {}

  /** The group does not keep what changes yet. */
  record NotKept() implements Reply {}

  /** What has changed. */
  record Watched(ChangesRead read) implements Reply {}

  /** What comes after the place of a watch is not known any more. */
  record Gone(String why) implements Reply {}

  static void write(DataOutputStream out, Reply reply) throws IOException {
    if (reply instanceof Ordered ordered) {
      out.writeByte(1);
      Result.write(out, ordered.result());
    } else if (reply instanceof NotLeader notLeader) {
      out.writeByte(2);
      MemberStatus.writeNode(out, notLeader.leader());
    } else if (reply instanceof Refused refused) {
      out.writeByte(3);
      out.writeUTF(refused.why());
    } else if (reply instanceof Unsure unsure) {
      out.writeByte(4);
      out.writeUTF(unsure.why());
    } else if (reply instanceof Read read) {
      out.writeByte(5);
      AnswerFormat.write(out, read.answer());
      out.writeLong(read.position());
      out.writeBoolean(read.isValid());
    } else if (reply instanceof Status status) {
      out.writeByte(6);
      MemberStatus.write(out, status.status());
    } else if (reply instanceof Watched watched) {
      out.writeByte(7);
      writeChanges(out, watched.read());
    } else if (reply instanceof Gone gone) {
      out.writeByte(8);
      out.writeUTF(gone.why());
    } else {
      out.writeByte(reply instanceof Full ? 9 : reply instanceof Busy ? 10 : 11);
    }
  }

  static Reply read(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case 1 -> new Ordered(Result.read(in));
      case 2 -> new NotLeader(MemberStatus.readNode(in));
      case 3 -> new Refused(in.readUTF());
      case 4 -> new Unsure(in.readUTF());
      case 5 -> new Read(AnswerFormat.read(in), in.readLong(), in.readBoolean());
      case 6 -> new Status(MemberStatus.read(in));
      case 7 -> new Watched(readChanges(in));
      case 8 -> new Gone(in.readUTF());
      case 9 -> new Full();
      case 10 -> new Busy();
      case 11 -> new NotKept();
      default -> throw new IOException("no reply has the number " + kind);
    };
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
