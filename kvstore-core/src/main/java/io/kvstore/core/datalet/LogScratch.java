package io.kvstore.core.datalet;

import io.kvstore.core.spi.DamagedFileException;
import io.kvstore.core.spi.Datalet.Scratch;
import io.kvstore.core.spi.Datalet.Visitor;
import io.kvstore.spi.Answer.Pair;
import java.util.List;

/** Entries in a file of their own beside a log. It is deleted when they are needed no more. */
final class LogScratch implements Scratch {
  private final Disk disk;
  private final String name;
  private final Segment segment;
  private final SegmentWriter writer;

  /** Makes an empty file, whose name is not taken for a part of the log. */
  LogScratch(Disk disk, long number, int bufferBytes) {
    this.disk = disk;
    name = Segment.scratchNameOf(number);
    segment = Segment.createScratch(disk, number);
    writer = new SegmentWriter(segment, true, new byte[bufferBytes]);
  }

  /** Deletes what is left of those of an earlier process. */
  static void deleteAll(Disk disk) {
    disk.list().stream().filter(Segment::isScratch).sorted().forEach(disk::delete);
  }

  @Override
  public void add(List<Pair> entries) {
    for (Pair each : entries) {
      writer.append(RecordFormat.put(each.key(), each.entry()));
    }
    writer.flush();
  }

  @Override
  public void forEach(Visitor visitor) {
    SegmentReader reader = new SegmentReader(segment, Segment.HEADER_BYTES);
    for (byte[] record = reader.next(); record != null; record = reader.next()) {
      if (!visitor.visit(RecordFormat.keyOf(record), RecordFormat.entryOf(record))) {
        return;
      }
    }
    if (!reader.isAtEnd()) {
      throw new DamagedFileException(
          segment.file().path(), reader.position(), "an entry that was put aside cannot be read");
    }
  }

  @Override
  public void close() {
    segment.close();
    disk.delete(name);
  }
}
