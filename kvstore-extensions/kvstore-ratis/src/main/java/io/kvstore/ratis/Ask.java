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
  record Submit(ByteString record, long bytesAdded) implements Ask {
    private static void write(DataOutputStream out, Submit submit) throws IOException {
      out.writeLong(submit.bytesAdded());
      out.writeInt(submit.record().size());
      submit.record().writeTo(out);
    }

    private static Submit read(DataInputStream in) throws IOException {
      long bytesAdded = in.readLong();
      return new Submit(ByteString.copyFrom(in.readNBytes(in.readInt())), bytesAdded);
    }
  }

  /**
   * Look into this member's entries: answered by {@link Reply.Read}.
   *
   * @param byOwnClock whether entries expire by the member's clock rather than by the group's time
   * @param floor the position that the member must have reached
   * @param patienceNanos how long it may wait for that
   */
  record Look(Query query, boolean byOwnClock, long floor, long patienceNanos) implements Ask {
    private static void write(DataOutputStream out, Look look) throws IOException {
      OperationFormat.write(out, look.query());
      out.writeBoolean(look.byOwnClock());
      out.writeLong(look.floor());
      out.writeLong(look.patienceNanos());
    }

    private static Look read(DataInputStream in) throws IOException {
      return new Look(
          (Query) OperationFormat.read(in), in.readBoolean(), in.readLong(), in.readLong());
    }
  }

  /** Say how you stand: answered by {@link Reply.Status}. */
  record Stand() implements Ask {}

  /** Keep changes from now on: answered by {@link Reply.Watched}, without changes. */
  record BeginWatch() implements Ask {}

  /** Tell what has changed after a place: answered by {@link Reply.Watched}. */
  record Watch(Place after, Range keys, long patienceNanos) implements Ask {
    private static void write(DataOutputStream out, Watch watch) throws IOException {
      writePlace(out, watch.after());
      OperationFormat.writeRange(out, watch.keys());
      out.writeLong(watch.patienceNanos());
    }

    private static Watch read(DataInputStream in) throws IOException {
      return new Watch(readPlace(in), OperationFormat.readRange(in), in.readLong());
    }
  }

  /** How questions are written. */
  Kinds<Ask> FORMAT =
      new Kinds<Ask>("question")
          .with(1, Submit.class, Submit::write, Submit::read)
          .with(2, Look.class, Look::write, Look::read)
          .with(3, Watch.class, Watch::write, Watch::read)
          .with(4, new BeginWatch())
          .with(5, new Stand());

  static void write(DataOutputStream out, Ask ask) throws IOException {
    FORMAT.write(out, ask);
  }

  static Ask read(DataInputStream in) throws IOException {
    return FORMAT.read(in);
  }

  static void writePlace(DataOutputStream out, Place place) throws IOException {
    out.writeLong(place.epoch());
    out.writeLong(place.position());
  }

  static Place readPlace(DataInputStream in) throws IOException {
    return new Place(in.readLong(), VectorClock.of(in.readLong()));
  }
}
