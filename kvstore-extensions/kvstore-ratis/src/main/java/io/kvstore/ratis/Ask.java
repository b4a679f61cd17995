package io.kvstore.ratis;

import io.kvstore.WatchPosition.Place;
import io.kvstore.spi.Query;
import io.kvstore.spi.Range;
import io.kvstore.spi.VectorClock;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** What a client asks of one member about one shard. */
sealed interface Ask {
  /**
   * Have a record ordered, if the member leads: answered by {@link Reply.Ordered}, or why not.
   *
   * @param record the record, encoded
   * @param bytesAdded how much larger it may make the shard
   */
  record Submit(ByteString record, long bytesAdded) implements Ask {}

  /**
   * Look into this member's entries: answered by {@link Reply.Read}.
   *
   * @param byOwnClock whether entries expire by the member's clock rather than by the group's time
   * @param floor the position that the member must have reached
   * @param patienceNanos how long it may wait for that
   */
  record Look(Query query, boolean byOwnClock, long floor, long patienceNanos) implements Ask {}

  /** Say how you stand: answered by {@link Reply.Status}. */
  record Stand() implements Ask {}

  /** Keep changes from now on: answered by {@link Reply.Watched}, without changes. */
  record BeginWatch() implements Ask {}

  /** Tell what has changed after a place: answered by {@link Reply.Watched}. */
  record Watch(Place after, Range keys, long patienceNanos) implements Ask {}

  static void write(DataOutputStream out, Ask ask) throws IOException {
    if (ask instanceof Submit submit) {
      out.writeByte(1);
      out.writeLong(submit.bytesAdded());
      out.writeInt(submit.record().size());
      submit.record().writeTo(out);
    } else if (ask instanceof Look look) {
      out.writeByte(2);
      OperationFormat.write(out, look.query());
      out.writeBoolean(look.byOwnClock());
      out.writeLong(look.floor());
      out.writeLong(look.patienceNanos());
    } else if (ask instanceof Watch watch) {
      out.writeByte(3);
      writePlace(out, watch.after());
      OperationFormat.writeRange(out, watch.keys());
      out.writeLong(watch.patienceNanos());
    } else {
      out.writeByte(ask instanceof BeginWatch ? 4 : 5);
    }
  }

  static Ask read(DataInputStream in) throws IOException {
    byte kind = in.readByte();
    return switch (kind) {
      case 1 -> readSubmit(in);
      case 2 ->
          new Look(
              (Query) OperationFormat.read(in), in.readBoolean(), in.readLong(), in.readLong());
      case 3 -> new Watch(readPlace(in), OperationFormat.readRange(in), in.readLong());
      case 4 -> new BeginWatch();
      case 5 -> new Stand();
      default -> throw new IOException("nothing that can be asked has the number " + kind);
    };
  }

  private static Submit readSubmit(DataInputStream in) throws IOException {
    long bytesAdded = in.readLong();
    return new Submit(ByteString.copyFrom(in.readNBytes(in.readInt())), bytesAdded);
  }

  static void writePlace(DataOutputStream out, Place place) throws IOException {
    out.writeLong(place.epoch());
    out.writeLong(place.position());
  }

  static Place readPlace(DataInputStream in) throws IOException {
    return new Place(in.readLong(), VectorClock.of(in.readLong()));
  }
}
